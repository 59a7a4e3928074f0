import { describe, expect, it } from 'vitest';
import { decodePrint } from '../../../../src/engine/host/print.ts';
import type { Printed } from '../../../../src/protocol/engine.ts';
import { PrintedTexts } from '../../../../src/wire/printedTexts.ts';

const LINE = 'add_23[#1]: 57';
const AT = 1000;

/** A page of memory with bytes put into it. */
function memoryWith(parts: Readonly<Record<number, string | readonly number[]>>): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(65_536));
  for (const [at, part] of Object.entries(parts))
    memory.set(typeof part === 'string' ? Buffer.from(part, 'utf8') : part, Number(at));
  return memory;
}

const text = (of: string): Printed => ({ kind: 'text', text: of });
/** What is shown of arguments that are no text. */
const numbers = (of: readonly (number | bigint)[] | string): Printed => ({
  kind: 'arguments',
  text: typeof of === 'string' ? of : of.join(', '),
});
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
  ])('is decoded from %s', (_, args) => expect(decodePrint(args, memory)).toEqual(text(LINE)));

  it('is decoded up to the last byte of memory', () => {
    const end = 65_536 - length;
    expect(decodePrint([length, end, length], memoryWith({ [end]: LINE }))).toEqual(text(LINE));
  });

  it('decodes characters of several bytes', () => {
    const line = 'Größe: 11 €';
    expect(decodePrint([64, AT, Buffer.byteLength(line)], memoryWith({ [AT]: line }))).toEqual(text(line));
  });

  it('keeps line ends and tabs', () => {
    expect(decodePrint([64, AT, 6], memoryWith({ [AT]: 'a\tb\r\nc' }))).toEqual(text('a\tb\r\nc'));
  });

  it('may be empty', () => {
    expect(decodePrint([0, 1, 0], memory)).toEqual(text('')); // Rust's empty String: capacity 0, a dangling pointer of 1
    expect(decodePrint([1, 0, 0], memory)).toEqual(text('')); // the same with the pointer first
  });

  it('reads each word as unsigned', () => {
    // A guest's i32 reaches JavaScript signed: -16 is an address of 4 GiB less 16, which is outside.
    expect(decodePrint([64, -16, 4], memory)).toEqual(numbers('64, -16, 4'));
  });
});

describe('the first of three words', () => {
  it.each([0, 1, 13, -1, 70_000])('may be anything where the others are a text: %i', first => {
    expect(decodePrint([first, AT, length], memory)).toEqual(text(LINE));
  });

  it('may be anything where the text lies at address 0', () => {
    expect(decodePrint([3, 0, length], memoryWith({ 0: LINE }))).toEqual(text(LINE));
  });

  it('is the capacity, and has to be right, of an empty text', () => {
    expect(decodePrint([70_000, AT, 0], memory)).toEqual(numbers([70_000, AT, 0]));
  });

  it('has to be right in words at an address', () => {
    expect(decodePrint([204], memoryWith({ [AT]: LINE, 204: words(0, AT, length) }))).toEqual(numbers([204]));
  });
});

describe('an ambiguous order', () => {
  it('is decided by what is text: zeros and control characters are none', () => {
    // Both in bounds: at 100 there are zeros, at AT the text.
    expect(decodePrint([AT, 100, length], memory)).toEqual(text(LINE));
    expect(decodePrint([AT, 100, length], memoryWith({ [AT]: LINE, 100: [1, 2, 3] }))).toEqual(text(LINE));
  });

  it("is decided for the reference's host where both are text", () => {
    expect(decodePrint([AT, 100, 4], memoryWith({ [AT]: 'late', 100: 'soon' }))).toEqual(text('soon'));
    expect(decodePrint([7, AT, 8], memoryWith({ [AT]: 'the host', 7: 'no order' }))).toEqual(text('the host'));
  });

  it('is that of a String where the host would read zeros', () => {
    // (pointer, length, capacity): the host reads 2048 bytes at 14, which begin with zeros.
    expect(decodePrint([AT, length, 2048], memory)).toEqual(text(LINE));
  });
});

describe('what is no string', () => {
  it.each([
    ['no text at either word', [AT, 100, 200]],
    ['an address behind memory', [64, 70_000, length]],
    ['a capacity that leaves memory', [64, 65_530, 4]],
    ['a null pointer', [0, length]],
  ])('with %s stays numbers', (_, args) => expect(decodePrint(args, memory)).toEqual(numbers(args)));

  it.each([
    ['a byte that begins no character', [0xff, 0x41]],
    ['a character cut short', [0xe2, 0x82]],
    ['a NUL inside', [0x41, 0x00, 0x42]],
    ['an escape character', [0x1b, 0x5b, 0x6d]],
  ])('with %s stays numbers', (_, bytes) => {
    expect(decodePrint([64, AT, bytes.length], memoryWith({ [AT]: bytes }))).toEqual(numbers([64, AT, bytes.length]));
  });

  it.each([
    [[42], '42'],
    [[-7], '-7'],
    [[3.5], '3.5'],
    [[123456789012345678n], '123456789012345678'],
    [[], ''],
    [[1, 2, 3, 4], '1, 2, 3, 4'],
  ])('%s is printed as it is', (args, shown) => expect(decodePrint(args, memory)).toEqual(numbers(shown)));
});

describe('the address of a string', () => {
  it.each([
    ['capacity, pointer, length', words(64, AT, length)],
    ['pointer, capacity, length', words(AT, 64, length)],
    ['pointer, length, capacity', words(AT, length, 64)],
  ])('whose words are %s is followed', (_, three) => {
    expect(decodePrint([204], memoryWith({ [AT]: LINE, 204: three }))).toEqual(text(LINE));
    expect(decodePrint([203], memoryWith({ [AT]: LINE, 203: three }))).toEqual(text(LINE)); // not aligned
    expect(decodePrint([65_524], memoryWith({ [AT]: LINE, 65524: three }))).toEqual(text(LINE)); // the last twelve bytes
  });

  it('is a number where three words do not fit behind it, or are no string', () => {
    expect(decodePrint([65_525], memory)).toEqual(numbers('65525'));
    expect(decodePrint([-4], memory)).toEqual(numbers('-4'));
    expect(decodePrint([0], memoryWith({ [AT]: LINE, 0: words(64, AT, length) }))).toEqual(numbers('0'));
    expect(decodePrint([204], memoryWith({ 204: words(1, 2, 3) }))).toEqual(numbers('204'));
  });

  it('works in a view that does not begin at the start of its buffer', () => {
    const whole = memoryWith({ [AT + 16]: LINE, 220: words(64, AT, length) });
    expect(decodePrint([204], whole.subarray(16))).toEqual(text(LINE));
  });
});

describe('the printed value', () => {
  const lastNumber = (...printed: Printed[]): number | null => {
    const texts = new PrintedTexts();
    for (const each of printed) texts.add(each);
    return texts.value;
  };

  it.each([
    [['alloc_11[#0]: 11'], 11],
    [['add_23[#1]: 57\n'], 57],
    [['value -5'], -5],
    [['first 1', 'second 2'], 2],
    [['1024'], 1024],
    [['57 bytes'], null],
    [[''], null],
    [[], null],
  ])('of %j is %j', (printed, value) => expect(lastNumber(...printed.map(text))).toBe(value));

  it('is no number among arguments that are no text', () => {
    expect(lastNumber(numbers([0, 1024, 16]))).toBeNull();
    expect(lastNumber(text('add_23[#1]: 57'), numbers([7]))).toBe(57);
  });
});
