// `--json` against the schema that is in the repository, and against the transcript of the same run.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { $defs } from '../../../schemas/run.schema.json';
import { allocatedValues } from '../../../src/cli/allocatedValues.ts';
import { callsOf } from '../../../src/cli/calls.ts';
import { runDocument } from '../../../src/cli/json.ts';
import { type CallWrites, writesOf } from '../../../src/cli/writes.ts';
import { openRecording, type Run } from '../../../src/engine/client.ts';
import type { BegunCall, CallEnd } from '../../../src/protocol/call.ts';
import type { ProblemKind } from '../../../src/protocol/problem.ts';
import type { Provided } from '../../../src/protocol/provided.ts';
import type { ExternalKind, InstanceState, RecordLevel } from '../../../src/protocol/run.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { fixtures } from '../../guests/index.ts';
import { cli } from '../support/cli.ts';
import { ROOT, title, WORKERS } from '../support/fixtures.ts';
import { runToEnd, start } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas', 'run.schema.json'), 'utf8'));
if (typeof schema !== 'object' || schema === null) throw new Error('the schema is no object');
const ajv = new Ajv2020({ strict: true, allErrors: true });
const validate = ajv.compile(schema);

function expectValid(document: unknown): void {
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
}

/** The document of a run as it would be read from standard output, made of the recording as the command makes it. */
async function documentOf(run: Run): Promise<unknown> {
  const ended = await run.done;
  const calls = await Promise.all(
    (await callsOf(run, 'guest.wasm')).map(async call => ({
      call,
      writes: await writesOf(run.recording, call, ended.firstStep),
    })),
  );
  const findings = await run.recording.ask('findings', {});
  const values = await allocatedValues(run, await callsOf(run, 'guest.wasm'));
  run.dispose();
  return JSON.parse(JSON.stringify(runDocument('guest.wasm', 'separate', ended, calls, findings, values)));
}

const HUGE = ['misbehaving/grow-to-limit', 'misbehaving/huge-minimum'];
const runnable = fixtures.filter(
  ({ name, expectation: { kind } }) => kind !== 'refused' && kind !== 'no-guest' && !HUGE.includes(name),
);

describe('the document of', () => {
  it.each(runnable.map(fixture => [title(fixture), fixture] as const))('%s is valid', async (_, fixture) => {
    expectValid(await documentOf(start(fixture.name, { instances: fixture.instances, timeLimitMs: 400 })));
  });

  it('a run that was cancelled is valid, before and while guests run', async () => {
    const run = start('demo/wat');
    run.cancel();
    const early = await documentOf(run);
    expect(early).toMatchObject({ outcome: 'cancelled', modules: [], calls: [], watch: null, verdict: null });
    expectValid(early);
  });

  it('values that JSON has no number for is valid', async () => {
    const guest = assemble(`(module
      (import "env" "print" (func $print (param f64)))
      (memory 1)
      (func (export "alloc_11") (result i32) (call $print (f64.const nan)) (i32.const -16))
      (func (export "add_23") (param i32)))`);
    const document = await documentOf(start(guest));
    expect(document).toMatchObject({ calls: [{ results: [-16], printed: ['NaN'], watched: null }], watch: null });
    expectValid(document);
  });

  it('a trap out of bounds is valid, and the same of its recording', async () => {
    const guest = assemble(`(module
      (memory 1)
      (func $alloc (export "alloc_11") (result i32) (i32.store offset=4 (i32.const 64) (i32.const -1)) (i32.const 64))
      (func (export "add_23") (param i32) (drop (i32.load16_u offset=2 (i32.load offset=4 (local.get 0))))))`);
    const run = start(guest, { record: 'all' });
    await run.done;
    const opened = await openRecording(await run.recording.exportFile(), WORKERS);
    const document = await documentOf(opened);
    expect(document).toHaveProperty('calls.1.trap.outOfBounds', {
      instruction: 'i32.load16_u',
      memoryBytes: 65_536,
      range: { of: 'memory', address: 0x1_0000_0001, offset: 2, length: 2 },
      pointer: {
        kind: 'loaded',
        address: 68,
        length: 4,
        value: 0xffff_ffff,
        step: 1,
        writers: [
          {
            kind: 'write',
            address: 68,
            length: 4,
            step: 1,
            call: 1,
            owner: { kind: 'instance', instance: 0 },
            by: '#0',
            // The function's body begins with 00, no locals; i32.const 64 and i32.const -1 have 3 and 2 bytes.
            site: expect.objectContaining({ function: 'alloc', functionOffset: 6, instruction: 'i32.store' }),
          },
        ],
      },
    });
    expectValid(document);
    expect(document).toEqual(await documentOf(run));
  });

  it('a memory with 64-bit addresses, of more pages than a run can have at the most, is valid', async () => {
    const guest = assemble(`(module (memory i64 1 100000)
      (func (export "alloc_11") (result i64) (i32.store (i64.const 64) (i32.const 11)) (i64.const 64))
      (func (export "add_23") (param i64)
        (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);
    const document = await documentOf(start(guest));
    expect(document).toMatchObject({ modules: [{ memory: { maximum: 100_000 } }], verdict: { actual: 356 } });
    expect(document).toHaveProperty('calls.0.results', ['64']);
    expectValid(document);
  });

  it('a recording is that of its run', async () => {
    const run = start('print/own-copy');
    await run.done;
    const opened = await openRecording(await run.recording.exportFile(), WORKERS);
    const document = await documentOf(opened);
    // It prints a copy of its own, to which it adds; the one in memory stays as alloc_11 left it.
    expect(document).toHaveProperty('calls.1.watched', { before: 11, after: 11, printed: 34, differs: true });
    expectValid(document);
    expect(document).toEqual(await documentOf(run));
  });
});

describe('the schema', () => {
  it('is no rubber stamp: each of these changes makes a document invalid', async () => {
    const write: CallWrites['writes'][number] = {
      step: step(1),
      address: address(1024),
      length: 4,
      type: 'i32',
      before: '0',
      value: '11',
      isStale: false,
      owner: { kind: 'instance', instance: 0 },
      import: null,
      between: null,
      since: null,
      module: 0,
      function: 'alloc_11',
      functionIndex: 0,
      functionOffset: 6,
      offset: 84,
      instruction: 'i32.store',
      segment: null,
    };
    const { run, calls } = await runToEnd('misbehaving/trap-unreachable');
    const writes = { writes: [write], leftOut: 0 };
    const valid = runDocument(
      'guest.wasm',
      'separate',
      run,
      calls.map(call => ({ call, writes })),
      null,
      [],
    );
    expectValid(valid);
    const [first, ...rest] = valid.calls;
    const { file, ...withoutFile } = valid;
    const changed: unknown[] = [
      withoutFile,
      { ...valid, extra: 1 },
      { ...valid, findings: [{ kind: 'printed-value-differs' }] },
      { ...valid, outcome: 'finished' },
      { ...valid, instances: 3 },
      { ...valid, instanceState: 'mine' },
      { ...valid, instances: [{ module: 0, call: 0, step: 0 }] },
      { ...valid, watch: { address: -4, type: 'i32' } },
      { ...valid, watch: { address: 4 } },
      { ...valid, verdict: { expected: '356', actual: null } },
      { ...valid, verdict: { actual: 356 } },
      { ...valid, calls: [{ ...first, results: [1n.toString(), '12x'] }, ...rest] },
      { ...valid, calls: [{ ...first, durationNs: 1.5 }, ...rest] },
      { ...valid, calls: [{ ...first, kind: 'make' }, ...rest] },
      { ...valid, calls: [{ ...first, parent: 0 }, ...rest] },
      { ...valid, calls: [{ ...first, depth: -1 }, ...rest] },
      { ...valid, calls: [{ ...first, thread: null }, ...rest] },
      { ...valid, calls: [{ ...first, watched: { before: 0, after: 11, printed: null } }, ...rest] },
      { ...valid, calls: [{ ...first, watched: { before: 0, after: 1.5, printed: 2, differs: true } }, ...rest] },
      { ...valid, calls: [{ ...first, memoryBytes: 65_536 }, ...rest] },
      { ...valid, calls: [{ ...first, trap: {} }, ...rest] },
      { ...valid, record: 'none' },
      { ...valid, recordNote: '' },
      { ...valid, notes: [''] },
      { ...valid, firstStep: -1 },
      { ...valid, calls: [{ ...first, accesses: null }, ...rest] },
      { ...valid, calls: [{ ...first, writes: Array(1001).fill(write) }, ...rest] },
      ...[
        { ...write, extra: 1 },
        { ...write, value: 11 },
        { ...write, value: '0b 00' },
        { ...write, type: 'bytes' },
        { ...write, type: 'v128' },
        { ...write, length: 0 },
        { ...write, owner: { kind: 'instance' } },
        { ...write, owner: { kind: 'host', instance: 0 } },
        { ...write, owner: { kind: 'never' } },
        { ...write, offset: -1 },
      ].map(wrong => ({ ...valid, calls: [{ ...first, writes: [wrong] }, ...rest] })),
      { ...valid, problem: { kind: 'trap', message: 'It trapped.' } },
      { ...valid, modules: [{ ...valid.modules[0], memory: { kind: 'owned' } }] },
      { ...valid, modules: [{ ...valid.modules[0], sha256: 'abc' }] },
    ];
    expect(file).toBe('guest.wasm');
    for (const document of changed) expect(validate(document), JSON.stringify(document)).toBe(false);
  });

  it('has all that our types have, and no more', () => {
    // Complete by the compiler.
    const provided = {
      memory: 0,
      abort: 0,
      print: 0,
      wasi: 0,
      'wasi-stub': 0,
      stub: 0,
      placeholder: 0,
      program: 0,
    } satisfies Record<Provided, 0>;
    const levels = { calls: 0, stores: 0, all: 0 } satisfies Record<RecordLevel, 0>;
    const states = { separate: 0, shared: 0 } satisfies Record<InstanceState, 0>;
    const ends = { returned: 0, trapped: 0, stopped: 0 } satisfies Record<CallEnd, 0>;
    const callKinds = { call: 0, instantiation: 0 } satisfies Record<BegunCall['kind'], 0>;
    const kinds = { function: 0, table: 0, memory: 0, global: 0, tag: 0 } satisfies Record<ExternalKind, 0>;
    const problems = {
      trap: 0,
      'timed-out': 0,
      cancelled: 0,
      'address-outside-memory': 0,
      'wrong-value': 0,
      'engine-failure': 0,
    } satisfies Partial<Record<ProblemKind, 0>>; // the others are of what does not run
    for (const [values, known] of [
      [$defs.provided.enum, provided],
      [$defs.call.properties.kind.enum, callKinds],
      [$defs.recordLevel.enum, levels],
      [$defs.instanceState.enum, states],
      [$defs.call.properties.end.enum, ends],
      [$defs.externalKind.enum, kinds],
      [$defs.problem.properties.kind.enum, problems],
    ] as const)
      expect(values.toSorted()).toEqual(Object.keys(known).toSorted());
  });

  it('takes i64 values as decimal strings', () => {
    const value = ajv.compile({ $ref: 'run.schema.json#/$defs/value' });
    for (const each of ['0', '-1', '9223372036854775807', '-9223372036854775808', 'NaN', '-Infinity', 1.5])
      expect(value(each), String(each)).toBe(true);
    for (const each of ['01', '1.5', '', '-', '0x1', '1e3', true, null]) expect(value(each), String(each)).toBe(false);
  });
});

describe('wasm-shared-memory run --json', () => {
  it('prints one document and nothing else', async () => {
    const { code, stdout } = await cli('run', 'test/guests/demo/c-defined-memory.wasm', '--json', '--instances', '2');
    const document: unknown = JSON.parse(stdout);
    expectValid(document);
    expect(document).toMatchObject({
      file: 'test/guests/demo/c-defined-memory.wasm',
      modules: [
        {
          name: 'c-defined-memory.wasm',
          memory: { kind: 'defined', minimum: 2, maximum: null, shared: false, pages: 2 },
          imports: [],
        },
      ],
      instances: Array(2).fill({ module: 0, call: null, step: 0 }),
      verdict: { expected: 241, actual: 241 }, // 11 + 23 × 10
      outcome: 'completed',
      problem: null,
    });
    expect(code).toBe(0);
  });

  it('calls the bundled guest bundled, shared what was shared, and trapped what trapped', async () => {
    expect(JSON.parse((await cli('run', '--json')).stdout)).toMatchObject({
      file: 'bundled',
      verdict: { expected: 356, actual: 356 },
      instanceState: 'separate',
    });
    // #1 and #2 of this one would begin to allocate where #0 does.
    const shared = await cli('run', 'test/guests/demo/assemblyscript-minimal.wasm', '--json', '--state', 'shared');
    expectValid(JSON.parse(shared.stdout));
    expect(JSON.parse(shared.stdout)).toMatchObject({
      instanceState: 'shared',
      notes: [expect.stringMatching(/^The instances share one state: /)],
      watch: { address: 2752 },
      verdict: { expected: 356, actual: 356 },
    });
    const { code, stdout } = await cli('run', 'test/guests/misbehaving/abort.wasm', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'trapped',
      verdict: { expected: 356, actual: 80 },
      problem: { kind: 'trap' },
    });
    expect(code).toBe(1);
  });

  it('prints nothing where the input can not be run', async () => {
    for (const file of ['bad/empty', 'misbehaving/no-alloc']) {
      const { code, stdout } = await cli('run', `test/guests/${file}.wasm`, '--json');
      expect([code, stdout]).toEqual([2, '']);
    }
  });
});
