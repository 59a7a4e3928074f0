// With --exact, what the host writes is found where a guest comes to it, however often host and guest take turns.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { Run } from '../../../../src/engine/client.ts';
import { accessorText } from '../../../../src/protocol/access.ts';
import { address, step } from '../../../../src/protocol/units.ts';
import { type RecordedProgram, recordProgram } from '../../support/recordedPrograms.ts';
import { assemble } from '../../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'exact-'));
afterAll(() => rmSync(folder, { recursive: true }));
const opened: Run[] = [];
afterEach(() => {
  for (const run of opened.splice(0)) run.dispose();
});

/** Records a program over a guest that exports its memory; `u8()` are the memory's bytes, `e` the guest's exports. */
async function record(guest: string, imports: string, source: string, ...options: string[]): Promise<RecordedProgram> {
  writeFileSync(join(folder, 'guest.wasm'), assemble(guest));
  const program = `
    const u8 = () => new Uint8Array(e.memory.buffer);
    const bytes = require('node:fs').readFileSync(__dirname + '/guest.wasm');
    const e = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { ${imports} } }).exports;
    ${source}`;
  writeFileSync(join(folder, 'program.cjs'), program);
  const recorded = await recordProgram(join(folder, 'program.cjs'), '--exact', ...options);
  opened.push(recorded.run);
  return recorded;
}

async function writesTo({ run }: RecordedProgram, at: number) {
  const range = { step: run.snapshot.lastStep, address: address(at), length: 1, count: 100_000 };
  return (await run.recording.ask('writesTo', range)).toReversed();
}

/** So large that comparing all of it a few thousand times takes longer than a program may be held up. */
const FAR = 0x300_0000;
const BIG = '(memory (export "memory") 1000)';
/** A list of pointers: what is compared near has other pages. */
const TURNS = 3000;

it('a byte far from everything, written more often than memory can be compared, is there before each of its loads', async () => {
  const guest = `(module ${BIG}
    (func (export "take") (i32.store8 (i32.const 72) (i32.load8_u (i32.const ${FAR})))))`;
  const source = `for (let i = 1; i <= ${TURNS}; i++) { u8()[${FAR}] = 1 + i % 250; e.take(); }`;
  const program = await record(guest, '', source);
  expect(program.stderr).toContain('held the program up for too long');
  const [host, taken] = [await writesTo(program, FAR), await writesTo(program, 72)];
  const expected = Array.from({ length: TURNS }, (_, i) => 1 + ((i + 1) % 250));
  expect(host.map(({ after }) => after[0])).toEqual(expected);
  // The guest stores what it has loaded: steps host, guest, host, guest …
  expect(taken.map(({ after }) => after[0])).toEqual(expected);
  expect(host.map(({ step: at }) => Number(at))).toEqual(expected.map((_, i) => 2 * i + 1));
  expect(taken.map(({ step: at }) => Number(at))).toEqual(expected.map((_, i) => 2 * i + 2));
  expect([...host, ...taken].filter(({ isStale }) => isStale)).toEqual([]);
  // When it was written is not known but for this: behind the guest's last look.
  expect(new Set(host.map(({ owner }) => owner.kind))).toEqual(new Set(['host']));
  for (const { since, step: at } of host) expect(since === null || since >= Number(at) - 2).toBe(true);
}, 60_000);

it('what a guest overwrites unread was there before, in a loop in the round that comes to it', async () => {
  // Fills 16 KiB, a word a round; the host has written in the third page.
  const at = FAR + 2 * 4096 + 8;
  const guest = `(module ${BIG}
    (func (export "tick") (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1))))
    (func (export "fill") (local $to i32)
      (local.set $to (i32.const ${FAR}))
      (loop $again
        (i32.store (local.get $to) (i32.const -1))
        (br_if $again (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 4))) (i32.const ${FAR + 16_384}))))))`;
  const source = `for (let i = 0; i < ${TURNS}; i++) e.tick();
    u8().fill(7, ${at}, ${at} + 4);
    e.fill();`;
  const program = await record(guest, '', source);
  const writes = await writesTo(program, at);
  expect(writes.map(write => [write.owner.kind, write.before[0], write.after[0]])).toEqual([
    ['host', 0, 7],
    ['instance', 7, 255],
  ]);
  const [host, own] = writes;
  // It looks at a part of 1 KiB where it comes to the one before; or all of memory was compared before the call, where the machine is so busy that this
  // takes no longer than the program.
  expect([(at - (FAR + 2 * 4096 - 1024)) / 4 + 1, (at - FAR) / 4 + 1]).toContain(Number(own.step) - Number(host.step));
  expect(own.isStale).toBe(false);
  expect(accessorText(host)).toMatch(/^host/);
}, 60_000);

it('an import that a guest calls through a module that is not recorded', async () => {
  const guest = `(module
    (import "env" "table" (table 1 funcref)) ${BIG}
    (type $void (func))
    (func (export "main") (result i32)
      (i32.store (i32.const ${FAR}) (i32.const 5))
      (call_indirect (type $void) (i32.const 0))
      (i32.load (i32.const ${FAR}))
      (i32.store (i32.const ${FAR}) (i32.const 6))))`;
  writeFileSync(
    join(folder, 'between.wasm'),
    assemble('(module (import "env" "host" (func $host)) (func (export "call") (call $host)))'),
  );
  const imports = `table: (globalThis.table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 }))`;
  const source = `
    const between = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/between.wasm'));
    const host = () => { u8()[${FAR}] = 9; };
    table.set(0, new WebAssembly.Instance(between, { env: { host } }).exports.call);
    console.log(e.main());`;
  const program = await record(guest, imports, source);
  expect(program.stdout).toBe('9\n');
  expect((await writesTo(program, FAR)).map(write => [write.owner.kind, write.before[0], write.after[0]])).toEqual([
    ['instance', 0, 5],
    ['host', 5, 9],
    ['instance', 9, 6],
  ]);
});

it('memory that is grown by the host and written there is seen', async () => {
  const guest = `(module (memory (export "memory") 1 10)
    (func (export "take") (param i32) (result i32) (i32.load (local.get 0))))`;
  const program = await record(
    guest,
    '',
    'e.memory.grow(1); u8()[65540] = 3; console.log(e.take(65540));',
    '--record',
    'all',
  );
  expect(program.stdout).toBe('3\n');
  const { run } = program;
  expect(
    (await run.recording.ask('bytes', { step: step(run.snapshot.lastStep), address: address(65_540), length: 1 }))[0],
  ).toBe(3);
});

it('a memory that is shared is not looked at, and that is said', async () => {
  const guest = `(module (memory (export "memory") 1 1 shared) (func (export "f") (i32.store (i32.const 0) (i32.const 1))))`;
  const program = await record(guest, '', 'e.f();');
  expect(program.stderr).toContain('the memory is shared');
  expect(program.run.snapshot.lastStep).toBe(1);
});
