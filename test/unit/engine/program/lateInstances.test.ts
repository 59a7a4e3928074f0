// What the making of a late instance puts into memory is that instance's, in its place: data segments, then what its start function does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { Run } from '../../../../src/engine/client.ts';
import { accessorText } from '../../../../src/protocol/access.ts';
import { address } from '../../../../src/protocol/units.ts';
import { cli } from '../../support/cli.ts';
import { type RecordedProgram, recordProgram } from '../../support/recordedPrograms.ts';
import { callsOf, memoryAt } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'late-instances-'));
afterAll(() => rmSync(folder, { recursive: true }));
const opened: Run[] = [];
afterEach(() => {
  for (const run of opened.splice(0)) run.dispose();
});

/** Its second data segment lies at an imported global; the start function adds 1 to the first one's byte. */
const GUEST = `(module
  (import "env" "memory" (memory 1))
  (import "env" "base" (global $base i32))
  (data (i32.const 64) "\\01\\00\\00\\00\\00\\00\\00\\00")
  (data (global.get $base) "ab")
  (func $start (i32.store8 (i32.const 65) (i32.add (i32.load8_u (i32.const 64)) (i32.const 1))))
  (start $start)
  (func (export "inc") (i32.store8 (i32.const 64) (i32.const 7)) (i32.store8 (i32.const 68) (i32.const 9))))`;

async function record(source: string): Promise<RecordedProgram> {
  writeFileSync(join(folder, 'guest.wasm'), assemble(GUEST));
  const program = `
    const compiled = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/guest.wasm'));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const make = (base, env = {}) => new WebAssembly.Instance(compiled, { env: { memory, base, ...env } }).exports;
    const attempt = (...args) => { try { make(...args); } catch (error) { console.log(error.name); } };
    ${source}
    console.log(Buffer.from(memory.buffer).toString('base64'));`;
  writeFileSync(join(folder, 'program.cjs'), program);
  const recorded = await recordProgram(join(folder, 'program.cjs'));
  opened.push(recorded.run);
  // Whatever happens, memory is as the program has seen it.
  const memory = Buffer.from(recorded.stdout.trimEnd().split('\n').at(-1) ?? '', 'base64');
  const known = await memoryAt(recorded.run, recorded.run.snapshot.lastStep);
  expect(Buffer.from(known).equals(memory)).toBe(true);
  return recorded;
}

/** All writes to some bytes, oldest first. */
async function writesTo({ run }: RecordedProgram, at: number, length: number) {
  const range = { step: run.snapshot.lastStep, address: address(at), length, count: 100 };
  const writes = await run.recording.ask('writesTo', range);
  return writes
    .toReversed()
    .map(write => [accessorText(write), write.call, write.address, Buffer.from(write.after).toString('hex')]);
}

it('segments with all their bytes, then the start function', async () => {
  const program = await record('make(256).inc(); make(300);');
  // What the first instance's segments hold is step 0, and its start function writes in call 1.
  expect(await writesTo(program, 64, 8)).toEqual([
    ['#0', 1, 65, '02'],
    ['#0', 2, 64, '07'],
    ['#0', 2, 68, '09'],
    ['#1, data segment 0', 3, 64, '0100000000000000'],
    ['#1', 3, 65, '02'],
  ]);
  expect(await writesTo(program, 300, 2)).toEqual([['#1, data segment 1', 3, 300, '6162']]);
  const [first, , made] = await callsOf(program.run);
  expect(first).toMatchObject({ kind: 'instantiation', instance: 0, accesses: 1, stepBefore: 0, step: 1 });
  expect(made).toMatchObject({ kind: 'instantiation', instance: 1, accesses: 3, stepBefore: 3, step: 6 });
  expect(program.run.snapshot.instances).toEqual([
    { module: 0, call: 1, step: 1 },
    { module: 0, call: 3, step: 6 },
  ]);
});

it('is told by the file, too', async () => {
  const program = await record('make(256).inc(); make(300);');
  const file = join(folder, 'late.wsmrec');
  writeFileSync(file, await program.run.recording.exportFile());
  const { stdout } = await cli('who', file, '--address', '0x44');
  expect(stdout).toBe(
    '0x44 at step 6: #1, data segment 0, step 4, call 3, 8 bytes from 0x40, 07 02 00 00 09 00 00 00 -> 01 00 00 00 00 00 00 00\n',
  );
});

it('up to a segment that does not lie in memory', async () => {
  const program = await record('make(256).inc(); attempt(65536); make(256).inc();');
  expect(program.stdout.split('\n')[0]).toBe('RuntimeError');
  expect(await writesTo(program, 64, 1)).toEqual([
    ['#0', 2, 64, '07'],
    ['#1, data segment 0', 3, 64, '0100000000000000'],
    ['#2, data segment 0', 4, 64, '0100000000000000'],
    ['#2', 5, 64, '07'],
  ]);
  expect((await callsOf(program.run)).map(({ end, instance }) => [end, instance])).toEqual([
    ['returned', 0],
    ['returned', 0],
    ['trapped', 1],
    ['returned', 2],
    ['returned', 2],
  ]);
});

it('nothing, where V8 refuses to link it, which is then no instance', async () => {
  const program = await record("make(256).inc(); attempt('no number'); memory; make(256).inc();");
  expect(program.stdout.split('\n')[0]).toBe('LinkError');
  const writes = await writesTo(program, 64, 1);
  expect(writes.slice(-2)).toEqual([
    ['#1, data segment 0', 3, 64, '0100000000000000'],
    ['#1', 4, 64, '07'],
  ]);
});

it('of more than can be told apart, the first ones are recorded; the program does not mind', async () => {
  const program = await record('for (let i = 0; i < 260; i++) make(256).inc(); console.log("made");');
  expect(program.stdout.split('\n')[0]).toBe('made');
  expect(program.run.snapshot.instances).toHaveLength(251);
  expect(program.stderr).toContain(
    "note: A recording tells 251 instances apart, #0 to #250: later ones are not recorded, and what they wrote is told as the host's.",
  );
});
