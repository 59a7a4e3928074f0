// WASI preview 1 (and preview 0, which is alike in what stands here): what a guest writes to standard output and standard error is
// what it prints, and no folder is open. All else says that it is not supported. A stub that succeeds with nothing done would not do: a program that
// prints would ask again until its time is over.
import { functionTypeText } from '../../wasm/types.ts';
import { bytesOf, GuestExit, type HostFunction, type HostModule, type ImportHost } from './hostModule.ts';

const MODULES = ['wasi_snapshot_preview1', 'wasi_unstable'];

/** The ABI's error numbers. */
const ERRNO = { success: 0, badf: 8, fault: 21, nosys: 52 } as const;

/** Bytes that are taken at a time: a guest asks again with the rest, as the ABI lets a host write less than it is given. */
const MAX_WRITE_BYTES = 1 << 20;

interface WasiFunction {
  readonly type: string;
  readonly make: (host: ImportHost) => HostFunction;
}

const FUNCTIONS: ReadonlyMap<string, WasiFunction> = new Map([
  ['fd_write', { type: '(i32, i32, i32, i32) -> i32', make: fdWrite }],
  // A C library asks for the folders that are open, one number after the other, until one is none.
  ['fd_prestat_get', { type: '(i32, i32) -> i32', make: () => () => ERRNO.badf }],
  ['proc_exit', { type: '(i32) -> ()', make: () => procExit }],
]);

export const wasi: HostModule = each => {
  if (each.kind !== 'function' || !each.type || !MODULES.includes(each.module)) return null;
  const type = functionTypeText(each.type);
  const provided = FUNCTIONS.get(each.name);
  if (provided?.type === type) return { label: 'wasi', makeFunction: provided.make };
  if (!type.endsWith('-> i32')) return null;
  return {
    label: 'wasi-stub',
    makeFunction: (host, index) => () => {
      host.importCalls[index]++;
      return ERRNO.nosys;
    },
  };
};

function procExit(code: number | bigint): never {
  throw new GuestExit(`proc_exit: the guest ended itself with code ${Number(code) >>> 0}`);
}

/** `fd_write(fd, iovecs, number of them, where to tell how many bytes were written)`; only 1 and 2 are ever open. */
function fdWrite(host: ImportHost): HostFunction {
  const streams = new Map([
    [1, { kind: 'stdout', decoder: newDecoder() } as const],
    [2, { kind: 'stderr', decoder: newDecoder() } as const],
  ]);
  return (...args) => {
    const [fd, vectors, count, written] = args.map(value => Number(value) >>> 0);
    const stream = streams.get(fd);
    if (!stream) return ERRNO.badf;
    const memory = bytesOf(host.memory);
    const bytes = gather(memory, vectors, count);
    if (!bytes || written + 4 > memory.length) return ERRNO.fault;
    const text = stream.decoder.decode(bytes, { stream: true });
    if (text !== '') host.printed({ kind: stream.kind, text });
    viewOf(memory).setUint32(written, bytes.length, true);
    host.wrote(written, 4);
    return ERRNO.success;
  };
}

/** A character may come in two writes. */
const newDecoder = (): TextDecoder => new TextDecoder('utf-8', { ignoreBOM: true });

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** The first bytes of what vectors (address and length, a u32 each) name; null where they are not all in memory. */
function gather(memory: Uint8Array, vectors: number, count: number): Uint8Array | null {
  if (vectors + 8 * count > memory.length) return null;
  const view = viewOf(memory);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let at = vectors; at < vectors + 8 * count && size < MAX_WRITE_BYTES; at += 8) {
    const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (address + length > memory.length) return null;
    const part = memory.subarray(address, address + Math.min(length, MAX_WRITE_BYTES - size));
    parts.push(part);
    size += part.length;
  }
  const bytes = new Uint8Array(size);
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
