// What a host writes between and in the calls of an exact module is told before the first access to it, by either log.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AccessLevel, LogKind } from '../../../../src/protocol/recordingPlan.ts';
import { readModule } from '../../../../src/wasm/module.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { guestImports } from '../../../differential/guestImports.ts';
import { unpack } from '../../../differential/randomModules.ts';
import { objdump } from '../../support/wabt.ts';
import { assemble, type RecordedRun, runRecorded } from './recordedRun.ts';

const LOGS: readonly LogKind[] = ['simple', 'compact'];
const LEVELS: readonly AccessLevel[] = ['all', 'stores'];

async function run(text: string, level: AccessLevel, log: LogKind): Promise<RecordedRun> {
  return runRecorded(await assemble(text), { level, log, exact: true });
}

const call = ({ instance }: RecordedRun, name: string, ...args: unknown[]): unknown => {
  const exported = instance.exports[name];
  if (typeof exported !== 'function') throw new Error(`there is no function ${name}`);
  return exported(...args);
};

describe.each(LOGS)('by the %s log', log => {
  it('before a load, whether loads are recorded or not', async () => {
    const guest = `(module (memory 1) (func (export "f") (result i32)
      (i32.store (i32.const 0) (i32.const 1)) (i32.load (i32.const 16384))
      (i32.store (i32.const 4) (i32.const 2))))`;
    const host = [{ address: 16_384, bytes: [1, 2] }];
    const all = await run(guest, 'all', log);
    all.hostRuns(host);
    expect(call(all, 'f')).toBe(0x201);
    expect(all.accesses()).toEqual([
      'i32.store @0 01000000',
      'host @16384 0102',
      'i32.load @16384',
      'i32.store @4 02000000',
    ]);
    const stores = await run(guest, 'stores', log);
    stores.hostRuns(host);
    call(stores, 'f');
    expect(stores.accesses()).toEqual(['i32.store @0 01000000', 'host @16384 0102', 'i32.store @4 02000000']);
  });

  it('in the round of a loop that comes to its part, whatever tells the rounds', async () => {
    // 16 bytes a round from 0 on: in round 448 it comes to the part of 1 KiB before the one that the host has written in, and looks at both.
    const loop = (first: number, end: string): string => `(module (memory 1)
      (func (export "f") (local $i i32) (local $n i32)
        (local.set $n (i32.const ${first}))
        (loop $l
          (i64.store (local.get $i) (i64.const -1))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $l ${end}))))`;
    for (const [first, end] of [
      [0, '(i32.lt_u (local.get $i) (i32.const 8192))'],
      [7, '(i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 519))'],
      [512, '(local.tee $n (i32.add (local.get $n) (i32.const -1)))'],
    ] as const) {
      const made = await run(loop(first, end), 'stores', log);
      made.hostRuns([{ address: 8200, bytes: [7] }]);
      call(made, 'f');
      const lines = made.accesses();
      expect(lines.indexOf('host @8200 07')).toBe(448);
      expect(lines.length).toBe(513);
    }
  });

  it('once: what a guest knows by then is not told again, and what the host puts back is', async () => {
    const guest =
      '(module (memory 1) (func (export "f") (param i32) (i32.store8 (i32.const 9) (i32.load8_u (local.get 0)))))';
    const made = await run(guest, 'stores', log);
    const lines = (value: number | null): string[] => {
      made.hostRuns(value === null ? [] : [{ address: 100, bytes: [value] }]);
      call(made, 'f', 100);
      return made.accesses();
    };
    expect([lines(5), lines(null), lines(0), lines(0)]).toEqual([
      ['host @100 05', 'i32.store8 @9 05'],
      ['i32.store8 @9 05'],
      ['host @100 00', 'i32.store8 @9 00'],
      ['i32.store8 @9 00'],
    ]);
  });

  it('behind a call in which the host may have run, also where the same local had been the address before', async () => {
    const guest = `(module (import "env" "host" (func $host)) (memory 1) (func (export "f") (param $p i32) (result i32)
      (i32.store (local.get $p) (i32.const 1))
      (call $host)
      (i32.load (local.get $p))))`;
    let made: RecordedRun | null = null;
    const host = (): void => made?.hostRuns([{ address: 5000, bytes: [9] }]);
    made = runRecorded(await assemble(guest), { level: 'all', log, exact: true }, () => ({ env: { host } }));
    expect(call(made, 'f', 5000)).toBe(9);
    expect(made.accesses()).toEqual(['i32.store @5000 01000000', 'host @5000 09', 'i32.load @5000']);
  });

  it('behind whatever way on which the host may have run, or the address is another', async () => {
    for (const [what, between] of Object.entries({
      'a call in an if': '(if (local.get $yes) (then (call $host)))',
      'a call in an else': '(if (i32.eqz (local.get $yes)) (then) (else (call $host)))',
      'a call in a block that is left': '(block $b (block (call $host) (br_if $b (local.get $yes)) (unreachable)))',
      'a call in a loop': '(loop $l (drop (i32.load8_u (i32.const 0))) (call $host))',
      'a table of branches': '(block $b (block $c (call $host) (br_table $b $c (local.get $yes))) (unreachable))',
      'a call by a function that is called': '(if (local.get $yes) (then (call $calls)))',
      'a call by a function behind it': '(if (local.get $yes) (then (call $callsLater)))',
      'a call that a branch goes past': '(block $b (br_if $b (i32.eqz (local.get $yes))) (call $host))',
      'a call behind an access':
        '(block $b (drop (i32.load (local.get $p))) (br_if $b (i32.eqz (local.get $yes))) (call $host) (br $b))',
      'a call before what is thrown': '(block $b (try_table (catch_all $b) (call $host) (throw $tag)))',
      'a table in a loop': '(loop $l (block $b (br_table $b $b (local.get $yes))) (call $host))',
      'an address that is set': '(call $host) (if (local.get $yes) (then (local.set $p (i32.const 5000))))',
      'an address that was set before': '(local.set $p (i32.const 5000)) (call $host)',
      'an address that a loop sets':
        '(call $host) (i32.store (local.get $p) (i32.const 2)) (loop $l (if (local.get $yes) (then (local.set $p (i32.const 5000)) (local.set $yes (i32.const 0)) (br $l))))',
      'an address of another local': '(local.set $q (i32.const 5000)) (call $host) (local.set $p (local.get $q))',
    })) {
      const guest = `(module (import "env" "host" (func $host)) (memory 1) (tag $tag)
        (func $calls (call $host))
        (func (export "f") (param $p i32) (param $yes i32) (result i32) (local $q i32)
          (i32.store (i32.const 5000) (i32.const 1)) (i32.store (local.get $p) (i32.const 1))
          ${between}
          (i32.load (local.get $p)))
        (func $callsLater (call $host)))`;
      let made: RecordedRun | null = null;
      const host = (): void => made?.hostRuns([{ address: 5000, bytes: [9] }]);
      made = runRecorded(await assemble(guest), { level: 'all', log, exact: true }, () => ({ env: { host } }));
      const at = what.startsWith('an address') ? 20_000 : 5000;
      expect(call(made, 'f', at, what.includes('table') ? 0 : 1), what).toBe(9);
      expect(made.accesses().slice(-2), what).toEqual(['host @5000 09', 'i32.load @5000']);
    }
    // In a loop whose second round begins behind a call.
    const guest = `(module (import "env" "host" (func $host)) (memory 1)
      (func (export "f") (param $p i32) (param $n i32)
        (i32.store (local.get $p) (i32.const 1))
        (loop $l
          (drop (i32.load (local.get $p)))
          (call $host)
          (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`;
    let made: RecordedRun | null = null;
    const host = (): void => made?.hostRuns([{ address: 5000, bytes: [9] }]);
    made = runRecorded(await assemble(guest), { level: 'all', log, exact: true }, () => ({ env: { host } }));
    call(made, 'f', 5000, 2);
    expect(made.accesses()).toEqual(['i32.store @5000 01000000', 'i32.load @5000', 'host @5000 09', 'i32.load @5000']);
  });

  it('nothing of what guests stored themselves, also at the border of two pages', async () => {
    const guest = '(module (memory 1) (func (export "f") (param i32 i32) (i32.store (local.get 0) (local.get 1))))';
    const made = await run(guest, 'stores', log);
    for (const [at, value] of [
      [4094, -1],
      [4096, 1],
      [4094, 2],
    ]) {
      made.hostRuns([]);
      call(made, 'f', at, value);
    }
    expect(made.accesses().filter(line => line.startsWith('host'))).toEqual([]);
  });

  it('before bulk, vector and atomic instructions, and behind an offset of more than a part', async () => {
    const far = 20_480;
    for (const [code, line] of [
      [`(memory.fill (i32.const ${far}) (i32.const 1) (i32.const 2))`, `memory.fill @${far} +2 1`],
      [
        `(memory.copy (i32.const 0) (i32.const ${far - 8190}) (i32.const 8192))`,
        `memory.copy @0 +8192 from ${far - 8190}`,
      ],
      [`(memory.init $d (i32.const ${far}) (i32.const 0) (i32.const 2))`, `memory.init @${far} +2 segment 0 from 0`],
      [`(v128.store (i32.const ${far - 15}) (v128.const i64x2 0 0))`, `v128.store @${far - 15} ${'00'.repeat(16)}`],
      [`(v128.store8_lane 3 (i32.const ${far}) (v128.const i32x4 0 0 0 0))`, `v128.store8_lane @${far} 00`],
      [`(drop (i32.atomic.rmw.add (i32.const ${far}) (i32.const 1)))`, `i32.atomic.rmw.add @${far} 08000000`],
      [`(i32.store offset=${far} (i32.const 0) (i32.const 3))`, `i32.store @${far} 03000000`],
      [`(i64.store offset=4095 (i32.const ${far - 4102}) (i64.const 0))`, `i64.store @${far - 7} 0000000000000000`],
    ]) {
      const made = await run(`(module (memory 1) (data $d "ab") (func (export "f") ${code}))`, 'all', log);
      made.hostRuns([{ address: far, bytes: [7] }]);
      call(made, 'f');
      expect(made.accesses()).toEqual([`host @${far} 07`, line]);
    }
  });

  it('behind an access to the same address, where the bytes lie farther than its mark tells', async () => {
    // From the last byte of its part on, 1024 bytes are in the next one, which was looked at; 1025 are not. In a function each, and in one.
    const [at, far] = [19_455, 20_480];
    const near = `(i64.store offset=1016 (local.get $p) (i64.const 0))`;
    const behind = `(i64.store offset=1024 (local.get $p) (i64.const 0))`;
    for (const next of ['(i32.store8 (local.get $p) (i32.const 1))', near]) {
      for (const between of ['', ') (func (export "g") (param $p i32)']) {
        const made = await run(
          `(module (memory 1) (func (export "f") (param $p i32) ${next} ${between} ${behind}))`,
          'all',
          log,
        );
        made.hostRuns([{ address: far, bytes: [7] }]);
        call(made, 'f', at);
        if (between !== '') call(made, 'g', at);
        expect(made.accesses().slice(1)).toEqual([`host @${far} 07`, `i64.store @${far - 1} 0000000000000000`]);
      }
    }
  });

  it('where the access traps, the trap is that of the access, and it is told what the host wrote before', async () => {
    const guest = `(module (memory 1) (func (export "f")
      (i32.store (i32.const 8192) (i32.const 1)) (i32.store (i32.const 65534) (i32.const 1))))`;
    const made = await run(guest, 'stores', log);
    made.hostRuns([{ address: 65_535, bytes: [7] }]);
    expect(() => call(made, 'f')).toThrow('memory access out of bounds');
    try {
      made.hostRuns([]);
      call(made, 'f');
    } catch (thrown) {
      made.threw(thrown);
    }
    expect(made.accesses().slice(-1)).toEqual(['i32.store @8192 01000000']);
  });
});

const FILE = fileURLToPath(new URL('../../../differential/modules.gz', import.meta.url));
const modules = unpack(gunzipSync(readFileSync(FILE)))
  .slice(0, 120)
  .filter(bytes => readModule(bytes).memories.length > 0);

/** Numbers that are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Calls all functions once, with writes of the host before each call and in each import. */
function observe(bytes: Uint8Array, level: AccessLevel, log: LogKind, seed: number) {
  const module = readModule(bytes);
  const next = numbers(seed);
  let made: RecordedRun | null = null;
  const lines: string[] = [];
  const hostRuns = (): void => {
    if (!made || made.memory.buffer.byteLength === 0) return;
    const memoryBytes = Math.min(made.memory.buffer.byteLength, 16_384);
    made.hostRuns(
      Array.from({ length: next(4) }, () => ({ address: next(memoryBytes - 8), bytes: [next(256), next(256)] })),
    );
  };
  try {
    made = runRecorded(bytes.slice(), { level, log, exact: true }, memory => guestImports(module, memory, hostRuns));
  } catch {
    return { lines, unlike: [] };
  }
  for (const { kind, name } of module.exports) {
    if (kind !== 'function') continue;
    hostRuns();
    try {
      call(made, name, 1, 2, 3, 4);
    } catch (thrown) {
      made.threw(thrown);
    }
    lines.push(...made.accesses());
  }
  return { lines, unlike: made.unlike };
}

it('random modules: each access sees what is told, by both logs in the same places', () => {
  let hostLines = 0;
  for (const [index, bytes] of modules.entries()) {
    for (const level of LEVELS) {
      const [simple, compact] = LOGS.map(log => observe(bytes, level, log, index + 1));
      expect(simple.unlike, `module ${index}, ${level}, simple`).toEqual([]);
      expect(compact.unlike, `module ${index}, ${level}, compact`).toEqual([]);
      expect(compact.lines, `module ${index}, ${level}`).toEqual(simple.lines);
      hostLines += compact.lines.filter(line => line.startsWith('host')).length;
    }
  }
  expect(hostLines).toBeGreaterThan(100);
}, 60_000);

it('by no more checks than are needed: not where all ways come from one, nor in each round of a loop', async () => {
  const load = '(drop (i32.load (local.get $p)))';
  const cases = [
    [load, 0],
    [`(if (local.get $yes) (then ${load}))`, 0],
    [`(block $b (br_if $b (local.get $yes)) (nop)) ${load}`, 0],
    [`(block $b (br_if $b (local.get $yes)) (call $host)) ${load}`, 1],
    // Known of $q on both ways, on one way.
    [
      `(if (local.get $yes) (then (drop (i32.load (local.get $q)))) (else (i32.store (local.get $q) (i32.const 0)))) (drop (i32.load (local.get $q)))`,
      2,
    ],
    [`(if (local.get $yes) (then (drop (i32.load (local.get $q))))) (drop (i32.load (local.get $q)))`, 2],
    [`(block $b (drop (i32.load (local.get $q))) (br_if $b (local.get $yes))) (drop (i32.load (local.get $q)))`, 1],
    // A load's check is none of a store.
    [`(drop (i32.load (local.get $q))) (i32.store (local.get $q) (i32.const 0))`, 2],
    [`(loop $l ${load} (br_if $l (local.get $yes)))`, 0],
    [`(loop $l ${load} (call $alone) (br_if $l (local.get $yes)))`, 0],
    [`(loop $l ${load} (call $calls) (br_if $l (local.get $yes)))`, 1],
    [`(loop $l ${load} (local.set $p (local.get $q)) (br_if $l (local.get $yes)))`, 1],
    [`(local.set $q (local.get $p)) (drop (i32.load (local.get $q)))`, 0],
    ['(drop (i32.load (local.get $q))) (local.set $p (local.get $q)) (i32.store (local.get $p) (i32.const 0))', 2],
  ] as const;
  const text = `(module (import "env" "host" (func $host)) (memory 1)
    (func $calls (call $host)) (func $alone (nop))
    ${cases
      .map(
        ([body], i) => `(func (export "f${i}") (param $p i32) (param $q i32) (param $yes i32)
          (i32.store8 (local.get $p) (i32.const 1)) ${body})`,
      )
      .join('')})`;
  const module = readModule(await assemble(text));
  const { bytes } = recordAccesses(module, { level: 'stores', exact: true });
  // Each call of `come` is a check, the first of each function that of its store.
  const [, ...functions] = objdump(bytes, '-d').split(/<f\d+>:$/m);
  const checks = functions.map(each => (each.match(/\| +call \d+ <[^>]*\.come>$/gm)?.length ?? 0) - 1);
  expect(cases.map(([body], i) => [body, checks[i]])).toEqual(cases.map(each => [...each]));
});
