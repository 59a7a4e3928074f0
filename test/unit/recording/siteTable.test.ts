// Sites as the user reads them: of a module, held against wasm-objdump, and of a file.
import { describe, expect, it } from 'vitest';
import { fileSites, ModuleSites, siteView } from '../../../src/recording/siteTable.ts';
import { readModule } from '../../../src/wasm/module.ts';
import { functionNamer } from '../../../src/wasm/names.ts';
import { logReader } from '../../../src/wasm/record/decodeLog.ts';
import { recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import { assemble, disassemble, objdump } from '../support/wabt.ts';

const GUEST = assemble(`(module
  (import "env" "f" (func $imported))
  (memory 1)
  (func $first (local i64 f32) (i32.store8 offset=9 (i32.const 1) (i32.const 2)) (call $imported))
  (func (export "second") (i64.store (i32.const 8) (i64.const 3)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))
  (func (drop (i32.load16_u (i32.const 0)))))`);

const module = readModule(GUEST);
const { sites } = logReader(module, recordAccesses(module, { level: 'all' }).plan);
const nameOf = functionNamer(module);
const table = new ModuleSites();
table.add({ name: 'guest.wasm', module, nameOf, sites, instanceState: 'separate' });
const all = Array.from({ length: sites.count }, (_, id) => table.summary(id));

describe('the sites of a module', () => {
  it('are its accesses, in the order of the file', () => {
    expect(
      all.map(({ id, functionName, functionIndex, instruction, width }) => [
        id,
        functionName,
        functionIndex,
        instruction,
        width,
      ]),
    ).toEqual([
      [0, 'first', 1, 'i32.store8', 1],
      [1, 'second', 2, 'i64.store', 8],
      [2, 'second', 2, 'memory.fill', 0],
      [3, 'func[3]', 3, 'i32.load16_u', 2],
    ]);
  });

  it('lie where wasm-objdump has them', () => {
    const instructions = disassemble(GUEST);
    for (const { offset, instruction } of all)
      expect(instructions.get(offset)).toMatch(new RegExp(`^${instruction}\\b`));
    // Lines as `000039 func[1] <first>:` are where bodies begin.
    const bodies = new Map(
      Array.from(objdump(GUEST, '-d').matchAll(/^([0-9a-f]{6}) func\[(\d+)\]/gm), ([, at, index]) => [
        Number(index),
        Number.parseInt(at, 16),
      ]),
    );
    for (const { functionIndex, functionOffset, offset } of all)
      expect(offset - functionOffset).toBe(bodies.get(functionIndex));
  });

  it('have no others', () => {
    expect(() => table.summary(sites.count)).toThrow(RangeError);
  });
});

it('the sites of several modules are numbered one module after the other', () => {
  const two = new ModuleSites();
  for (const name of ['a.wasm', 'b.wasm']) two.add({ name, module, nameOf, sites, instanceState: 'separate' });
  expect(two.summary(4)).toEqual({ ...all[0], id: 4, module: 1 }); // each has four
  expect(two.summary(3)).toEqual(all[3]);
  expect(() => two.summary(8)).toThrow(RangeError);
});

it('the sites of a file are those that it tells of', () => {
  const told = fileSites([all[2], all[0]], [], []);
  expect(told.summary(2)).toEqual(all[2]);
  expect(told.summary(0)).toEqual(all[0]);
  expect(() => told.summary(1)).toThrow(new RangeError('the recording does not tell of site 1'));
});

it('a view says what the panel shows', () => {
  expect(siteView(all[1])).toEqual({
    module: 0,
    function: 'second',
    functionIndex: 2,
    offset: all[1].offset,
    functionOffset: 1 + 2 + 2, // no locals, two constants of two bytes
    instruction: 'i64.store',
  });
});
