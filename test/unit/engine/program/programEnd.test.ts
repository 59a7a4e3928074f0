// However a program ends, it prints and returns what it does without being recorded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { address } from '../../../../src/protocol/units.ts';
import { lines, shell } from '../../support/cli.ts';
import { recordProgram } from '../../support/recordedPrograms.ts';
import { assemble } from '../../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'program-end-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'plain.wasm'), assemble('(module (memory (export "memory") 1) (func (export "f")))'));

const PRELUDE = `
  const bytes = require('node:fs').readFileSync(__dirname + '/plain.wasm');
  const { memory, f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  f();
  const on = (event, listener) => process.on(event, listener);
  const fail = text => { throw new Error(text); };
  const told = (name, value) => console.log(name, value instanceof Error ? value.message : value);
  on('exit', status => told('exit', status));
`;

function program(name: string, source: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, PRELUDE + source);
  return path;
}

/** The name and message of what nobody caught: Node prints the line of source above it, and the stack below. */
const uncaught = (stderr: string): string | undefined => /^(?:Uncaught )?(\w*Error: .*)$/m.exec(stderr)?.[1];

// The status of each is Node's documentation of exit codes (1: uncaught, 7: a listener for that threw, 13: top-level await, 128 + n: signal n),
// or the one that the script sets last.
it.each([
  [
    'a listener of uncaughtException that throws',
    7,
    "on('uncaughtException', e => { told('got', e); fail('second'); }); fail('first');",
  ],
  ['it throws what is no error', 7, "on('uncaughtException', () => { throw null; }); fail('first');"],
  ['it throws late', 7, "on('uncaughtException', () => fail('second')); setTimeout(() => fail('first'), 1);"],
  ['its exit status is set', 7, "process.exitCode = 3; on('uncaughtException', () => fail('second')); fail('first');"],
  ['a monitor that throws', 7, "on('uncaughtExceptionMonitor', () => fail('second')); fail('first');"],
  [
    'a capture callback that throws',
    7,
    "process.setUncaughtExceptionCaptureCallback(e => { told('got', e); fail('second'); }); fail('first');",
  ],
  ['a capture callback', 0, "process.setUncaughtExceptionCaptureCallback(e => told('got', e)); fail('first');"],
  [
    'a listener of unhandledRejection that throws',
    1,
    "on('unhandledRejection', e => { told('got', e); fail('second'); }); Promise.reject(new Error('first'));",
  ],
  [
    'and one of uncaughtException that does, too',
    7,
    "on('unhandledRejection', () => fail('second')); on('uncaughtException', e => { told('got', e); fail('third'); }); Promise.reject(new Error('first'));",
  ],
  [
    'a listener of uncaughtException that goes on',
    6,
    "on('uncaughtException', e => { told('got', e); process.exitCode = 6; }); setTimeout(told, 1, 'later'); fail('first');",
  ],
  [
    'a listener of uncaughtException that exits',
    11,
    "on('uncaughtException', (e, from) => { told(from, e); process.exit(11); }); fail('first');",
  ],
  ['what nobody catches', 1, "setTimeout(told, 1, 'never'); fail('first');"],
  ['a listener of exit that sets the status', 5, "on('exit', () => { process.exitCode = 5; });"],
  [
    'a listener of exit that takes back the status of what nobody caught',
    0,
    "on('exit', () => { process.exitCode = 0; }); fail('first');",
  ],
  ['a listener of exit that throws', 1, "on('exit', () => fail('first'));"],
  ['a listener of exit that throws behind a status', 5, "process.exitCode = 5; on('exit', () => fail('first'));"],
  [
    'a listener of exit that throws with the status 0',
    0,
    "on('exit', () => { process.exitCode = 0; fail('first'); });",
  ],
  ['a listener of exit that exits', 9, "on('exit', () => process.exit(9));"],
  ['an exit before the exit', 4, "on('beforeExit', status => { told('before', status); process.exit(4); });"],
  [
    'more to do before the exit',
    2,
    "let n = 0; on('beforeExit', () => { if (n++ < 2) setTimeout(() => { process.exitCode = n; }, 1); });",
  ],
  ['an exit that no listener is told of', 4, 'process.reallyExit(4);'],
  ['an abort', 134, 'process.abort();'],
  ['SIGTERM to itself', 143, "process.kill(process.pid, 'SIGTERM'); setTimeout(told, 60_000, 'never');"],
  ['SIGKILL to itself', 137, "process.kill(process.pid, 'SIGKILL'); setTimeout(told, 60_000, 'never');"],
  ['options of Node', 0, 'console.log(process.execArgv, process.argv.length);'],
] as const)('%s: %d', async (name, status, source) => {
  const path = program(name.replaceAll(' ', '-'), source);
  // In a shell of its own, which tells of signals as the command does.
  const [plain, recorded] = await Promise.all([
    shell(`(ulimit -c 0; "$NODE" ${path}; exit $?)`),
    shell(`("$NODE" dist/cli.js record ${path} --export ${join(folder, 'out.wsmrec')}; exit $?)`),
  ]);
  expect([plain.code, recorded.code, recorded.stdout]).toEqual([status, status, plain.stdout]);
  expect(uncaught(recorded.stderr)).toBe(uncaught(plain.stderr));
});

it.each([
  [
    'an object without a prototype',
    'Object.assign(Object.create(null), { code: 3 })',
    '[Object: null prototype] { code: 3 }',
  ],
  ['one whose text throws', '{ toString() { throw 1; } }', '{ toString: [Function: toString] }'],
  ['a function', 'function foo() {}', '[Function: foo]'],
  ['a class', 'class Foo {}', '[class Foo]'],
])('%s is thrown, and told as Node does', async (_, thrown, text) => {
  const path = program('throws', `throw ${thrown};`);
  const [plain, recorded] = await Promise.all([
    shell(`"$NODE" ${path}`),
    shell(`"$NODE" dist/cli.js record ${path} --export ${join(folder, 'out.wsmrec')}`),
  ]);
  expect([plain.code, recorded.code]).toEqual([1, 1]);
  expect(lines(plain.stderr)).toContain(text);
  expect(lines(recorded.stderr)).toContain(`Uncaught ${text}`);
});

const REJECTS =
  "on('uncaughtException', (e, from) => { told(from, e); fail('second'); }); Promise.reject(new Error('first')); setTimeout(told, 5, 'later');";

// `throw` and `strict` make an uncaught exception of it, of which the listener throws; the others let the program go on.
it.each([
  ['throw', 7],
  ['strict', 7],
  ['warn', 0],
  ['none', 0],
] as const)('--unhandled-rejections=%s, as an option or in the environment: %d', async (mode, status) => {
  const path = program(`rejects-${mode}`, REJECTS);
  const record = `dist/cli.js record ${path} --export ${join(folder, 'out.wsmrec')}`;
  const plain = await shell(`"$NODE" --unhandled-rejections=${mode} ${path}`);
  const byOption = await shell(`"$NODE" --unhandled-rejections=${mode} ${record}`);
  const byEnvironment = await shell(`NODE_OPTIONS=--unhandled-rejections=${mode} "$NODE" ${record}`);
  expect(plain.code).toBe(status);
  for (const recorded of [byOption, byEnvironment])
    expect([recorded.code, recorded.stdout, uncaught(recorded.stderr)]).toEqual([
      status,
      plain.stdout,
      uncaught(plain.stderr),
    ]);
});

it('an option that threads do not take is the whole process’s', async () => {
  const path = program('options', 'console.log(process.execArgv.join(), typeof gc, [process.exitCode = 3]);');
  const options = '--expose-gc --unhandled-rejections=warn';
  const plain = await shell(`"$NODE" ${options} ${path}`);
  const recorded = await shell(`"$NODE" ${options} dist/cli.js record ${path} --export ${join(folder, 'out.wsmrec')}`);
  expect([recorded.code, recorded.stdout]).toEqual([3, plain.stdout]);
});

it('what a program wrote last is recorded, by a listener of exit, and where none is told', async () => {
  for (const [end, status] of [
    ["process.on('exit', () => { new Uint8Array(memory.buffer)[20] = 9; });", 0],
    ["process.on('exit', () => { new Uint8Array(memory.buffer)[20] = 9; }); process.exit(3);", 3],
    ["on('uncaughtException', () => fail('second')); fail('first');", 7],
    ['process.reallyExit(4);', 4],
    ['process.abort();', 134],
  ] as const) {
    const { code, run } = await recordProgram(
      program('writes', end.startsWith('process.on(') ? end : `new Uint8Array(memory.buffer)[20] = 9; ${end}`),
    );
    const change = await run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(20) });
    run.dispose();
    expect([code, change]).toMatchObject([
      status,
      { kind: 'write', write: { owner: { kind: 'host' }, after: Uint8Array.of(9) } },
    ]);
  }
});
