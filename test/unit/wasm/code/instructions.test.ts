// The table of instructions against wabt: numbers, and where instructions end.

import { expect, test } from 'vitest';
import wabtFactory from 'wabt';
import { INSTRUCTIONS } from '../../../../src/wasm/code/instructions.ts';
import { InstructionWalker } from '../../../../src/wasm/code/instructionWalker.ts';
import { ACCESS_INSTRUCTIONS } from '../../../../src/wasm/code/memoryAccess.ts';
import { FIRST_NUMERIC, NUMERIC_INSTRUCTIONS } from '../../../../src/wasm/code/numericInstructions.ts';
import { readModule } from '../../../../src/wasm/module.ts';
import { functionRanges, readBody } from '../../../../src/wasm/record/functionBody.ts';

const wabt = await wabtFactory();
const FEATURES = { threads: true, exceptions: true, tail_call: true, function_references: true, gc: true };

/** How the text format writes the immediates of some; most are zeros. */
const TEXT: Readonly<Record<string, string>> = {
  heapType: 'func',
  labels: '0 0',
  blockType: '',
  memory: '',
  memoryArgument: '',
  s32: '-7',
  s64: '-7',
  f32: '1',
  f64: '1',
};
/** The same of all immediates of an instruction. */
const WHOLE: Readonly<Record<string, string>> = {
  call_indirect: '(type 0)',
  return_call_indirect: '(type 0)',
  'table.init': '0',
  'atomic.fence': '',
};
const textOf = (name: string, immediates: readonly string[]): string =>
  WHOLE[name] ?? immediates.map(each => TEXT[each] ?? '0').join(' ');

interface Named {
  readonly code: number;
  readonly name: string;
  readonly text: string;
}

const named: readonly Named[] = [
  ...INSTRUCTIONS.map(([code, name, immediates]) => ({ code, name, text: `${name} ${textOf(name, immediates)}` })),
  ...ACCESS_INSTRUCTIONS.map(({ code, name, form, lane }) => ({
    code,
    name,
    text: `${name} ${lane || form === 'init' ? '0' : ''}`,
  })),
  ...NUMERIC_INSTRUCTIONS.map(([name], index) => ({ code: FIRST_NUMERIC + index, name, text: name })),
];

/** Those that wabt's text format has not, or not alone. */
const NOT_ALONE =
  /^(else|end|try|catch|catch_all|rethrow|delegate|throw_ref|try_table|select t|ref\.eq|ref\.as_non_null|br_on_|call_ref|return_call_ref|struct|array|any|extern|i31|ref\.(test|cast|i31))/;

/** The number of an instruction as wabt writes it, and whether the walker ends where it does. */
function written({ name, text }: Named): string {
  const end = ['block', 'loop', 'if'].includes(name) ? 'end' : '';
  const module = wabt.parseWat(
    'test.wat',
    `(module (type (func)) (tag) (table 1 funcref) (memory 1) (global (mut i32) (i32.const 0)) (data "a") (elem func)
      (func (local i32) ${text} ${end}))`,
    FEATURES,
  );
  const bytes = module.toBinary({}).buffer;
  module.destroy();
  const read = readModule(new Uint8Array(bytes));
  const [start, finish] = functionRanges(read);
  const body = readBody(read, 0, start, finish);
  const walker = new InstructionWalker(read.bytes, body.code, body.end);
  walker.next();
  return `${walker.code}, ends ${body.end - walker.offset - (end === '' ? 1 : 2)} bytes before the end`;
}

test('an instruction has one row', () => {
  expect(new Set(named.map(({ code }) => code)).size).toBe(named.length);
  expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
});

test('numbers and immediates are those that wabt writes', () => {
  const alone = named.filter(({ name }) => !NOT_ALONE.test(name));
  const wrong = alone.filter(each => written(each) !== `${each.code}, ends 0 bytes before the end`);
  expect(wrong.map(each => `${each.name} (${each.code}): ${written(each)}`)).toEqual([]);
  expect(alone.length).toBeGreaterThan(250);
});
