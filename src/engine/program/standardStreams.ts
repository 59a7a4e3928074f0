// The standard streams of a program as they are in a process of its own. A thread's go by messages to the thread that started it: its output
// comes late, past what is written to the descriptors directly, and its input keeps it alive. These read and write the descriptors.
import fs from 'node:fs';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { isatty, ReadStream, WriteStream } from 'node:tty';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

/** As they are now: what a program puts in their places may write to these streams. */
const { createReadStream, fstatSync, writeSync } = fs;

/** How long is waited, in milliseconds, for a reader of a pipe that takes nothing more now. */
const FULL_PIPE_MS = 1;

/** A descriptor that nobody closes, and to which is written at once, as Node does for files and pipes. */
function openOutput(fd: number): Writable {
  const stream = isatty(fd) ? new WriteStream(fd) : new Writable({ decodeStrings: true, write: writerTo(fd), destroy });
  return Object.assign(stream, { fd, _isStdio: true, destroySoon: stream.destroy });
}

function destroy(error: Error | null, done: (error: Error | null) => void): void {
  done(error);
}

function writerTo(fd: number): (chunk: Buffer, encoding: string, done: (error?: Error | null) => void) => void {
  const sleeping = new Int32Array(new SharedArrayBuffer(4));
  return (chunk, _, done) => {
    try {
      for (let at = 0; at < chunk.length; ) {
        const written = writeSome(fd, chunk, at);
        if (written === 0) Atomics.wait(sleeping, 0, 0, FULL_PIPE_MS);
        at += written;
      }
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/** @returns bytes written; 0 where the descriptor takes none now */
function writeSome(fd: number, chunk: Buffer, at: number): number {
  try {
    return writeSync(fd, chunk, at);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}

function openInput(): NodeJS.ReadableStream {
  const kind = fstatSync(STDIN);
  const isPipe = kind.isFIFO() || kind.isSocket();
  const stream = isatty(STDIN) ? new ReadStream(STDIN) : isPipe ? openPipe() : createReadStream('', FILE);
  return Object.assign(stream, { fd: STDIN });
}

const FILE = { fd: STDIN, autoClose: false };

/** It begins to read when somebody does: an option that Node gives its own, and does not document. */
function openPipe(): NodeJS.ReadableStream {
  const options = { fd: STDIN, readable: true, writable: false, manualStart: true };
  return new Socket(options);
}

/** Puts these in the place of the thread's own, each when the program asks for it first. */
export function useStandardStreams(): void {
  const streams = { stdin: openInput, stdout: () => openOutput(STDOUT), stderr: () => openOutput(STDERR) };
  for (const [name, open] of Object.entries(streams)) {
    const own: unknown = Reflect.get(process, name);
    let stream: NodeJS.ReadableStream | Writable | null = null;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        stream ??= withInternals(open(), own);
        return stream;
      },
    });
  }
}

/** What Node itself asks of the thread's own stream, by symbols of its own, that one still answers. */
function withInternals<Stream extends object>(stream: Stream, own: unknown): Stream {
  const prototype: unknown = typeof own === 'object' && own !== null ? Object.getPrototypeOf(own) : null;
  if (typeof prototype !== 'object' || prototype === null) return stream;
  for (const symbol of Object.getOwnPropertySymbols(prototype)) {
    const method: unknown = Reflect.get(prototype, symbol);
    if (symbol in stream || typeof method !== 'function') continue;
    const value = (...args: unknown[]): unknown => Reflect.apply(method, own, args);
    Object.defineProperty(stream, symbol, { value, configurable: true });
  }
  return stream;
}
