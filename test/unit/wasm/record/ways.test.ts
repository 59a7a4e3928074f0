// Ways through the code part and meet again: what the compact log leaves out on one way must be known on every way.
import { describe, expect, test } from 'vitest';
import { readModule } from '../../../../src/wasm/module.ts';
import { decodeLog, logReader } from '../../../../src/wasm/record/decodeLog.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../../../../src/wire/accessLog.ts';
import { AccessLines, assemble, runRecorded } from './recordedRun.ts';

/** The accesses of calls of `run`, one call for each list of arguments, as a log tells them. */
async function accessesOf(text: string, log: 'simple' | 'compact', calls: readonly (readonly number[])[]) {
  const run = runRecorded(await assemble(text), { level: 'all', log }, () => ({ env: { hook: () => {} } }));
  const { run: exported } = run.instance.exports;
  if (typeof exported !== 'function') throw new Error('the export is missing');
  return calls.map(args => {
    exported(...args);
    return run.accesses();
  });
}

const guest = (body: string, more = ''): string => `(module
  (import "env" "hook" (func $hook))
  (memory 1)
  ${more}
  (func $run (export "run") (param $a i32) (param $b i32) (local $p i32) ${body}))`;

/** What each body stores when it is called with (64, 0) and with (64, 1). */
const WAYS: readonly (readonly [what: string, text: string, expected: readonly (readonly string[])[]])[] = [
  [
    'a local that one way changes',
    guest(`(i32.store8 (local.get $a) (i32.const 1))
      (if (local.get $b) (then (local.set $a (i32.add (local.get $a) (i32.const 8)))))
      (i32.store8 (local.get $a) (i32.const 2))`),
    [
      ['i32.store8 @64 01', 'i32.store8 @64 02'],
      ['i32.store8 @64 01', 'i32.store8 @72 02'],
    ],
  ],
  [
    'a local that each way changes in its own manner',
    guest(`(i32.store8 (local.get $a) (i32.const 1))
      (if (local.get $b)
        (then (local.set $a (i32.const 80)) (i32.store8 (local.get $a) (i32.const 2)))
        (else (i32.store8 (local.get $a) (i32.const 3)) (local.set $a (i32.const 90))))
      (i32.store8 (local.get $a) (i32.const 4))`),
    [
      ['i32.store8 @64 01', 'i32.store8 @64 03', 'i32.store8 @90 04'],
      ['i32.store8 @64 01', 'i32.store8 @80 02', 'i32.store8 @80 04'],
    ],
  ],
  [
    'a local that is a copy of one that a branch passes by',
    guest(`(local.set $p (local.get $a))
      (i32.store8 (local.get $p) (i32.const 1))
      (block $out
        (br_if $out (local.get $b))
        (local.set $a (i32.const 100))
        (i32.store8 (local.get $p) (i32.const 2)))
      (i32.store8 (local.get $a) (i32.const 3))
      (i32.store8 (local.get $p) (i32.const 4))`),
    [
      ['i32.store8 @64 01', 'i32.store8 @64 02', 'i32.store8 @100 03', 'i32.store8 @64 04'],
      ['i32.store8 @64 01', 'i32.store8 @64 03', 'i32.store8 @64 04'],
    ],
  ],
  [
    'a way on which the function calls itself',
    guest(`(i32.store8 (local.get $a) (i32.const 1))
      (if (local.get $b) (then (call $run (i32.const 200) (i32.const 0))))
      (i32.store8 (local.get $a) (i32.const 2))`),
    [
      ['i32.store8 @64 01', 'i32.store8 @64 02'],
      ['i32.store8 @64 01', 'i32.store8 @200 01', 'i32.store8 @200 02', 'i32.store8 @64 02'],
    ],
  ],
  [
    'the targets of a br_table',
    guest(`(i32.store8 (local.get $a) (i32.const 1))
      (block $two (block $one
        (i32.store8 (i32.add (local.get $a) (local.get $b)) (i32.const 2))
        (br_table $one $two (local.get $b)))
        (local.set $a (i32.const 70))
        (i32.store8 (local.get $a) (i32.const 3)))
      (i32.store8 (local.get $a) (i32.const 4))`),
    [
      ['i32.store8 @64 01', 'i32.store8 @64 02', 'i32.store8 @70 03', 'i32.store8 @70 04'],
      ['i32.store8 @64 01', 'i32.store8 @65 02', 'i32.store8 @64 04'],
    ],
  ],
  [
    'a call of a function that writes nothing, and one of a function that does',
    guest(
      `(i32.store8 (local.get $a) (i32.const 1))
      (if (call $pure (local.get $b)) (then (call $writes)))
      (i32.store8 (local.get $a) (i32.const 2))`,
      `(func $pure (param i32) (result i32) (call $hook) (local.get 0))
       (func $writes (i32.store8 (i32.const 9) (i32.const 9)))`,
    ),
    [
      ['i32.store8 @64 01', 'i32.store8 @64 02'],
      ['i32.store8 @64 01', 'i32.store8 @9 09', 'i32.store8 @64 02'],
    ],
  ],
  [
    'a loop without accesses, and one that is told as a whole',
    guest(`(i32.store8 (local.get $a) (i32.const 1))
      (loop $l (local.set $p (i32.add (local.get $p) (i32.const 1))) (br_if $l (i32.lt_u (local.get $p) (i32.const 5))))
      (i32.store8 (i32.add (local.get $a) (local.get $p)) (i32.const 2))
      (loop $m
        (i32.store8 (local.get $p) (local.get $b))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (br_if $m (i32.lt_u (local.get $p) (i32.const 7))))
      (i32.store8 (i32.add (local.get $a) (local.get $p)) (i32.const 3))`),
    [
      ['i32.store8 @64 01', 'i32.store8 @69 02', 'i32.store8 @5 00', 'i32.store8 @6 00', 'i32.store8 @71 03'],
      ['i32.store8 @64 01', 'i32.store8 @69 02', 'i32.store8 @5 01', 'i32.store8 @6 01', 'i32.store8 @71 03'],
    ],
  ],
];

describe.each(['simple', 'compact'] as const)('%s log', log => {
  test.each(WAYS)('%s', async (_, text, expected) => {
    expect(
      await accessesOf(text, log, [
        [64, 0],
        [64, 1],
      ]),
    ).toEqual(expected);
  });
});

test('records stay in their chunk where calls that are never made stand between many stores', async () => {
  // Each block has 256 records of 8 bytes and more that can't be computed: some 230 KiB without a call or loop on the way, so
  // that some calls start with most of a chunk written, and need more than what is left.
  const stores = Array.from(
    { length: 256 },
    (_, i) => `(i64.store offset=${i * 8} (local.get $a) (i64.load offset=${i * 8} (local.get $p)))`,
  ).join('\n');
  const blocks = `(if (local.get $b) (then (call $hook)))\n${stores}\n`.repeat(115);
  const run = runRecorded(
    await assemble(guest(`(local.set $p (i32.const 8192)) ${blocks}`)),
    {
      level: 'stores',
      log: 'compact',
    },
    () => ({ env: { hook: () => {} } }),
  );
  const { run: exported } = run.instance.exports;
  if (typeof exported !== 'function') throw new Error('the export is missing');
  for (let call = 0; call < 12; call++) {
    exported(64, 0);
    expect(run.accesses()).toHaveLength(115 * 256);
  }
});

test('each piece of the log can be read alone, wherever it was parted', async () => {
  const bytes = await assemble(
    guest(
      `(loop $l
        (i32.store8 (local.get $a) (i32.const 1))
        (if (local.get $b) (then (call $writes)))
        (i32.store8 (local.get $a) (i32.const 2))
        (local.set $a (i32.add (local.get $a) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get $a) (i32.const 60000))))`,
      '(func $writes (i32.store8 (i32.const 9) (i32.const 9)))',
    ),
  );
  const module = readModule(bytes);
  const options = { level: 'stores', log: 'compact' } as const;
  const recorded = recordAccesses(module, options);
  const alone = new AccessLines();
  const log = new AccessLog(piece => decodeLog(logReader(module, recorded.plan), piece, alone));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  const { module: from, name } = recorded.memoryImport;
  const imports: WebAssembly.Imports = { env: { hook: () => {} }, [from]: { [name]: memory } };
  log.addImports(imports, recorded.addedImports);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(recorded.bytes), imports).exports;
  if (typeof run !== 'function') throw new Error('the export is missing');
  const expected: string[] = [];
  // From starts that differ by a record's bytes the log is parted at each of the loop's places.
  for (let start = 0; start < 6; start++) {
    run(59_999 - start, 0);
    run(100, 1);
    for (let a = 59_999 - start; a < 60_000; a++) expected.push(`i32.store8 @${a} 01`, `i32.store8 @${a} 02`);
    for (let a = 100; a < 60_000; a++) expected.push(`i32.store8 @${a} 01`, 'i32.store8 @9 09', `i32.store8 @${a} 02`);
  }
  log.flush();
  expect(alone.lines.length).toBe(expected.length);
  expect(alone.lines.findIndex((line, i) => line !== expected[i])).toBe(-1);
});
