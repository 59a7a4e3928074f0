// What the host of a recorded program writes stands where it was written, before what guests do with it, and says who it was.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Run } from '../../../../src/engine/client.ts';
import { accessorText } from '../../../../src/protocol/access.ts';
import { address, step } from '../../../../src/protocol/units.ts';
import { cli } from '../../support/cli.ts';
import { type RecordedProgram, recordProgram } from '../../support/recordedPrograms.ts';
import { callsOf } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';
import { assemble as assembleSeveral } from '../../wasm/record/recordedRun.ts';

const folder = mkdtempSync(join(tmpdir(), 'host-writes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const opened: Run[] = [];
afterEach(() => {
  for (const run of opened.splice(0)) run.dispose();
});

/** Records a program over a guest that exports its memory; `u8` are the memory's bytes, `e` the guest's exports. */
async function record(
  guest: string | Uint8Array,
  imports: string,
  source: string,
  ...options: readonly string[]
): Promise<RecordedProgram> {
  writeFileSync(join(folder, 'guest.wasm'), typeof guest === 'string' ? assemble(guest) : guest);
  const program = `
    const u8 = () => new Uint8Array(e.memory.buffer);
    const bytes = require('node:fs').readFileSync(__dirname + '/guest.wasm');
    const e = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { ${imports} } }).exports;
    ${source}`;
  writeFileSync(join(folder, 'program.cjs'), program);
  const recorded = await recordProgram(...options, join(folder, 'program.cjs'));
  opened.push(recorded.run);
  return recorded;
}

/** All writes to some bytes, oldest first: who, in which call, at which step, the first byte before and after. */
async function writesTo({ run }: RecordedProgram, at: number, length = 1) {
  const { lastStep } = run.snapshot;
  const range = { step: lastStep, address: address(at), length, count: 100 };
  const writes = await run.recording.ask('writesTo', range);
  return writes.toReversed().map(write => [accessorText(write), write.call, write.before[0], write.after[0]]);
}

const byteAt = async ({ run }: RecordedProgram, at: number, when: number): Promise<number> =>
  (await run.recording.ask('bytes', { step: step(when), address: address(at), length: 1 }))[0];

const READS = `(module (import "env" "read" (func $read (param i32 i32)))
  (memory (export "memory") 8)
  (data (i32.const 1024) "static")
  (func (export "main") (param $add i32)
    (call $read (i32.const 256) (i32.const 4))
    (i32.store8 (i32.const 256) (i32.add (i32.load8_u (i32.const 256)) (local.get $add)))
    (i32.store8 (i32.const 300) (i32.load8_u (i32.const 257))))
  (func (export "fill") (call $read (i32.const 0x50000) (i32.const 16)))
  (func (export "inc") (i32.store8 (i32.const 0x50000) (i32.add (i32.load8_u (i32.const 0x50000)) (i32.const 1)))))`;
const READ = 'read(at, length) { u8().fill(0x41, at, at + length); }';

describe('what an import writes', () => {
  it('is there before the guest goes on in the same call', async () => {
    const program = await record(READS, READ, 'e.main(1);');
    expect(await writesTo(program, 256)).toEqual([
      ['host, in import env.read', 1, 0, 0x41],
      ['#0', 1, 0x41, 0x42],
    ]);
    // Three steps: the host's, and the guest's two. The second reads what the host wrote.
    expect(program.run.snapshot.lastStep).toBe(3);
    expect([await byteAt(program, 257, 0), await byteAt(program, 257, 1)]).toEqual([0, 0x41]);
    expect(await writesTo(program, 300)).toEqual([['#0', 1, 0, 0x41]]);
  });

  it('belongs to the call in which it was written, not to one that comes later', async () => {
    const program = await record(READS, READ, 'e.fill(); e.inc(); e.inc();');
    expect(await writesTo(program, 0x50000)).toEqual([
      ['host, in import env.read', 1, 0, 0x41],
      ['#0', 2, 0x41, 0x42],
      ['#0', 3, 0x42, 0x43],
    ]);
    expect(await writesTo(program, 0x50001)).toEqual([['host, in import env.read', 1, 0, 0x41]]);
    expect((await callsOf(program.run)).map(({ bytesChanged }) => bytesChanged)).toEqual([16, 1, 1]);
  });

  it('before it calls back, is there in the call that it makes; what it writes after that, behind it', async () => {
    const guest = `(module (import "env" "out" (func $out))
      (memory (export "memory") 1)
      (func (export "outer") (call $out) (i32.store8 (i32.const 2) (i32.load8_u (i32.const 0))))
      (func (export "inner") (i32.store8 (i32.const 1) (i32.load8_u (i32.const 0)))))`;
    const program = await record(guest, 'out() { u8()[0] = 5; e.inner(); u8()[0] = 6; }', 'e.outer();');
    expect(await writesTo(program, 0, 3)).toEqual([
      ['host, in import env.out', 1, 0, 5],
      ['#0', 2, 0, 5],
      ['host, in import env.out', 1, 5, 6],
      ['#0', 1, 0, 6],
    ]);
    // Memory ends as it is.
    expect(await Promise.all([0, 1, 2].map(at => byteAt(program, at, program.run.snapshot.lastStep)))).toEqual([
      6, 5, 6,
    ]);
  });

  it('is there where it is written while values are converted: arguments before the call, results in the import', async () => {
    const guest = `(module (import "env" "pair" (func $pair (param i32) (result i32 i64)))
      (memory (export "memory") 1)
      (func (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
      (func (export "main") (drop (drop (call $pair (i32.const 0)))) (i32.store8 (i32.const 40) (i32.const 9))))`;
    const imports = `*pair() { u8()[40] = 1; yield { valueOf() { u8()[40] = 2; console.log('once'); return 5; } }; yield 6n; }`;
    const program = await record(guest, imports, 'e.put({ valueOf() { u8()[30] = 3; return 30; } }, 4); e.main();');
    expect(program.stdout).toBe('once\n');
    expect(await writesTo(program, 30)).toEqual([
      ['host, before the first call', null, 0, 3],
      ['#0', 1, 3, 4],
    ]);
    expect(await writesTo(program, 40)).toEqual([
      ['host, in import env.pair', 2, 0, 2],
      ['#0', 2, 2, 9],
    ]);
  });

  it('is told from what a guest wrote before, of which the log tells nothing', async () => {
    const guest = await assembleSeveral(`(module (import "env" "f" (func $f))
      (memory (export "memory") 1) (memory 1)
      (func (export "main") (memory.fill 1 (i32.const 0) (i32.const 0x51) (i32.const 1)) (memory.copy 0 1 (i32.const 50) (i32.const 0) (i32.const 1)) (call $f)))`);
    const program = await record(guest, 'f() { u8()[51] = 7; }', 'e.main();');
    expect(await writesTo(program, 50, 2)).toEqual([
      ['unrecorded', 1, 0, 0x51],
      ['host, in import env.f', 1, 0, 7],
    ]);
  });

  it('is there where it throws, or ends the program', async () => {
    const guest = `(module (import "env" "fail" (func $fail (param i32)))
      (memory (export "memory") 1)
      (func (export "main") (param i32) (i32.store8 (i32.const 9) (i32.const 3)) (call $fail (local.get 0))))`;
    const imports = "fail(how) { u8()[8] = how; if (how === 1) throw new Error('no'); process.exit(4); }";
    const program = await record(guest, imports, 'try { e.main(1); } catch {} e.main(2);');
    expect(await writesTo(program, 8)).toEqual([
      ['host, in import env.fail', 1, 0, 1],
      ['host, in import env.fail', 2, 1, 2],
    ]);
    expect((await callsOf(program.run)).map(({ end }) => end)).toEqual(['trapped', 'stopped']);
  });

  it('is the guest’s memory grown: a step of its own, before the guest stores behind the old end', async () => {
    const guest = `(module (import "env" "grow" (func $grow (param i32)))
      (memory (export "memory") 1 64)
      (func (export "main") (param i32) (result i32)
        (i32.store (i32.const 64) (i32.const 1))
        (call $grow (local.get 0))
        (i32.store (i32.const 65540) (i32.const 77))
        (i32.load (i32.const 65540))))`;
    const program = await record(guest, 'grow(pages) { e.memory.grow(pages); }', 'console.log(e.main(1));');
    expect(program.stdout).toBe('77\n');
    const accesses = await program.run.recording.ask('accesses', { call: 1, from: 0, count: 10 });
    expect(accesses.map(access => [access.kind, accessorText(access)])).toEqual([
      ['write', '#0'],
      ['grow', 'host, in import env.grow'],
      ['write', '#0'],
    ]);
    expect(accesses[1]).toMatchObject({ pages: 1, memoryBytes: 131_072, step: 2 });
    expect(await writesTo(program, 0x10004)).toEqual([['#0', 1, 0, 77]]);
  });
});

describe('what the host writes where a module with a memory of its own calls it', () => {
  // Bare, each program prints what the guest loaded: 1, then 10 and 11 where it stored 9, or left the host's.
  const OTHER = assemble(`(module (import "env" "host" (func $host)) (memory 1)
    (func (export "f") (i32.store (i32.const 0) (i32.const 1)) (call $host)))`);

  it('in the call of a guest that imports its function, is there before the guest goes on', async () => {
    writeFileSync(join(folder, 'other.wasm'), OTHER);
    const program = await record(
      `(module (import "env" "f" (func $f)) (memory (export "memory") 1)
        (func (export "go") (result i32) (local i32) (call $f)
          (local.set 0 (i32.load8_u (i32.const 64))) (i32.store8 (i32.const 64) (i32.const 9)) (local.get 0)))`,
      `f: new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/other.wasm')),
        { env: { host() { u8()[64]++; } } }).exports.f`,
      'console.log(e.go(), e.go());',
      '--module',
      'go',
    );
    expect(program.stdout).toBe('1 10\n');
    expect(await writesTo(program, 64)).toEqual([
      ['host', 1, 0, 1],
      ['#0', 1, 1, 9],
      ['host', 2, 9, 10],
      ['#0', 2, 10, 9],
    ]);
  });

  it('in the call of a guest that has its function in a table, too', async () => {
    writeFileSync(join(folder, 'other.wasm'), OTHER);
    const program = await record(
      `(module (type $v (func)) (memory (export "memory") 1) (table (export "t") 1 funcref)
        (func (export "go") (result i32) (call_indirect (type $v) (i32.const 0)) (i32.load8_u (i32.const 64))))`,
      '',
      `const other = new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/other.wasm')),
        { env: { host() { u8()[64]++; } } }).exports;
      e.t.set(0, other.f);
      console.log(e.go(), e.go());`,
    );
    expect(program.stdout).toBe('1 2\n');
    expect(await writesTo(program, 64)).toEqual([
      ['host', 1, 0, 1],
      ['host', 2, 1, 2],
    ]);
  });
});

describe('where another module has the memory behind its first one,', () => {
  /** Records a guest that calls a function of such a module, which does something with that memory. */
  async function recordBeside(does: string, source: string): Promise<RecordedProgram> {
    const other = `(module (memory 1) (memory (export "memory") 1) (func (export "f") ${does}))`;
    writeFileSync(join(folder, 'other.wasm'), await assembleSeveral(other));
    return record(
      `(module (import "env" "f" (func $f)) (import "env" "m" (memory 1)) (export "memory" (memory 0))
        (func (export "go") (call $f)))`,
      `...(({ memory, f }) => ({ m: memory, f }))(
        new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/other.wasm'))).exports)`,
      source,
      '--module',
      'go',
    );
  }

  it('what that one writes is nobody’s, and a note says so', async () => {
    const program = await recordBeside('(i32.store8 1 (i32.const 64) (i32.const 5))', 'e.go(); e.go();');
    expect(await writesTo(program, 64)).toEqual([['unrecorded', null, 0, 5]]);
    expect(program.run.snapshot.notes.join()).toMatch(
      /The memory is a further memory of other\.wasm, too, and only what/,
    );
  });

  it('and only reads it, what the host writes is the host’s', async () => {
    const program = await recordBeside('(drop (i32.load 1 (i32.const 64)))', 'e.go(); u8()[64] = 5; e.go();');
    expect(await writesTo(program, 64)).toEqual([['host, between calls 1 and 2', null, 0, 5]]);
  });
});

describe('what the program writes between two calls', () => {
  const TAKES = `(module (memory (export "memory") 8)
    (func (export "tick") (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1))))
    (func (export "take") (i32.store8 (i32.const 72) (i32.load8_u (i32.const 0x50000)))))`;

  it('far from everything, is there before the call that reads it', async () => {
    const program = await record(TAKES, '', 'e.tick(); e.tick(); u8()[0x50000] = 65; e.take(); e.tick();');
    expect(await writesTo(program, 0x50000)).toEqual([['host, between calls 2 and 3', null, 0, 65]]);
    expect(await writesTo(program, 72)).toEqual([['#0', 3, 0, 65]]);
    const [, , take] = await callsOf(program.run);
    expect(await byteAt(program, 0x50000, take.stepBefore)).toBe(65);
  });

  it('says between which, also at the beginning and at the end, and in the file', async () => {
    const program = await record(TAKES, '', 'u8()[1] = 1; e.tick(); u8()[2] = 2;');
    expect(await writesTo(program, 1)).toEqual([['host, before the first call', null, 0, 1]]);
    expect(await writesTo(program, 2)).toEqual([['host, after call 1', null, 0, 2]]);
    const file = join(folder, 'out.wsmrec');
    writeFileSync(file, await program.run.recording.exportFile());
    expect((await cli('who', file, '--address', '2')).stdout).toBe(
      '0x2 at step 3: host, after call 1, step 3, 1 byte from 0x2, 00 -> 02\n',
    );
  });
});

it('the file of a recording says which import wrote', async () => {
  const program = await record(READS, READ, 'e.main(1);');
  const file = join(folder, 'import.wsmrec');
  writeFileSync(file, await program.run.recording.exportFile());
  expect((await cli('who', file, '--address', '0x101')).stdout).toBe(
    '0x101 at step 3: host, in import env.read, step 1, call 1, 4 bytes from 0x100, 00 00 00 00 -> 41 41 41 41\n',
  );
});

it('values before that may be others, since nothing had been compared, are marked, and those that are not are right', async () => {
  const PLACES = 60;
  const TURNS = 3000;
  const guest = `(module (memory (export "memory") 900)
    (func (export "touch") (param i32) (i32.store8 (local.get 0) (i32.add (i32.load8_u (local.get 0)) (i32.const 1))))
    (func (export "nothing")))`;
  // Places are far from each other, and 17 and 60 have no divisor in common: the host writes 100, and the guest adds 1.
  const program = await record(
    guest,
    '',
    `const view = u8();
    for (let i = 0; i < ${TURNS}; i++) {
      const at = 65536 * 14 * (1 + 17 * i % ${PLACES});
      view[at] = 100;
      e.touch(at);
      e.nothing();
    }`,
  );
  expect(program.stderr).toMatch(/and [1-9]\d* times nothing/);
  const { lastStep } = program.run.snapshot;
  let marked = 0;
  let stores = 0;
  for (let place = 1; place <= PLACES; place++) {
    const range = { step: lastStep, address: address(65_536 * 14 * place), length: 1, count: 1000 };
    for (const { owner, before, after, isStale } of await program.run.recording.ask('writesTo', range)) {
      if (owner.kind !== 'instance') continue;
      stores++;
      expect(after[0]).toBe(101);
      if (isStale) marked++;
      else expect(before[0]).toBe(100);
    }
  }
  expect(stores).toBe(TURNS);
  expect(marked).toBeGreaterThan(0);
});
