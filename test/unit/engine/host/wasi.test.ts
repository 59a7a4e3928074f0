// WASI's functions as guests call them. Error numbers are those of the ABI: 8 badf, 21 fault, 52 nosys.
import { beforeEach, describe, expect, it } from 'vitest';
import { wasi } from '../../../../src/engine/host/wasi.ts';
import type { Printed } from '../../../../src/protocol/engine.ts';
import { readModule } from '../../../../src/wasm/module.ts';
import { ImportLog } from '../../../../src/wire/importLog.ts';
import { PrintedTexts } from '../../../../src/wire/printedTexts.ts';
import { assemble } from '../../support/wabt.ts';

const FD_WRITE = '"fd_write" (func (param i32 i32 i32 i32) (result i32))';
const WRITTEN = 24;

let memory: WebAssembly.Memory;
let printed: Printed[];
let wrote: [number, number][];
let importCalls: Uint32Array;
beforeEach(() => {
  memory = new WebAssembly.Memory({ initial: 32, maximum: 32, shared: true });
  printed = [];
  wrote = [];
  importCalls = new Uint32Array(1);
});

/** The function that an instance gets for an import, and what it is said to be. */
function provided(text: string, from = 'wasi_snapshot_preview1') {
  const [each] = readModule(assemble(`(module (import "${from}" ${text}))`)).imports;
  const provision = wasi(each);
  if (!provision || !('makeFunction' in provision)) return null;
  const call = provision.makeFunction(
    {
      memory,
      importCalls,
      results: new ImportLog(() => {}),
      printed: each => printed.push(each),
      wrote: (at, length) => wrote.push([at, length]),
    },
    0,
  );
  return { label: provision.label, call };
}

const put = (at: number, ...words: number[]): void =>
  words.forEach((word, i) => {
    new DataView(memory.buffer).setUint32(at + 4 * i, word, true);
  });
const putText = (at: number, text: string): number => {
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(memory.buffer).set(bytes, at);
  return bytes.length;
};
const word = (at: number): number => new DataView(memory.buffer).getUint32(at, true);

describe('fd_write', () => {
  it.each(['wasi_snapshot_preview1', 'wasi_unstable'])('of %s prints what its vectors name', from => {
    putText(1000, 'Hello, world\n');
    put(16, 1000, 7, 0, 0, 1007, 6); // the second is empty
    const function_ = provided(FD_WRITE, from);
    expect(function_?.label).toBe('wasi');
    expect(function_?.call(1, 16, 3, WRITTEN + 32)).toBe(0);
    expect(printed).toEqual([{ kind: 'stdout', text: 'Hello, world\n' }]);
    expect(word(WRITTEN + 32)).toBe(13);
    expect(wrote).toEqual([[WRITTEN + 32, 4]]); // the host says where it wrote
  });

  it('decodes a character that comes in two writes, each stream on its own', () => {
    const call = provided(FD_WRITE)?.call;
    putText(1000, '€!'); // three bytes and one
    put(16, 1000, 2);
    call?.(1, 16, 1, WRITTEN);
    expect(printed).toEqual([]);
    put(16, 1003, 1);
    call?.(2, 16, 1, WRITTEN);
    put(16, 1002, 2);
    call?.(1, 16, 1, WRITTEN);
    expect(printed).toEqual([
      { kind: 'stderr', text: '!' },
      { kind: 'stdout', text: '€!' },
    ]);
  });

  it('takes 1 MiB at a time, and says so', () => {
    new Uint8Array(memory.buffer).fill(0x61, 65_536);
    put(16, 65_536, 1_000_000, 65_536, 1_000_000);
    expect(provided(FD_WRITE)?.call(1, 16, 2, WRITTEN)).toBe(0);
    expect(word(WRITTEN)).toBe(1_048_576);
    expect(printed.map(({ text }) => text.length)).toEqual([1_048_576]);
  });

  it.each([
    ['a file that is not open', [3, 16, 1, WRITTEN], 8],
    ['vectors that reach out of memory', [1, 32 * 65_536 - 4, 1, WRITTEN], 21],
    ['bytes that reach out of memory', [1, 32, 1, WRITTEN], 21],
    ['a count that can not be told', [1, 16, 1, 32 * 65_536 - 3], 21],
    ['an address that is negative as an i32', [1, -8, 1, WRITTEN], 21],
  ])('refuses %s, and does nothing', (_, args, error) => {
    put(16, 1000, 3, 0, 0, 32 * 65_536 - 2, 3);
    expect(provided(FD_WRITE)?.call(...args)).toBe(error);
    expect(printed).toEqual([]);
    expect(wrote).toEqual([]);
    expect(word(WRITTEN)).toBe(0);
  });
});

it('no folder is open, which a C library takes for the end of its list: it would give up at any other error', () => {
  const function_ = provided('"fd_prestat_get" (func (param i32 i32) (result i32))');
  expect([function_?.label, function_?.call(3, 0)]).toEqual(['wasi', 8]);
});

describe('what is not provided', () => {
  it.each([
    '"random_get" (func (param i32 i32) (result i32))',
    '"clock_time_get" (func (param i32 i64 i32) (result i32))',
    '"fd_write" (func (param i32) (result i32))', // of another type
    '"constructor" (func (result i32))',
  ])('answers that it is not supported, and is counted: %s', text => {
    const function_ = provided(text);
    expect(function_?.label).toBe('wasi-stub');
    expect(function_?.call(0, 0)).toBe(52);
    expect([...importCalls]).toEqual([1]);
  });

  it.each([
    ['wasi_snapshot_preview1', '"sched_yield" (func)'],
    ['wasi_snapshot_preview1', '"proc_exit" (func (param i64))'],
    ['env', FD_WRITE],
  ])('is left to others where it is no function of WASI: %s %s', (from, text) => {
    expect(provided(text, from)).toBeNull();
  });
});

it('proc_exit ends the call, and says with what', () => {
  const function_ = provided('"proc_exit" (func (param i32))');
  expect(() => function_?.call(-1)).toThrow('proc_exit: the guest ended itself with code 4294967295');
});

describe('pieces of streams', () => {
  const textsOf = (...pieces: Printed[]): PrintedTexts => {
    const texts = new PrintedTexts();
    for (const piece of pieces) texts.add(piece);
    return texts;
  };
  const out = (text: string): Printed => ({ kind: 'stdout', text });
  const err = (text: string): Printed => ({ kind: 'stderr', text });

  it('are one text up to the end of a line', () => {
    expect(textsOf(out('add_23'), out('[#1]: '), out('57\n'), out('next')).texts).toEqual(['add_23[#1]: 57\n', 'next']);
  });

  it('of another stream, and prints, are texts of their own', () => {
    const print: Printed = { kind: 'text', text: 'c' };
    expect(textsOf(out('a'), err('b'), print, print, out('d')).texts).toEqual(['a', 'b', 'c', 'c', 'd']);
  });

  it('are compared with memory on standard output alone', () => {
    expect(textsOf(out('value 5'), out('7\n'), err('error 3\n')).value).toBe(57);
  });

  it('without an end of line do not grow for ever', () => {
    const long = 'a'.repeat(65_536);
    expect(textsOf(out(long), out('b')).texts).toEqual([long, 'b']);
  });
});
