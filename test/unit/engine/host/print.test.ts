import { describe, expect, it } from 'vitest';
import { decodePrint, printedValue } from '../../../../src/engine/host/print.ts';

const LINE = 'add_23[#1]: 57';
const AT = 1000;

/** A page of memory with bytes put into it. */
function memoryWith(parts: Readonly<Record<number, string | readonly number[]>>): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(65_536));
  for (const [at, part] of Object.entries(parts))
    memory.set(typeof part === 'string' ? Buffer.from(part, 'utf8') : part, Number(at));
  return memory;
}

const words = (...values: number[]): number[] => [...new Uint8Array(Uint32Array.from(values).buffer)];
const memory = memoryWith({ [AT]: LINE });
const length = LINE.length; // 14

describe('a string by value', () => {
  it.each([
    ['(capacity, pointer, length)', [64, AT, length]],
    ['(pointer, capacity, length)', [AT, 64, length]],
    ['(pointer, length, capacity)', [AT, length, 64]],
    ['(pointer, length)', [AT, length]],
    ['(capacity, pointer, length), exactly filled', [length, AT, length]],
    ['(pointer, capacity, length), exactly filled', [AT, length, length]],
  ])('is decoded from %s', (_, args) => expect(decodePrint(args, memory)).toBe(LINE));

  it('is decoded up to the last byte of memory', () => {
    const end = 65_536 - length;
    expect(decodePrint([length, end, length], memoryWith({ [end]: LINE }))).toBe(LINE);
  });

  it('decodes characters of several bytes', () => {
    const text = 'Größe: 11 €';
    expect(decodePrint([64, AT, Buffer.byteLength(text)], memoryWith({ [AT]: text }))).toBe(text);
  });

  it('keeps line ends and tabs', () => {
    expect(decodePrint([64, AT, 6], memoryWith({ [AT]: 'a\tb\r\nc' }))).toBe('a\tb\r\nc');
  });

  it('may be empty', () => {
    expect(decodePrint([0, 1, 0], memory)).toBe(''); // Rust's empty String: capacity 0, a dangling pointer of 1
    expect(decodePrint([1, 0, 0], memory)).toBe(''); // the same with the pointer first
  });

  it('reads each word as unsigned', () => {
    // A guest's i32 reaches JavaScript signed: -16 is an address of 4 GiB less 16, which is outside.
    expect(decodePrint([64, -16, 4], memory)).toBe('64, -16, 4');
  });
});

describe('an ambiguous order', () => {
  it('is decided by what is text: zeros and control characters are none', () => {
    // Both in bounds: at 100 there are zeros, at AT the text.
    expect(decodePrint([AT, 100, length], memory)).toBe(LINE);
    expect(decodePrint([AT, 100, length], memoryWith({ [AT]: LINE, 100: [1, 2, 3] }))).toBe(LINE);
  });

  it("is decided for the reference's host where both are text", () => {
    expect(decodePrint([AT, 100, 4], memoryWith({ [AT]: 'late', 100: 'soon' }))).toBe('soon');
  });
});

describe('what is no string', () => {
  it.each([
    ['a length above the capacity', [4, AT, length]],
    ['an address behind memory', [64, 70_000, length]],
    ['a capacity that leaves memory', [64, 65_530, 4]],
    ['a null pointer', [0, length]],
  ])('with %s stays numbers', (_, args) => expect(decodePrint(args, memory)).toBe(args.join(', ')));

  it.each([
    ['a byte that begins no character', [0xff, 0x41]],
    ['a character cut short', [0xe2, 0x82]],
    ['a NUL inside', [0x41, 0x00, 0x42]],
    ['an escape character', [0x1b, 0x5b, 0x6d]],
  ])('with %s stays numbers', (_, bytes) => {
    expect(decodePrint([64, AT, bytes.length], memoryWith({ [AT]: bytes }))).toBe(`64, ${AT}, ${bytes.length}`);
  });

  it.each([
    [[42], '42'],
    [[-7], '-7'],
    [[3.5], '3.5'],
    [[123456789012345678n], '123456789012345678'],
    [[], ''],
    [[1, 2, 3, 4], '1, 2, 3, 4'],
  ])('%s is printed as it is', (args, text) => expect(decodePrint(args, memory)).toBe(text));
});

describe('the address of a string', () => {
  it.each([
    ['capacity, pointer, length', words(64, AT, length)],
    ['pointer, capacity, length', words(AT, 64, length)],
    ['pointer, length, capacity', words(AT, length, 64)],
  ])('whose words are %s is followed', (_, three) => {
    expect(decodePrint([204], memoryWith({ [AT]: LINE, 204: three }))).toBe(LINE);
    expect(decodePrint([203], memoryWith({ [AT]: LINE, 203: three }))).toBe(LINE); // not aligned
    expect(decodePrint([65_524], memoryWith({ [AT]: LINE, 65524: three }))).toBe(LINE); // the last twelve bytes
  });

  it('is a number where three words do not fit behind it, or are no string', () => {
    expect(decodePrint([65_525], memory)).toBe('65525');
    expect(decodePrint([-4], memory)).toBe('-4');
    expect(decodePrint([0], memoryWith({ [AT]: LINE, 0: words(64, AT, length) }))).toBe('0');
    expect(decodePrint([204], memoryWith({ 204: words(1, 2, 3) }))).toBe('204');
  });

  it('works in a view that does not begin at the start of its buffer', () => {
    const whole = memoryWith({ [AT + 16]: LINE, 220: words(64, AT, length) });
    expect(decodePrint([204], whole.subarray(16))).toBe(LINE);
  });
});

describe('the printed value', () => {
  it.each([
    [['alloc_11[#0]: 11'], 11],
    [['add_23[#1]: 57\n'], 57],
    [['value -5'], -5],
    [['first 1', 'second 2'], 2],
    [['1024'], 1024],
    [['57 bytes'], null],
    [[''], null],
    [[], null],
  ])('of %j is %j', (printed, value) => expect(printedValue(printed)).toBe(value));
});
