// `--json` against the schema that is in the repository, and against the transcript of the same run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { runDocument } from '../../../src/cli/json.ts';
import { type CallWrites, writesOf } from '../../../src/cli/writes.ts';
import type { Run } from '../../../src/engine/client.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { fixtures } from '../../guests/index.ts';
import { cli } from '../support/cli.ts';
import { ROOT, title } from '../support/fixtures.ts';
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
  const writes = await Promise.all(ended.calls.map(call => writesOf(run.recording, call, ended.firstStep)));
  run.dispose();
  return JSON.parse(JSON.stringify(runDocument('guest.wasm', ended, writes)));
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
    expect(early).toMatchObject({ outcome: 'cancelled', module: null, calls: [] });
    expectValid(early);
  });

  it('values that JSON has no number for is valid', async () => {
    const guest = assemble(`(module
      (import "env" "print" (func $print (param f64)))
      (memory 1)
      (func (export "alloc_11") (result i32) (call $print (f64.const nan)) (i32.const -16))
      (func (export "add_23") (param i32)))`);
    const document = await documentOf(start(guest));
    expect(document).toMatchObject({ calls: [{ results: [-16], printed: ['NaN'] }], address: null });
    expectValid(document);
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
      owner: { kind: 'instance', instance: 0 },
      function: 'alloc_11',
      functionIndex: 0,
      functionOffset: 6,
      offset: 84,
      instruction: 'i32.store',
    };
    const ended = await runToEnd('misbehaving/trap-unreachable');
    const valid = runDocument(
      'guest.wasm',
      ended,
      ended.calls.map(() => ({ writes: [write], leftOut: 0 })),
    );
    expectValid(valid);
    const [first, ...rest] = valid.calls;
    const { file, ...withoutFile } = valid;
    const changed: unknown[] = [
      withoutFile,
      { ...valid, extra: 1 },
      { ...valid, outcome: 'finished' },
      { ...valid, instances: 0 },
      { ...valid, address: -4 },
      { ...valid, expected: '356' },
      { ...valid, calls: [{ ...first, results: [1n.toString(), '12x'] }, ...rest] },
      { ...valid, calls: [{ ...first, durationNs: 1.5 }, ...rest] },
      { ...valid, calls: [{ ...first, memoryBytes: 65_536 }, ...rest] },
      { ...valid, calls: [{ ...first, trap: {} }, ...rest] },
      { ...valid, record: 'none' },
      { ...valid, recordNote: '' },
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
      { ...valid, module: { ...valid.module, memory: { kind: 'owned' } } },
    ];
    expect(file).toBe('guest.wasm');
    for (const document of changed) expect(validate(document), JSON.stringify(document)).toBe(false);
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
      module: { memory: { kind: 'defined', minimum: 2, maximum: null, shared: false, pages: 2 }, imports: [] },
      instances: 2,
      expected: 241, // 11 + 23 × 10
      actual: 241,
      outcome: 'completed',
      problem: null,
    });
    expect(code).toBe(0);
  });

  it('calls the bundled guest bundled, and trapped what trapped', async () => {
    expect(JSON.parse((await cli('run', '--json')).stdout)).toMatchObject({ file: 'bundled', actual: 356 });
    const { code, stdout } = await cli('run', 'test/guests/misbehaving/abort.wasm', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'trapped', actual: 80, problem: { kind: 'trap' } });
    expect(code).toBe(1);
  });

  it('prints nothing where the input can not be run', async () => {
    for (const file of ['bad/empty', 'misbehaving/no-alloc']) {
      const { code, stdout } = await cli('run', `test/guests/${file}.wasm`, '--json');
      expect([code, stdout]).toEqual([2, '']);
    }
  });
});
