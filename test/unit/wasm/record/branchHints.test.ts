// An exact module says of each branch that the rewrite added that it is hardly ever taken, at the place where that stands.
import { expect, it } from 'vitest';
import { ByteReader } from '../../../../src/wasm/byteReader.ts';
import { readModule, SECTION } from '../../../../src/wasm/module.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { assemble } from './recordedRun.ts';

/** Two functions with accesses, one without, one with a branch of its own; one import before them. */
const GUEST = `(module (import "env" "host" (func $host)) (memory 1)
  (func (i32.store (i32.const 8) (i32.const 1)))
  (func (call $host))
  (func (param i32) (local i64 i64) (if (local.get 0) (then (drop (i32.load (i32.const 8)))))))`;

/** By function index: the offsets in its body. */
function hintsOf(bytes: Uint8Array): Map<number, number[]> {
  const { sections } = readModule(bytes);
  const at = sections.findIndex(({ name }) => name === 'metadata.code.branch_hint');
  expect(sections[at + 1].id).toBe(SECTION.code);
  const reader = new ByteReader(bytes, sections[at].contents, sections[at].end);
  const hints = new Map<number, number[]>();
  for (let functions = reader.u32(); functions > 0; functions--) {
    const index = reader.u32();
    hints.set(
      index,
      Array.from({ length: reader.u32() }, () => {
        const offset = reader.u32();
        expect([reader.u32(), reader.byte()]).toEqual([1, 0]);
        return offset;
      }),
    );
  }
  expect(reader.offset).toBe(sections[at].end);
  return hints;
}

/** Of each function of the code section, its body: its locals and its instructions. */
function bodiesOf(bytes: Uint8Array): Uint8Array[] {
  const code = readModule(bytes).sections.find(({ id }) => id === SECTION.code);
  if (!code) throw new Error('it has code');
  const reader = new ByteReader(bytes, code.contents, code.end);
  return Array.from({ length: reader.u32() }, () => {
    const size = reader.u32();
    const start = reader.offset;
    reader.offset += size;
    return bytes.subarray(start, start + size);
  });
}

it('at the ifs that were added, by the indices of the new module', async () => {
  const { bytes } = recordAccesses(readModule(await assemble(GUEST)), { level: 'stores', exact: true });
  const hints = hintsOf(bytes);
  // Imported are the host's function, the log's flush and the one for pages without a mark.
  expect([...hints.keys()]).toEqual([3, 5]);
  const [EMPTY_IF, I32_NE, I32_EQZ, I32_GT_U] = ['0440', 0x47, 0x45, 0x4b];
  const conditions = [...hints].map(([index, offsets]) =>
    offsets.map(offset => {
      const body = bodiesOf(bytes)[index - 3];
      expect(Buffer.from(body.subarray(offset, offset + 2)).toString('hex')).toBe(EMPTY_IF);
      return body[offset - 1];
    }),
  );
  // Of the store: room in the log, and a mark that says stored; of the load, which is not recorded: a mark of either kind.
  expect(conditions).toEqual([[I32_GT_U, I32_NE], [I32_EQZ]]);
});

it('not in a module that is not exact', async () => {
  const { bytes } = recordAccesses(readModule(await assemble(GUEST)), { level: 'all' });
  expect(readModule(bytes).sections.map(({ name }) => name)).not.toContain('metadata.code.branch_hint');
});
