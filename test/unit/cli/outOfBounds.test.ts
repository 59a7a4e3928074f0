// A guest that leaves memory: its trap says which access did, where its pointer was loaded from, and who had written it there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/engine/client.ts';
import { outOfBoundsSentences } from '../../../src/protocol/outOfBounds.ts';
import { cli, lines } from '../support/cli.ts';
import { recordProgram } from '../support/recordedPrograms.ts';
import { callsOf } from '../support/runs.ts';
import { assemble } from '../wasm/record/recordedRun.ts';

const folder = mkdtempSync(join(tmpdir(), 'out-of-bounds-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string): string => join(folder, name);

const opened: Run[] = [];
afterEach(() => {
  for (const run of opened.splice(0)) run.dispose();
});

/** Writes a guest and a script, which has the exports as `e`, `attempt(name, …args)`, and what stands in `imports`. */
async function write(guest: string, script: string, imports = '{}'): Promise<string> {
  writeFileSync(inFolder('guest.wasm'), await assemble(guest));
  const source = `
    const { readFileSync } = require('node:fs');
    const compiled = new WebAssembly.Module(readFileSync(__dirname + '/guest.wasm'));
    let e;
    const attempt = (name, ...args) => { try { return e[name](...args); } catch (error) { return error.message; } };
    e = new WebAssembly.Instance(compiled, ${imports}).exports;
    ${script}`;
  writeFileSync(inFolder('script.cjs'), source);
  return inFolder('script.cjs');
}

/** What is told of each call of a recorded program that left memory: `name: sentence | sentence`. */
async function told(script: string, level: 'all' | 'stores' = 'all'): Promise<string[]> {
  const { run } = await recordProgram('--record', level, script);
  opened.push(run);
  return (await callsOf(run)).flatMap(({ function: name, trap }) => {
    if (!trap) return [];
    const sentences = trap.outOfBounds ? outOfBoundsSentences(trap.outOfBounds, 'ALL') : [];
    return [`${name}: ${sentences.map(parts => parts.map(({ text }) => text).join('')).join(' | ')}`];
  });
}

const SMASHED = `(module (memory (export "memory") 1)
  (func $setup (export "setup") (i32.store (i32.const 128) (i32.const 4096)))
  (func $smash (export "smash") (param i32) (memory.fill (i32.const 120) (i32.const 0xFF) (local.get 0)))
  (func $use (export "use") (result i32) (i32.load offset=12 (i32.load (i32.const 128))))
  (func $put (export "put") (i32.store offset=8 (i32.load (i32.const 128)) (i32.const 1))))`;
const SMASH = "e.setup(); e.use(); e.smash(16); for (const name of ['use', 'put', 'use']) attempt(name);";
const FROM_SMASH = 'the pointer was loaded from 0x80, where #0 in smash (memory.fill), step 2, call 3, wrote it';

describe('the notes of a trap out of bounds', () => {
  it('tell the access, and who had written its pointer, in record and of its file', async () => {
    const script = await write(SMASHED, SMASH);
    const file = inFolder('smashed.wsmrec');
    const notes = [
      'trapped or threw: 3 calls',
      '    call 4, use on #0: memory access out of bounds',
      '        i32.load of 4 bytes at 0x10000000b (0xffffffff + 12), memory has 0x10000 bytes',
      `        ${FROM_SMASH}`,
      '    call 5, put on #0: memory access out of bounds',
      '        i32.store of 4 bytes at 0x100000007 (0xffffffff + 8), memory has 0x10000 bytes',
      `        ${FROM_SMASH}`,
      '    call 6, use on #0: memory access out of bounds',
      '        i32.load of 4 bytes at 0x10000000b (0xffffffff + 12), memory has 0x10000 bytes',
      `        ${FROM_SMASH}`,
    ];
    const recorded = await cli('record', script, '--record', 'all', '--export', file);
    expect(lines(recorded.stderr).slice(0, notes.length)).toEqual(notes);
    const traced = await cli('trace', file, '--output', inFolder('trace.json'));
    expect(lines(traced.stderr)).toEqual(notes);
    const { traceEvents } = JSON.parse(readFileSync(inFolder('trace.json'), 'utf8'));
    expect(traceEvents.at(-1).args.outOfBounds).toEqual(notes.slice(-2).map(line => line.trim()));
  });

  it('say where level all tells more', async () => {
    const script = await write(SMASHED, SMASH);
    const load =
      'use: i32.load outside memory, memory has 0x10000 bytes | ALL tells at which address, and where the pointer came from';
    expect(await told(script, 'stores')).toEqual([
      load,
      'put: i32.store of 4 bytes at 0x100000007 (0xffffffff + 8), memory has 0x10000 bytes | ALL tells where the pointer came from',
      load,
    ]);
  });
});

const UNKNOWN = 'where the pointer came from is not known: a parameter, a result, or computed';

describe('the pointer of an access outside memory', () => {
  it('is followed to the load that it comes from, as it was when that read it', async () => {
    const guest = `(module (memory (export "memory") 1)
      (data (i32.const 64) "\\f0\\ff\\ff\\ff")
      (global $g (mut i32) (i32.const -1))
      (func (export "set") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
      (func (export "setByte") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
      (func (export "added") (result i32) (i32.load (i32.add (i32.load (i32.const 128)) (i32.const 16))))
      (func (export "subtracted") (result i32) (i32.load8_u (i32.sub (i32.load16_s (i32.const 128)) (i32.const 2))))
      (func (export "forgotten") (local $p i32)
        (local.set $p (i32.load (i32.const 128)))
        (i32.store (i32.const 128) (i32.const 5))
        (i32.store offset=4 (local.get $p) (i32.const 1)))
      (func (export "later") (param i32) (local $p i32)
        (local.set $p (i32.load (i32.const 128)))
        (if (local.get 0) (then (i32.store (i32.const 8) (i32.const 1))))
        (i32.store offset=4 (local.get $p) (i32.const 1)))
      (func (export "initial") (result i64) (i64.load offset=16 (i32.load (i32.const 64))))
      (func (export "never") (result i64) (i64.load offset=0xfffc (i32.load (i32.const 200))))
      (func (export "parameter") (param i32) (result i32) (i32.load (local.get 0)))
      (func (export "global") (result i32) (i32.load (global.get $g)))
      (func (export "masked") (result i32) (i32.load (i32.or (i32.load (i32.const 128)) (i32.const 1))))
      (func (export "constant") (result i32) (i32.load (i32.const 0xfffd)))
      (func (export "grown") (drop (memory.grow (i32.const 1))) (i32.store (i32.const 0x20000) (i32.const 1))))`;
    const script = await write(
      guest,
      `e.set(128, -16); attempt('added');
       e.set(128, 0x1fff2); e.setByte(129, 0xff); attempt('subtracted');
       e.set(128, -2); attempt('forgotten');
       e.set(128, -2); e.setByte(131, 0x80); attempt('later', 1);
       attempt('initial'); attempt('never'); attempt('parameter', -4); attempt('global'); attempt('masked'); attempt('constant');
       new DataView(e.memory.buffer).setUint32(128, 0x10000, true); attempt('added');
       attempt('grown');`,
    );
    const set = (step: number, call: number): string => `#0 in set (i32.store), step ${step}, call ${call}`;
    const setByte = (step: number, call: number): string => `#0 in setByte (i32.store8), step ${step}, call ${call}`;
    // Steps and calls are counted: each set and setByte is one step and one call, each attempt one call.
    expect(await told(script)).toEqual([
      // The first added reads at -16 + 16.
      `subtracted: i32.load8_u of 1 byte at 0xfffffff0, memory has 0x10000 bytes | the pointer 0xfffffff2 was loaded from 0x80, where ${set(2, 3)}, wrote 0x80; ${setByte(3, 4)}, wrote 0x81`,
      `forgotten: i32.store of 4 bytes at 0x100000002 (0xfffffffe + 4), memory has 0x10000 bytes | the pointer was loaded from 0x80, where ${set(4, 6)}, wrote it`,
      `later: i32.store of 4 bytes at 0x81000002 (0x80fffffe + 4), memory has 0x10000 bytes | the pointer was loaded from 0x80, where ${set(6, 8)}, wrote 0x80 to 0x82; ${setByte(7, 9)}, wrote 0x83`,
      'initial: i64.load of 8 bytes at 0x100000000 (0xfffffff0 + 16), memory has 0x10000 bytes | the pointer was loaded from 0x40, where it is initial data',
      'never: i64.load of 8 bytes at 0xfffc (0x0 + 0xfffc), memory has 0x10000 bytes | the pointer was loaded from 0xc8, where nobody had written anything',
      `parameter: i32.load of 4 bytes at 0xfffffffc, memory has 0x10000 bytes | ${UNKNOWN}`,
      `global: i32.load of 4 bytes at 0xffffffff, memory has 0x10000 bytes | ${UNKNOWN}`,
      `masked: i32.load of 4 bytes at 0x80ffffff, memory has 0x10000 bytes | ${UNKNOWN}`,
      'constant: i32.load of 4 bytes at 0xfffd, memory has 0x10000 bytes | its address stands in the code',
      'added: i32.load of 4 bytes at 0x10010, memory has 0x10000 bytes | the pointer 0x10000 was loaded from 0x80, where host, between calls 16 and 17, step 9, wrote it',
      'grown: i32.store of 4 bytes at 0x20000, memory has 0x20000 bytes | its address stands in the code',
    ]);
  });

  it('is known in a loop where it was loaded in it', async () => {
    // Nodes of a list: the next one at 4, a value at 8.
    const guest = `(module (memory (export "memory") 1)
      (func (export "set") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
      (func (export "walk") (param $p i32)
        (loop $again (br_if $again (local.tee $p (i32.load offset=4 (local.get $p))))))
      (func (export "sum") (param $p i32) (result i32) (local $next i32) (local $sum i32)
        (loop $again
          (local.set $next (i32.load offset=4 (local.get $p)))
          (local.set $sum (i32.add (local.get $sum) (i32.load offset=8 (local.get $p))))
          (br_if $again (local.tee $p (local.get $next))))
        (local.get $sum))
      (func (export "fill") (param $p i32)
        (loop $again
          (i32.store16 (local.get $p) (i32.const 1))
          (i32.store8 offset=4 (local.get $p) (i32.const 2))
          (br_if $again (local.tee $p (i32.add (local.get $p) (i32.const 6)))))))`;
    const script = await write(
      guest,
      `e.set(20, 32); e.set(36, -64); attempt('walk', 16); attempt('walk', -64);
       e.set(36, 0xfff6); attempt('sum', 16);
       attempt('fill', 65520);`,
    );
    const written = (step: number, call: number): string =>
      `the pointer was loaded from 0x24, where #0 in set (i32.store), step ${step}, call ${call}, wrote it`;
    expect(await told(script)).toEqual([
      `walk: i32.load of 4 bytes at 0xffffffc4 (0xffffffc0 + 4), memory has 0x10000 bytes | ${written(2, 2)}`,
      `walk: i32.load of 4 bytes at 0xffffffc4 (0xffffffc0 + 4), memory has 0x10000 bytes | ${UNKNOWN}`,
      // The next one, at 0xfffa, is read before the value.
      `sum: i32.load of 4 bytes at 0xfffe (0xfff6 + 8), memory has 0x10000 bytes | ${written(3, 5)}`,
      // 65520 and 65526 are whole.
      `fill: i32.store8 of 1 byte at 0x10000 (0xfffc + 4), memory has 0x10000 bytes | ${UNKNOWN}`,
    ]);
  });

  it('is not told of bulk and atomic instructions, of which the range is', async () => {
    const guest = `(module (memory (export "memory") 1)
      (data $d "abcdef")
      (func (export "fill") (memory.fill (i32.const 0xfff0) (i32.const 1) (i32.const 17)))
      (func (export "copyTo") (memory.copy (i32.const -1) (i32.const 0) (i32.const 8)))
      (func (export "copyFrom") (memory.copy (i32.const 0) (i32.const 0xfffc) (i32.const 8)))
      (func (export "initTo") (memory.init $d (i32.const 0xffff) (i32.const 0) (i32.const 2)))
      (func (export "initFrom") (memory.init $d (i32.const 0) (i32.const 4) (i32.const 3)))
      (func (export "dropped") (data.drop $d) (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)))
      (func (export "add") (drop (i32.atomic.rmw.add offset=4 (i32.const 0xfffc) (i32.const 5))))
      (func (export "misaligned") (drop (i32.atomic.load (i32.const 2))))
      (func (export "unreachable") unreachable))`;
    const script = await write(guest, "for (const name in e) if (name !== 'memory') attempt(name);");
    const expected = [
      `fill: memory.fill of 17 bytes at 0xfff0, memory has 0x10000 bytes | ${UNKNOWN}`,
      `copyTo: memory.copy of 8 bytes to 0xffffffff, memory has 0x10000 bytes | ${UNKNOWN}`,
      `copyFrom: memory.copy of 8 bytes from 0xfffc, memory has 0x10000 bytes | ${UNKNOWN}`,
      `initTo: memory.init of 2 bytes to 0xffff, memory has 0x10000 bytes | ${UNKNOWN}`,
      'initFrom: memory.init of 3 bytes from 0x4 of data segment 0, which has 0x6 bytes',
      'dropped: memory.init of 1 byte from 0x0 of data segment 0, which was dropped',
      `add: i32.atomic.rmw.add of 4 bytes at 0x10000 (0xfffc + 4), memory has 0x10000 bytes | ${UNKNOWN}`,
      'misaligned: ',
      'unreachable: ',
    ];
    expect(await told(script)).toEqual(expected);
    expect(await told(script, 'stores')).toEqual(expected);
  });

  it('may have 64 bits', async () => {
    const guest = `(module (memory (export "memory") i64 1 3)
      (func (export "set") (param i64 i64) (i64.store (local.get 0) (local.get 1)))
      (func (export "use") (result i32) (i32.load offset=12 (i64.load (i64.const 128))))
      (func (export "near") (result i32) (i32.load (i64.sub (i64.load (i64.const 128)) (i64.const 1))))
      (func (export "fill") (memory.fill (i64.const 0x100000000) (i32.const 1) (i64.const 1))))`;
    const script = await write(
      guest,
      "e.set(128n, -1n); attempt('use'); e.set(128n, 0x100000001n); attempt('near'); attempt('fill');",
    );
    const from = (step: number, call: number, value = ''): string =>
      `the pointer${value} was loaded from 0x80, where #0 in set (i64.store), step ${step}, call ${call}, wrote it`;
    expect(await told(script)).toEqual([
      `use: i32.load of 4 bytes at 0x1000000000000000b (0xffffffffffffffff + 12), memory has 0x10000 bytes | ${from(1, 1)}`,
      `near: i32.load of 4 bytes at 0x100000000, memory has 0x10000 bytes | ${from(2, 3, ' 0x100000001')}`,
      // Of its operands the log has the lower halves.
      'fill: memory.fill outside memory, memory has 0x10000 bytes | its address is not known',
    ]);
  });
});

describe('a trap out of bounds that goes through several calls', () => {
  const sentences = (step: number, call: number): string =>
    `i32.load of 4 bytes at 0xffffffff, memory has 0x10000 bytes | the pointer was loaded from 0x80, where #0 in set (i32.store), step ${step}, call ${call}, wrote it`;

  it('is told of each of them, where the host does not hold it', async () => {
    const guest = `(module (import "env" "back" (func $back)) (memory (export "memory") 1)
      (func (export "set") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
      (func (export "use") (result i32) (i32.load (i32.load (i32.const 128))))
      (func (export "through") (i32.store (i32.const 0) (i32.const 1)) (call $back)))`;
    const script = await write(
      guest,
      "e.set(128, -1); attempt('through'); e.set(128, -1); attempt('use');",
      '{ env: { back: () => e.use() } }',
    );
    expect(await told(script)).toEqual([
      `through: ${sentences(1, 1)}`,
      `use: ${sentences(1, 1)}`,
      `use: ${sentences(3, 4)}`,
    ]);
  });

  it('is not told of one around, where several that it may be of were caught', async () => {
    const guest = `(module (import "env" "back" (func $back)) (memory (export "memory") 1)
      (func (export "set") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
      (func (export "use") (result i32) (i32.load (i32.load (i32.const 128))))
      (func (export "through") (call $back)))`;
    const back = `{
      let first;
      for (const pointer of [-1, -2]) try { e.set(128, pointer); e.use(); } catch (error) { first ??= error; }
      throw first;
    }`;
    const script = await write(guest, "attempt('through');", `{ env: { back: () => ${back} } }`);
    expect(await told(script)).toEqual([
      'through: i32.load outside memory, memory has 0x10000 bytes | its address is not known',
      `use: ${sentences(1, 2)}`,
      `use: ${sentences(2, 4)}`.replace('0xffffffff', '0xfffffffe'),
    ]);
  });

  it('is told of the calls between instances of several modules', async () => {
    writeFileSync(
      inFolder('other.wasm'),
      await assemble(`(module (import "guest" "memory" (memory 1)) (import "guest" "use" (func $use (result i32)))
        (func (export "other") (result i32) (i32.store (i32.const 0) (i32.const 1)) (call $use)))`),
    );
    const guest = `(module (memory (export "memory") 1)
      (func (export "set") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
      (func (export "use") (result i32) (i32.load (i32.load (i32.const 128)))))`;
    const script = await write(
      guest,
      `const other = new WebAssembly.Module(readFileSync(__dirname + '/other.wasm'));
       e = { ...e, ...new WebAssembly.Instance(other, { guest: e }).exports };
       e.set(128, -1); attempt('other');`,
    );
    // Making the second instance is a call, too.
    expect(await told(script)).toEqual([`other: ${sentences(1, 2)}`, `use: ${sentences(1, 2)}`]);
  });
});
