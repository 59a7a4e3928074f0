// The text of single functions: every instruction's name by wabt, and by hand from the specification what wabt does not know.
import { describe, expect, it } from 'vitest';
import { instructionName } from '../../../../src/wasm/code/instructionNames.ts';
import { f32Text, f64Text } from '../../../../src/wasm/text/numberText.ts';
import { type Bytes, body, custom, leb, moduleOf, name, section } from '../../support/bytes.ts';
import { assemble, disassemble } from '../../support/wabt.ts';
import { listingsOf, textOf } from './listings.ts';

/** Types: a function, a struct of one mutable i32, an array of i8. */
const TYPES = [3, 0x60, 0, 0, 0x5f, 1, 0x7f, 1, 0x5e, 0x78, 0];
/** A module with one function of type 0. */
const withCode = (...instructions: number[]): Bytes =>
  moduleOf(section(1, TYPES), section(3, [1, 0]), section(10, [1], body(...instructions)));
const linesOf = (bytes: Bytes): string[] => textOf(listingsOf(bytes)[0]).split('\n');
/** The text of one instruction. */
const one = (...instruction: number[]): string => linesOf(withCode(...instruction))[1]?.trim() ?? '';

it('calls each vector instruction as wabt does', () => {
  const subs = Array.from({ length: 0x114 }, (_, sub) => sub).filter(
    sub => instructionName((0xfd << 12) | sub) !== null,
  );
  expect(subs.length).toBe(256); // 236 of SIMD and 20 relaxed ones
  // Sixteen bytes are immediates enough for each: those that one does not take are `unreachable` (0).
  const bodies = subs.map(sub => body(0xfd, ...leb(sub), ...new Array<number>(16).fill(0)));
  const bytes = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [...leb(subs.length), ...subs.map(() => 0)]),
    section(10, leb(subs.length), ...bodies),
  );
  const theirs = disassemble(bytes);
  for (const listing of listingsOf(bytes)) {
    const [first] = listing.lines(1, 1);
    expect(first?.text.split(' ')[0]).toBe(theirs.get(first?.offset ?? 0)?.split(' ')[0]);
  }
});

describe('what wabt does not know', () => {
  it.each([
    [[0xfb, 0x00, 1], 'struct.new 1'],
    [[0xfb, 0x02, 1, 0], 'struct.get 1 0'],
    [[0xfb, 0x08, 2, 3], 'array.new_fixed 2 3'],
    [[0xfb, 0x09, 2, 4], 'array.new_data 2 4'],
    [[0xfb, 0x11, 2, 2], 'array.copy 2 2'],
    [[0xfb, 0x14, 0x6b], 'ref.test (ref struct)'],
    [[0xfb, 0x15, 1], 'ref.test (ref null 1)'],
    [[0xfb, 0x17, 0x6e], 'ref.cast (ref null any)'],
    [[0xfb, 0x18, 0b01, 0, 0x6e, 1], 'br_on_cast 0 (;@0;) (ref null any) (ref 1)'],
    [[0xfb, 0x19, 0b10, 0, 0x6d, 0x6b], 'br_on_cast_fail 0 (;@0;) (ref eq) (ref null struct)'],
    [[0xfb, 0x1c], 'ref.i31'],
    [[0xd0, 0x69], 'ref.null exn'],
    [[0xd0, 2], 'ref.null 2'],
    [[0x14, 0], 'call_ref 0'],
    [[0x12, 0], 'return_call 0'],
    [[0x0a], 'throw_ref'],
    [[0x1f, 0x40, 2, 0, 3, 0, 2, 0, 0x0b], 'try_table (catch 3 0 (;@0;)) (catch_all 0 (;@0;))  ;; label = @1'],
    [[0x06, 0x40, 0x18, 0], 'try  ;; label = @1'],
    [[0x1c, 1, 0x64, 1], 'select (result (ref 1))'],
    [[0x02, 0x63, 0x70, 0x00, 0x0b], 'block (result (ref null func))  ;; label = @1'],
    // Multi-memory: bit 6 of the alignment says that a memory follows.
    [[0x28, 0x42, 3, 8], 'i32.load 3 offset=8'],
    [[0xfc, 0x0a, 1, 0], 'memory.copy 1 0'],
    [[0xfc, 0x08, 5, 1], 'memory.init 1 5'],
    [[0x3f, 2], 'memory.size 2'],
    // memory64: an offset of 2^53 + 1
    [[0x29, 3, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], 'i64.load offset=9007199254740993'],
    [[0xfe, 0x00, 2, 0], 'memory.atomic.notify'],
    [[0xfe, 0x03, 0], 'atomic.fence'],
    [[0xfc, 0x0c, 7, 1], 'table.init 1 7'],
    [[0xfc, 0x0e, 1, 2], 'table.copy 1 2'],
  ])('%s is %s', (instruction, text) => {
    expect(one(...instruction)).toBe(text);
  });
});

it('writes numbers so that they read as the same', () => {
  expect(f32Text(0x3dcc_cccd)).toBe('0.1');
  expect(f32Text(0x8000_0000)).toBe('-0');
  expect(f32Text(0x7fc0_0000)).toBe('nan');
  expect(f32Text(0xffa0_0001)).toBe('-nan:0x200001');
  expect(f32Text(0xff80_0000)).toBe('-inf');
  expect(f32Text(0x0000_0001)).toBe('1e-45');
  expect(f64Text(0x3fb9_9999_9999_999an)).toBe('0.1');
  expect(f64Text(0x7ff4_0000_0000_0000n)).toBe('nan:0x4000000000000');
});

it('names what the name section names', () => {
  const subsection = (id: number, ...content: number[]): number[] => [id, ...leb(content.length), ...content];
  const bytes = moduleOf(
    section(1, [1, 0x60, 1, 0x7f, 0]),
    section(3, [2, 0, 0]),
    section(7, [1, ...name('out'), 0, 1]),
    // block $b: local.get $x, br $b, br 1; local.set $"a b"; call 1
    section(10, [2], [17, 1, 2, 0x7e, 0x02, 0x40, 0x20, 0, 0x0c, 0, 0x0c, 1, 0x0b, 0x21, 2, 0x10, 1, 0x0b], body()),
    custom(
      'name',
      ...subsection(1, 1, 0, ...name('f')),
      ...subsection(2, 1, 0, 2, 0, ...name('x'), 2, ...name('a b')),
      ...subsection(3, 1, 0, 1, 0, ...name('b')),
      ...subsection(4, 1, 0, ...name('t')),
    ),
  );
  expect(linesOf(bytes)).toEqual([
    '(func $f (;0;) (type $t) (param $x i32)',
    '  (local i64) (local $"a b" i64)  ;; 1 to 2',
    '  block $b',
    '    local.get $x',
    '    br $b',
    '    br 1 (;@0;)',
    '  end',
    '  local.set $"a b"',
    '  call $out',
    ')',
  ]);
  const [listing] = listingsOf(bytes);
  expect(
    Array.from(listing.lines())
      .map(line => line.function)
      .filter(each => each !== null),
  ).toEqual([1]);
});

it('counts the label of a delegate from outside its try', () => {
  const [, , , last] = linesOf(withCode(0x02, 0x40, 0x06, 0x40, 0x18, 0, 0x0b));
  expect(last).toBe('    delegate 0 (;@1;)');
});

it('calls by its number what a name would not lead to, and names each thing once', () => {
  const subsection = (id: number, ...content: number[]): number[] => [id, ...leb(content.length), ...content];
  const bytes = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [2, 0, 0]),
    // block $b: block $b: br 0, br 1; call 1
    section(10, [2], body(0x02, 0x40, 0x02, 0x40, 0x0c, 0, 0x0c, 1, 0x0b, 0x0b, 0x10, 1), body()),
    custom(
      'name',
      ...subsection(1, 2, 0, ...name('f'), 1, ...name('f')),
      ...subsection(3, 1, 0, 2, 0, ...name('b'), 1, ...name('b')),
    ),
  );
  expect(linesOf(bytes)).toEqual([
    '(func $f (;0;) (type 0)',
    '  block $b',
    '    block $b#1',
    '      br $b#1',
    '      br $b',
    '    end',
    '  end',
    '  call $f#1',
    ')',
  ]);
});

describe('a function of a million instructions', () => {
  // Blocks of 997 instructions: a checkpoint falls at another place of each.
  const nops = new Array<number>(995).fill(0x01);
  const blocks = Array.from({ length: 1004 }, () => [0x02, 0x40, ...nops, 0x0b]).flat();
  const bytes = [0, ...blocks, 0x0b];
  const large = moduleOf(section(1, TYPES), section(3, [1, 0]), section(10, [1, ...leb(bytes.length)], bytes));
  const [listing] = listingsOf(large);
  // Code begins behind the section's id and size, the count, the body's size, and the count of locals.
  const code = large.length - blocks.length - 1;

  it('shows any lines', () => {
    expect(listing.length).toBe(1 + 1004 * 997 + 1);
    const from = 1 + 997 * 500 - 1;
    expect(Array.from(listing.lines(from, 3))).toEqual([
      { offset: code + 998 * 499 + 997, indent: 1, text: 'end', function: null },
      { offset: code + 998 * 500, indent: 1, text: 'block  ;; label = @1', function: null },
      { offset: code + 998 * 500 + 2, indent: 2, text: 'nop', function: null },
    ]);
    expect(Array.from(listing.lines(listing.length - 1, 10)).map(({ text }) => text)).toEqual([')']);
  });

  it('finds the line of an offset', () => {
    expect(listing.lineAt(code + 998 * 500)).toBe(1 + 997 * 500);
    expect(listing.lineAt(code + 998 * 500 + 1)).toBe(1 + 997 * 500); // the block's type
    expect(listing.lineAt(code + 998 * 500 + 2)).toBe(2 + 997 * 500);
    expect(listing.lineAt(0)).toBe(0);
    expect(listing.lineAt(large.length + 5)).toBe(listing.length - 1);
  });
});

describe('code that breaks', () => {
  it('is shown up to there', () => {
    const bytes = withCode(0x01, 0x41, 0x07, 0xff, 0x00);
    const [listing] = listingsOf(bytes);
    expect(linesOf(bytes)).toEqual(['(func (;0;) (type 0)', '  nop', '  i32.const 7', '  ;; unknown instruction 0xff']);
    expect(listing.problem?.offset).toBe(bytes.indexOf(0xff));
  });

  it('declares more locals than there may be', () => {
    const code = [1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b];
    const bytes = moduleOf(section(1, TYPES), section(3, [1, 0]), section(10, [1, code.length], code));
    expect(linesOf(bytes)).toEqual(['(func (;0;) (type 0)', '  ;; a function declares 4294967295 locals']);
  });

  it('has a label that is none', () => {
    expect(one(0x0c, 9)).toBe('br 9');
  });
});

it('shortens a long br_table only where it is asked to', () => {
  const bytes = assemble('(module (func (br_table 0 0 0 0 0 (i32.const 0))))');
  expect(linesOf(bytes)[2]).toBe('  br_table 0 (;@0;) 0 (;@0;) 0 (;@0;) 0 (;@0;) 0 (;@0;)');
  const [listing] = listingsOf(bytes, { targets: 2 });
  expect(textOf(listing).split('\n')[2]).toBe('  br_table 0 (;@0;) 0 (;@0;) (; and 3 more ;)');
});
