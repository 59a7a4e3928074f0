import { describe, expect, it } from 'vitest';
import { abortMessage } from '../../../../src/engine/host/abort.ts';

/** Memory with AssemblyScript strings: the size in bytes as u32 before the UTF-16 text. */
function memoryWith(strings: Readonly<Record<number, string>>, size = 65_536): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(size));
  for (const [at, text] of Object.entries(strings)) {
    const bytes = Buffer.from(text, 'utf16le');
    memory.set(bytes, Number(at));
    new DataView(memory.buffer).setUint32(Number(at) - 4, bytes.length, true);
  }
  return memory;
}

const memory = memoryWith({ 1036: 'out of range', 1100: 'assembly/index.ts' });

it('tells message, file, line and column', () => {
  expect(abortMessage([1036, 1100, 12, 3], memory)).toBe('abort: out of range in assembly/index.ts:12:3');
});

it('decodes what is not ASCII', () => {
  expect(abortMessage([1036, 0, 0, 0], memoryWith({ 1036: 'größer als 100 €, 𝄞' }))).toBe('abort: größer als 100 €, 𝄞');
});

describe('leaves out what can not be decoded', () => {
  it.each([
    ['null pointers', [0, 0, 5, 6], 'abort'],
    ['a pointer without room for a size', [3, 1100, 5, 6], 'abort in assembly/index.ts:5:6'],
    ['a pointer behind memory', [65_537, 1100, 5, 6], 'abort in assembly/index.ts:5:6'],
    ['a negative pointer, which is one near 4 GiB', [-16, 1100, 5, 6], 'abort in assembly/index.ts:5:6'],
  ])('%s', (_, args, message) => expect(abortMessage(args, memory)).toBe(message));

  it('a string that does not end inside memory', () => {
    const broken = memoryWith({ 1100: 'file.ts' });
    new DataView(broken.buffer).setUint32(2000 - 4, 65_536, true);
    expect(abortMessage([2000, 1100, 1, 2], broken)).toBe('abort in file.ts:1:2');
  });

  it('an empty message at the very end of memory', () => {
    expect(abortMessage([65_536, 1100, 1, 2], memory)).toBe('abort in assembly/index.ts:1:2');
  });
});

it('cuts a message that is too long to be one', () => {
  const message = abortMessage([1036, 0, 0, 0], memoryWith({ 1036: 'x'.repeat(30_000) }));
  expect(message).toBe(`abort: ${'x'.repeat(4096)}`);
});
