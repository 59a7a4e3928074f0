// Stacks of errors, as a program sees them that is recorded, and what of a trap they tell the recording.
import { expect, it } from 'vitest';
import { callsOf } from '../../support/runs.ts';
import { sameRecordings } from '../../support/sameRecorded.ts';
import { assemble } from '../../support/wabt.ts';

const { sameRecorded, writer } = sameRecordings();

const GUEST = assemble(`(module $guest
  (import "env" "host" (func $host (param i32)))
  (memory (export "memory") 1)
  (func $put (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func $inner (param i32) (i32.store8 (i32.const 7) (local.get 0)) (drop (i32.load (i32.const -1))))
  (func (export "trap") (param i32) (call $inner (local.get 0)))
  (func (export "call") (param i32) (i32.store8 (i32.const 9) (i32.const 1)) (call $host (local.get 0))))`);

const BEGIN = `
  let host = () => {};
  const x = new WebAssembly.Instance(load('guest'), { env: { host: n => host(n) } }).exports;
  const caught = call => { try { call(); } catch (error) { return error; } };
  const functions = () => { host = n => { if (n > 0) return x.call(n - 1); console.log(new Error('in the import').stack); }; x.call(3); };`;

it.each([
  ['of a trap', 'console.log(caught(() => x.trap(1)).stack);'],
  [
    'of a trap, after something else was thrown',
    "host = () => { throw new Error('host'); }; console.log(caught(() => x.call(0)).stack); console.log(caught(() => x.trap(1)).stack);",
  ],
  ['in an import', 'functions();'],
  [
    'in an import, with a limit of its own',
    'Error.stackTraceLimit = 4; functions(); console.log(Error.stackTraceLimit);',
  ],
  [
    'of an error that an import made, asked for later',
    "let kept; host = () => { kept = new Error('kept'); }; x.call(0); console.log(kept.stack);",
  ],
  ['in a promise', 'Promise.resolve().then(() => x.trap(1)).catch(error => console.log(error.stack));'],
  ['of an object', 'const o = {}; host = () => Error.captureStackTrace(o); x.call(0); console.log(o.stack);'],
  ['with a limit', 'Error.stackTraceLimit = 2; console.log(caught(() => x.trap(1)).stack, Error.stackTraceLimit);'],
  ['without frames', 'Error.stackTraceLimit = 0; console.log(caught(() => x.trap(1)).stack);'],
  [
    'without a limit',
    'delete Error.stackTraceLimit; console.log(caught(() => x.trap(1)).stack, "stackTraceLimit" in Error);',
  ],
  [
    'with a limit that is none',
    "Error.stackTraceLimit = 'none'; console.log(caught(() => x.trap(1)).stack, Error.stackTraceLimit);",
  ],
  [
    'with a limit that is fixed',
    "Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false }); console.log(caught(() => x.trap(1)).stack.split('\\n').slice(0, 4));",
  ],
  [
    'as the program makes them',
    "Error.prepareStackTrace = (error, sites) => error.message + sites.map(site => '\\n  ' + site); console.log(caught(() => x.trap(1)).stack);",
  ],
  [
    'as call sites',
    `Error.prepareStackTrace = (_, sites) => sites;
     for (const site of caught(() => x.trap(1)).stack.slice(0, 2))
       console.log(String(site), site.getFileName(), site.getFunctionName(), site.getLineNumber(), site.getColumnNumber(), site.getPosition(), typeof site.getFunction(), site.isEval());`,
  ],
  [
    'where making them fails',
    "Error.prepareStackTrace = () => { throw new Error('made'); }; const error = caught(() => x.trap(1)); console.log(error.message, caught(() => error.stack).message);",
  ],
  [
    'made by a function that is put back',
    "const before = Error.prepareStackTrace; Error.prepareStackTrace = () => 'mine'; console.log(caught(() => x.trap(1)).stack); Error.prepareStackTrace = before; console.log(caught(() => x.trap(1)).stack);",
  ],
  [
    'of what V8 says of a module',
    "console.log(caught(() => new WebAssembly.Module(Uint8Array.of(1))).stack); console.log(caught(() => new WebAssembly.Instance(load('guest'), {})).stack); console.log(caught(() => new WebAssembly.Instance(load('guest'))).stack);",
  ],
])('a stack %s is the program’s', async (_, source) => {
  const program = await sameRecorded({ guest: GUEST }, `${BEGIN} ${source}`);
  expect(program.stderr).not.toContain('fault');
});

/** What a program finds where it asks for what makes stacks, and where others than recorded functions throw. */
it.each([
  [
    'what makes stacks',
    `const before = Error.prepareStackTrace, mine = () => 'mine';
     Error.prepareStackTrace = mine; console.log(Error.prepareStackTrace === mine, caught(() => x.trap(1)).stack);
     for (const none of [undefined, null, 5]) { Error.prepareStackTrace = none; console.log(Error.prepareStackTrace === none, caught(() => x.trap(1)).stack.split('\\n')[1]); }
     Error.prepareStackTrace = before; console.log(Error.prepareStackTrace === before);`,
  ],
  [
    'it where the program took it away',
    `delete Error.prepareStackTrace; x.put(8, 1); console.log(caught(() => x.trap(1)).stack);
     Object.defineProperty(Error, 'prepareStackTrace', { value: (_, sites) => sites.map(String).join('|'), writable: true, configurable: true });
     x.put(8, 2); console.log(caught(() => x.trap(1)).stack);`,
  ],
  [
    'an error out of an instance over another memory',
    `const other = new WebAssembly.Instance(load('guest'), { env: { host: n => x.trap(n) } }).exports; console.log(caught(() => other.call(1)).stack);`,
  ],
  [
    'an error as an instance is made',
    "console.log(caught(() => new WebAssembly.Instance(load('starts'), {})).stack, Error.stackTraceLimit);",
  ],
  [
    'frames of events',
    "const target = new EventTarget(); target.addEventListener('x', () => console.log(new Error('e').stack)); target.dispatchEvent(new Event('x'));",
  ],
  [
    'a site of Node',
    `Error.prepareStackTrace = (_, sites) => sites; const site = new Error().stack.at(-1);
     console.log(String(site), site.getFileName(), site.getLineNumber(), site.getColumnNumber(), site.isToplevel());`,
  ],
])('%s is as it would be', async (_, source) => {
  const starts = assemble(
    '(module (memory 1) (func $start (i32.store8 (i32.const 1) (i32.const 2)) unreachable) (start $start))',
  );
  const program = await sameRecorded({ guest: GUEST, starts }, `${BEGIN} ${source}`);
  expect(program.stderr).not.toContain('fault');
});

/** What is recorded of a trap does not hang on how the program wants its stacks. */
it.each([
  ['call sites', 'Error.prepareStackTrace = (_, sites) => sites;'],
  ['nothing', 'Error.prepareStackTrace = () => { throw new Error(); };'],
  ['no limit', 'delete Error.stackTraceLimit;'],
])('a trap where a stack is %s is recorded', async (_, source) => {
  const program = await sameRecorded({ guest: GUEST }, `${BEGIN} ${source} caught(() => x.trap(5)); x.put(8, 6);`);
  expect([await writer(program, 7), await writer(program, 8)]).toEqual(['#0', '#0']);
  const [trap] = await callsOf(program.run);
  expect(trap.end).toBe('trapped');
  expect(trap.trap?.stack.map(frame => frame.function)).toEqual(['inner', 'trap']);
});

it('a trap of which no stack tells where it was leaves the recording whole but for what it had not told', async () => {
  const source = `${BEGIN}
    Object.defineProperty(Error, 'stackTraceLimit', { value: 0, writable: false });
    caught(() => x.trap(5)); x.put(8, 6);`;
  const program = await sameRecorded({ guest: GUEST }, source);
  // Nobody can say that it was not the script that wrote 5 to address 7.
  expect([await writer(program, 7), await writer(program, 8)]).toEqual(['unrecorded', '#0']);
  const calls = await callsOf(program.run);
  expect(calls.map(({ end }) => end)).toEqual(['trapped', 'returned']);
});
