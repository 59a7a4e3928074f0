// `trace`: Trace Event JSON, after the format's document ("Trace Event Format", Google, 2016).
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { traceDocument } from '../../../src/cli/traceEvents.ts';
import { callRecord, runSnapshot } from '../support/calls.ts';
import { cli, lines, shell } from '../support/cli.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WAT = 'test/guests/demo/wat.wasm';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

function eventsOf(text: string): readonly TraceEvent[] {
  const document = JSON.parse(text);
  expect(Object.keys(document).toSorted()).toEqual(['displayTimeUnit', 'otherData', 'traceEvents']);
  expect(['ms', 'ns']).toContain(document.displayTimeUnit);
  return document.traceEvents;
}

/** Names of the tracks by process and thread. */
const tracksOf = (events: readonly TraceEvent[]) =>
  new Map(
    events.filter(({ name }) => name === 'thread_name').map(({ pid, tid, args }) => [`${pid}/${tid}`, args.name]),
  );

const callsOf = (events: readonly TraceEvent[]) => events.filter(({ ph }) => ph === 'X');

describe('the trace of the demo', () => {
  it('has a track for each instance, and its calls on it', async () => {
    const { code, stdout, stderr } = await cli('trace', WAT);
    expect([code, stderr]).toEqual([0, '']);
    const events = eventsOf(stdout);
    expect(new Set(events.map(({ ph }) => ph))).toEqual(new Set(['M', 'X']));
    const tracks = tracksOf(events);
    expect([...tracks.values()]).toEqual(['#0', '#1', '#2']);
    const calls = callsOf(events);
    expect(calls).toHaveLength(16);
    expect(calls.map(({ name }) => name)).toEqual(['alloc_11', ...Array<string>(15).fill('add_23')]);
    expect(calls.map(({ pid, tid }) => tracks.get(`${pid}/${tid}`))).toEqual([
      '#0',
      ...Array.from({ length: 15 }, (_, add) => `#${add % 3}`),
    ]);
    expect(calls[0].args).toEqual({
      call: 1,
      args: [],
      results: [1024],
      end: 'returned',
      valueBefore: 0,
      valueAfter: 11,
      bytesChanged: 1,
      writes: 1,
      accesses: 1,
    });
    // 241 (f1 00) becomes 264 (08 01).
    expect(calls[11].args).toMatchObject({
      call: 12,
      args: [1024],
      valueBefore: 241,
      valueAfter: 264,
      bytesChanged: 2,
    });
  });

  it('tells when each call began, and no two at once', async () => {
    const { stdout } = await cli('trace', WAT, '--format', 'chrome', '--instances', '64');
    const calls = callsOf(eventsOf(stdout));
    expect(calls).toHaveLength(321);
    let free = 0;
    for (const { ts = Number.NaN, dur = Number.NaN } of calls) {
      expect(ts).toBeGreaterThanOrEqual(free);
      expect(dur).toBeGreaterThan(0);
      free = ts + dur - 0.001; // both are rounded to a nanosecond
    }
  });

  it('counts in microseconds, and says in which call a call was made', () => {
    const calls = [
      callRecord({ startNs: 1_234_567, durationNs: 2_000_000 }),
      callRecord({ index: 2, instance: 1, parent: 1, depth: 1, startNs: 1_234_600.4, durationNs: 750 }),
    ];
    const [outer, inner] = traceDocument('a.wasm', runSnapshot(), calls).traceEvents.filter(({ ph }) => ph === 'X');
    expect(outer).toMatchObject({ tid: 1, ts: 1234.567, dur: 2000 });
    expect(outer.args).not.toHaveProperty('parent');
    expect(inner).toMatchObject({ tid: 2, ts: 1234.6, dur: 0.75, args: { call: 2, parent: 1 } });
  });

  it('has the call that was under way when the run was ended', async () => {
    const { code, stdout, stderr } = await cli(
      'trace',
      'test/guests/misbehaving/loop-in-call.wasm',
      '--time-limit',
      '0.3',
    );
    const last = callsOf(eventsOf(stdout)).at(-1);
    expect(last).toMatchObject({ name: 'add_23', args: { call: 5, end: 'stopped', valueBefore: 80, writes: 0 } });
    expect(last?.dur).toBeGreaterThan(0);
    expect([code, lines(stderr)]).toEqual([1, [expect.stringContaining('the time limit of 0.3 s')]]);
  });

  it('has what is special of a call', async () => {
    const grown = callsOf(eventsOf((await cli('trace', 'test/guests/misbehaving/grow-then-use.wasm')).stdout));
    expect(grown[0].args).toMatchObject({ writes: 2, grownPages: 1 });
    const trapped = callsOf(eventsOf((await cli('trace', 'test/guests/misbehaving/trap-unreachable.wasm')).stdout));
    expect(trapped.at(-1)?.args).toMatchObject({ end: 'trapped', trap: 'unreachable' });
    const printed = callsOf(eventsOf((await cli('trace', 'test/guests/print/ptr-cap-len.wasm')).stdout));
    expect(printed[0].args).toMatchObject({ printed: ['alloc_11[#0]: 11'] });
  });
});

describe('--output', () => {
  it('writes a file and nothing else', async () => {
    const file = join(folder, 'trace.json');
    expect(await cli('trace', WAT, '--output', file)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(callsOf(eventsOf(readFileSync(file, 'utf8')))).toHaveLength(16);
  });

  it('replaces a file, also behind a link, and leaves no other behind', async () => {
    const inside = mkdtempSync(join(folder, 'replaced-'));
    const [file, link] = [join(inside, 'old.json'), join(inside, 'link.json')];
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    expect((await cli('trace', WAT, '--output', link)).code).toBe(0);
    expect(callsOf(eventsOf(readFileSync(file, 'utf8')))).toHaveLength(16);
    expect(readdirSync(inside).toSorted()).toEqual(['link.json', 'old.json']);
  });

  it('leaves the file as it was where the guest can not be run', async () => {
    const file = join(folder, 'kept.json');
    writeFileSync(file, 'old');
    for (const guest of ['bad/empty', 'misbehaving/no-alloc']) {
      const { code, stdout } = await cli('trace', `test/guests/${guest}.wasm`, '--output', file);
      expect([code, stdout]).toEqual([2, '']);
    }
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it.runIf(process.platform === 'linux')('writes to a pipe as it is', async () => {
    const { code, stdout } = await shell(`"$NODE" dist/cli.js trace ${WAT} --output /dev/stdout | cat`);
    expect(code).toBe(0);
    expect(callsOf(eventsOf(stdout))).toHaveLength(16);
  });

  it.runIf(process.platform === 'linux')('leaves nothing behind where there is no room', async () => {
    const inside = mkdtempSync(join(folder, 'full-'));
    // 1 KiB is the most that a file may have here; the trace is longer.
    const line = `trap '' XFSZ; ulimit -f 1; "$NODE" dist/cli.js trace ${WAT} --output ${inside}/trace.json`;
    const { code, stdout, stderr } = await shell(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/trace\.json: it can't be written \(EFBIG\)\. Choose another file\.$/),
    ]);
    expect(readdirSync(inside)).toEqual([]);
  });

  it.each([
    [() => folder, /: it is a folder\. Choose another file\.$/],
    [() => join(folder, 'missing', 'trace.json'), /: there is no such folder\. Choose another file\.$/],
  ])('is refused with one message where it can not be written', async (path, message) => {
    const { code, stdout, stderr } = await cli('trace', WAT, '--output', path());
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr)).toEqual([expect.stringMatching(message)]);
  });
});

describe('the trace of a program', () => {
  it('leaves out calls of one instance by another, and says so', async () => {
    const script = join(folder, 'calls.cjs');
    writeFileSync(
      join(folder, 'first.wasm'),
      assemble('(module (memory (export "memory") 1) (func (export "put") (i32.store (i32.const 8) (i32.const 1))))'),
    );
    writeFileSync(
      join(folder, 'second.wasm'),
      assemble(
        `(module (import "first" "memory" (memory 1)) (import "first" "put" (func $put))
           (func (export "twice") (call $put) (call $put)))`,
      ),
    );
    writeFileSync(
      script,
      `const load = name => new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/' + name + '.wasm'));
       const first = new WebAssembly.Instance(load('first')).exports;
       first.put();
       new WebAssembly.Instance(load('second'), { first }).exports.twice();`,
    );
    const file = join(folder, 'calls.wsmrec');
    expect((await cli('record', script, '--export', file)).code).toBe(0);
    const { code, stdout, stderr } = await cli('trace', file);
    expect([code, callsOf(eventsOf(stdout)).map(({ name }) => name)]).toEqual([0, ['put', '(instantiation)', 'twice']]);
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/^note: 2 calls are not in the trace, since no times are known/),
    ]);
  });
});

describe('a reader that stops early', () => {
  it.each(['2>/dev/null', '2>&1'])('is no failure (%s)', async errors => {
    const { code, stderr } = await shell(
      `set -o pipefail; "$NODE" dist/cli.js trace ${WAT} --instances 64 ${errors} | head -c 10`,
    );
    expect([code, stderr]).toEqual([0, '']);
  });
});
