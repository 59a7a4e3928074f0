import { describe, expect, it } from 'vitest';
import { unlinkedNote } from '../../../../src/engine/host/dynamicLinking.ts';
import { readModule } from '../../../../src/wasm/module.ts';
import { type Bytes, custom, moduleOf, section } from '../../support/bytes.ts';
import { fixturesThat, readGuest } from '../../support/fixtures.ts';
import { eventsOfType, runHere } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

const NOT_RUN =
  'its relocations (__wasm_apply_data_relocs) and constructors (__wasm_call_ctors) were not run. What it computes may be wrong. Link it without -shared, and run the result.';
const noteOf = (bytes: Bytes): string | null => unlinkedNote(readModule(bytes));
const MEMORY = section(5, [1, 0x00, 1]);

describe('a module that is made for a dynamic linker', () => {
  it('is told with the run, by what was missing', () => {
    const [{ notes }] = eventsOfType(runHere('misbehaving/side-module').events, 'modules');
    expect(notes).toEqual([
      `The module is made for a dynamic linker (it has a 'dylink.0' section), and none linked it: env.__memory_base, env.__table_base, GOT.mem.elsewhere were placeholders of 0, and ${NOT_RUN}`,
    ]);
  });

  it('has a section that says so, of either kind', () => {
    const old = `The module is made for a dynamic linker (it has a 'dylink' section), and none linked it: ${NOT_RUN}`;
    expect(noteOf(moduleOf(custom('dylink', 0, 0, 0, 0, 0), MEMORY))).toBe(old);
  });

  it('is known by its imports alone, of which some are named', () => {
    const got = ['a', 'b', 'c', 'd', 'e', 'f'].map(each => `(import "GOT.func" "${each}" (global (mut i32)))`).join('');
    expect(noteOf(assemble(`(module ${got} (memory 1))`))).toBe(
      `The module is made for a dynamic linker (its imports say so), and none linked it: GOT.func.a, GOT.func.b, GOT.func.c, GOT.func.d and 2 more were placeholders of 0, and ${NOT_RUN}`,
    );
  });
});

it.each(
  fixturesThat('reaches')
    .map(({ name }) => name)
    .filter(name => name !== 'misbehaving/side-module'),
)('%s asks for no linker', name => {
  expect(unlinkedNote(readModule(readGuest(name)))).toBeNull();
});
