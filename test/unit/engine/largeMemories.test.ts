// Memories of which most is never touched: what guests wrote is known wherever it lies, and nothing else is read.

import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { peakOf, TELL_PEAK } from '../../../scripts/lib/peakMemory.ts';
import { address, step, WASM_PAGE_BYTES } from '../../../src/protocol/units.ts';
import { ended } from '../support/cli.ts';
import { ROOT } from '../support/fixtures.ts';
import { eventsOfType, LEVELS, type RunHere, runHere } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

const MIB = 2 ** 20;

describe.concurrent('a guest with 4 GiB of memory, of which it writes one page,', () => {
  it.each(['huge-minimum', 'grow-to-limit'].flatMap(guest => LEVELS.map(level => [guest, level] as const)))(
    '%s, takes less than 300 MiB at level %s',
    async (guest, level) => {
      const args = ['dist/cli.js', 'run', `test/guests/misbehaving/${guest}.wasm`, '--record', level];
      const child = spawn(process.execPath, ['--import', TELL_PEAK, ...args], { cwd: ROOT });
      const result = await ended(child);
      expect(result.code).toBe(0);
      expect(result.stderr).toContain('value reached: 356');
      const mebibytes = peakOf(result.stderr) / 1024;
      expect(mebibytes).toBeGreaterThan(20); // it was measured
      expect(mebibytes).toBeLessThan(300);
    },
  );
});

const FAR = 200 * MIB;
const MEMORY = '(memory 4096)'; // 256 MiB

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** What memory held at a step, and who wrote the first byte of it. */
function at({ reader }: RunHere, place: number, length: number, moment = 0): readonly [string, string] {
  const last = reader.lastWriter(step(moment), address(place));
  const who = last.kind === 'write' ? last.write.owner.kind : last.kind;
  return [text(reader.bytes(step(moment), address(place), length)), who];
}

describe('step 0 of a guest with 256 MiB of memory', () => {
  /** What a module has beside its memory, and what memory must hold by the specification. */
  const SEGMENTS: readonly (readonly [what: string, source: string, expected: Readonly<Record<number, string>>])[] = [
    ['data far away', `(data (i32.const ${FAR}) "far")`, { [FAR]: 'far', [FAR + 3]: '\0' }],
    ['data at an imported global, of which the host makes a 0', '(data (global.get $imported) "near")', { 0: 'near' }],
    [
      'data at an extended constant expression',
      `(data (i32.sub (i32.add (global.get $imported) (i32.const ${FAR + 50})) (i32.const 40)) "ten")`,
      { [FAR + 10]: 'ten', [FAR]: '\0' },
    ],
    [
      'data at a global of the module',
      `(global $own i32 (i32.add (global.get $imported) (i32.const ${FAR}))) (global $next i32 (i32.add (global.get $own) (i32.const 8192)))
       (data (global.get $own) "own") (data (global.get $next) "next")`,
      { [FAR]: 'own', [FAR + 8192]: 'next' },
    ],
    ['data over the end of a page', `(data (i32.const ${FAR - 2}) "over")`, { [FAR - 2]: 'over' }],
  ];
  const withGlobals = (source: string): string => `(import "env" "i" (global $imported i32)) ${MEMORY} ${source}`;

  it.each(LEVELS.flatMap(level => SEGMENTS.map(segments => [level, ...segments] as const)))(
    'at level %s has %s',
    (record, _what, source, expected) => {
      const run = runHere(assemble(`(module ${withGlobals(source)})`), { record });
      for (const [place, held] of Object.entries(expected))
        expect(at(run, Number(place), held.length)).toEqual([held, held === '\0' ? 'never' : 'initial']);
      expect(run.reader.lastStep).toBe(0); // and the memory itself held nothing else at the end
    },
  );

  const START: readonly (readonly [
    what: string,
    memory: string,
    code: string,
    expected: Readonly<Record<number, string>>,
  ])[] = [
    [
      'stores, fills, copies and data of a passive segment',
      MEMORY,
      `(i32.store (i32.const ${FAR}) (i32.const 0x64636261))
         (memory.fill (i32.const ${FAR + 4094}) (i32.const 0x2e) (i32.const 4100))
         (memory.copy (i32.const ${FAR + 20 * MIB}) (i32.const ${FAR}) (i32.const 4))
         (memory.init $passive (i32.const ${FAR + 30 * MIB}) (i32.const 1) (i32.const 3))`,
      {
        [FAR]: 'abcd\0',
        [FAR + 4093]: '\0..',
        [FAR + 4094 + 4099]: '.\0',
        [FAR + 20 * MIB]: 'abcd\0',
        [FAR + 30 * MIB]: 'ass\0',
      },
    ],
    [
      'stores into memory that it has grown',
      '(memory 1 8192)',
      `(i32.store8 (i32.const 16) (i32.const 0x61))
         (drop (memory.grow (i32.const 4096)))
         (i32.store8 (i32.const ${FAR}) (i32.const 0x62))
         (i32.store8 (i32.const ${256 * MIB + WASM_PAGE_BYTES - 1}) (i32.const 0x63))`,
      { 16: 'a', [FAR]: 'b', [256 * MIB + WASM_PAGE_BYTES - 1]: 'c' },
    ],
    [
      // Each store at an address that can't be computed from the one before: some bytes of log, more than a chunk has.
      'a store behind more stores than a chunk of the log holds',
      MEMORY,
      `(loop $again
           (global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1664525)) (i32.const 1013904223)))
           (i32.store (i32.and (i32.shr_u (global.get $x) (i32.const 8)) (i32.const 0xfffc)) (global.get $x))
           (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 300000))))
         (i32.store8 (i32.const ${FAR}) (i32.const 0x64))`,
      { [FAR]: 'd\0' },
    ],
  ];
  const withStart = (memory: string, code: string): Uint8Array =>
    assemble(`(module ${memory} (data $passive "passive") (global $x (mut i32) (i32.const 1))
      (func $start (local $i i32) ${code}) (start $start))`);

  it.each((['stores', 'all'] as const).flatMap(level => START.map(start => [level, ...start] as const)))(
    'at level %s has what a start function did: %s',
    (record, _what, memory, code, expected) => {
      const run = runHere(withStart(memory, code), { instances: 1, record });
      for (const [place, held] of Object.entries(expected)) expect(at(run, Number(place), held.length)[0]).toBe(held);
      expect(run.reader.lastStep).toBe(0);
      const [{ memoryBytes }] = eventsOfType(run.recorded, 'begun');
      expect(run.reader.memoryBytes(step(0))).toBe(memoryBytes);
    },
  );

  it.each(['stores', 'all'] as const)('has what the start functions of all instances did (level %s)', record => {
    const code = `(i32.store8 (i32.const ${FAR}) (i32.add (i32.load8_u (i32.const ${FAR})) (i32.const 0x21)))`;
    expect(at(runHere(withStart(MEMORY, code), { instances: 3, record }), FAR, 2)).toEqual(['c\0', 'initial']);
  });

  it.each(['stores', 'all'] as const)('has what a start function did until it trapped (level %s)', record => {
    const code = `(i32.store8 (i32.const ${FAR}) (i32.const 0x61)) (unreachable)`;
    const run = runHere(withStart(MEMORY, code), { record });
    expect(at(run, FAR, 2)).toEqual(['a\0', 'initial']);
    expect(eventsOfType(run.events, 'finished')).toMatchObject([{ status: 'trapped' }]);
  });

  it('has, without a log, what a start function did in the first 64 MiB and near to data', () => {
    const code = `(i32.store8 (i32.const ${64 * MIB - 1}) (i32.const 0x61))
      (i32.store8 (i32.const ${FAR + 70_000}) (i32.const 0x62))`;
    const guest = assemble(`(module ${MEMORY} (data (i32.const ${FAR}) "data") (func $start ${code}) (start $start))`);
    const run = runHere(guest, { record: 'calls' });
    expect(at(run, 64 * MIB - 1, 1)).toEqual(['a', 'initial']);
    expect(at(run, FAR + 70_000, 1)).toEqual(['b', 'initial']);
  });
});

describe('a call of a guest with 256 MiB of memory', () => {
  const GUEST = assemble(`(module ${MEMORY}
    (func (export "alloc_11") (result i32) (i32.store (i32.const ${FAR}) (i32.const 11)) (i32.const ${FAR}))
    (func (export "add_23") (param i32) (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);

  it.each(['stores', 'all'] as const)('writes where it writes (level %s)', record => {
    const run = runHere(GUEST, { instances: 1, record });
    expect(run.calls.map(({ watched, bytesChanged }) => [watched?.before, watched?.after, bytesChanged])).toEqual([
      [0, 11, 1],
      [11, 34, 1],
      [34, 57, 1],
      [57, 80, 1],
      [80, 103, 1],
      [103, 126, 1],
    ]);
    expect(run.reader.lastStep).toBe(6);
    expect(at(run, FAR, 2, 6)).toEqual(['~\0', 'instance']); // 126
  });

  it('is seen without a log where it writes the value that is watched', () => {
    const run = runHere(GUEST, { instances: 1, record: 'calls' });
    expect(run.calls.map(({ watched, bytesChanged }) => [watched?.after, bytesChanged])).toEqual([
      [11, 1],
      [34, 1],
      [57, 1],
      [80, 1],
      [103, 1],
      [126, 1],
    ]);
  });
});
