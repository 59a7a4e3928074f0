// What a program does with functions of its module and with modules of others is as it would be without being recorded.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lines, shell } from '../../support/cli.ts';
import { recordProgram } from '../../support/recordedPrograms.ts';
import { callsOf, memoryAt } from '../../support/runs.ts';
import { sameRecordings } from '../../support/sameRecorded.ts';
import { assemble } from '../../support/wabt.ts';

const { folder, opened, sameRecorded, writer } = sameRecordings();

const FUNCTIONS = assemble(`(module
  (import "env" "pass" (func $pass (param funcref) (result funcref)))
  (memory (export "memory") 1)
  (table $t (export "t") 3 funcref)
  (global (export "g") (mut funcref) (ref.null func))
  (elem declare func $f)
  (func $f (export "f") (param i32) (result i32) (i32.store8 (i32.const 8) (local.get 0)) (i32.add (local.get 0) (i32.const 1)))
  (func (export "take") (param funcref) (table.set $t (i32.const 0) (local.get 0)))
  (func (export "give") (result funcref) (ref.func $f))
  (func (export "both") (result i32 funcref) (i32.const 5) (ref.func $f))
  (func (export "passed") (result funcref) (call $pass (ref.func $f)))
  (func (export "callAt") (param i32) (result i32) (call_indirect $t (param i32) (result i32) (i32.const 7) (local.get 0))))`);

it('functions of the module go into tables, globals and parameters, and come out as they are', async () => {
  const program = await sameRecorded(
    { functions: FUNCTIONS },
    `let seen;
     const x = new WebAssembly.Instance(load('functions'), { env: { pass: f => { seen = f; return f; } } }).exports;
     tell('parameter', () => { x.take(x.f); return [x.callAt(0), x.t.get(0) === x.f]; });
     tell('result', () => x.give() === x.f);
     tell('one of several results', () => { const [five, f] = x.both(); return [five, f === x.f]; });
     tell('through an import', () => [x.passed() === x.f, seen === x.f]);
     tell('a table of its own', () => new WebAssembly.Table({ element: 'anyfunc', initial: 2 }, x.f).get(1) === x.f);
     tell('a global of its own', () => new WebAssembly.Global({ value: 'anyfunc', mutable: true }, x.f).value === x.f);
     tell('a global', () => { x.g.value = x.f; return [x.g.value === x.f, x.g.valueOf() === x.f]; });
     tell('null', () => { x.g.value = null; return [x.g.value, x.t.get(2)]; });
     tell('a number', () => new WebAssembly.Global({ value: 'i32' }, 42).value);
     tell('what is none', () => { x.g.value = () => 1; });
     tell('classes', () => [x.g instanceof WebAssembly.Global, x.t instanceof WebAssembly.Table, WebAssembly.Global.name]);
     tell('name and length', () => [x.take.name, x.take.length, x.f.name]);
     tell('properties', () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(x.f))));
     tell('a call', () => x.give()(20));`,
  );
  expect(await writer(program, 8)).toBe('#0');
  expect((await callsOf(program.run)).at(-1)).toMatchObject({ function: 'f', args: [20], results: [21] });
});

it('functions of the module are thrown in exceptions, and come out as they are', async () => {
  const program = await sameRecorded(
    {
      thrower: assemble(
        `(module (import "env" "tag" (tag $t (param funcref i32))) (import "env" "h" (func $h))
          (memory (export "memory") 1)
          (func $f (export "f") (param i32) (result i32) (i32.store8 (i32.const 8) (local.get 0)) (i32.add (local.get 0) (i32.const 1)))
          (elem declare func $f)
          (func (export "throws") (throw $t (ref.func $f) (i32.const 5)))
          (func (export "catches") (result funcref) (try (result funcref) (do (call $h) (ref.null func)) (catch $t (drop)))))`,
      ),
    },
    `const tag = new WebAssembly.Tag({ parameters: ['anyfunc', 'i32'] });
     let payload;
     const thrown = () => new WebAssembly.Exception(tag, payload);
     const x = new WebAssembly.Instance(load('thrower'), { env: { tag, h() { throw thrown(); } } }).exports;
     tell('by the module', () => { try { x.throws(); } catch (e) { return [e.is(tag), e.getArg(tag, 0) === x.f, e.getArg(tag, 1), e.getArg(tag, 0)(20)]; } });
     const read = [];
     const counted = { get length() { read.push('length'); return 2; }, get 0() { read.push(0); return x.f; }, get 1() { read.push(1); return 7; } };
     const payloads = [[x.f, 6], (function () { return arguments; })(x.f, 6), Object.freeze([x.f, 6]), counted, [null, 6],
       [() => 1, 6], [x.f, 6, 7], [x.f], 5, 'ab', null, undefined, {}, new Set([x.f, 6]), (function* () { read.push('iterated'); yield x.f; yield 6; })()];
     for (payload of payloads) tell('by the script', () => [thrown().getArg(tag, 0) === x.f, x.catches() === x.f, thrown().is(tag)]);
     console.log(read.join());
     payload = payloads[0];
     tell('by an index', () => thrown().getArg(tag, 2));
     tell('of what is none', () => WebAssembly.Exception.prototype.getArg.call({}, tag, 0));
     tell('without new', () => WebAssembly.Exception(tag, payload));
     tell('with what is no tag', () => new WebAssembly.Exception({}, counted));
     console.log(read.length, new WebAssembly.Exception(tag, payload, { traceStack: true }).stack);
     class Mine extends WebAssembly.Exception {}
     console.log(new Mine(tag, payload) instanceof Mine, thrown().constructor === WebAssembly.Exception);
     for (const each of [WebAssembly.Exception, Mine.prototype.getArg]) console.log(each.name, each.length, String(each));`,
  );
  expect(lines(program.stdout)[0]).toBe('by the module [ true, true, 5, 21 ]');
  expect((await callsOf(program.run)).filter(call => call.function === 'f')).toMatchObject([
    { args: [20], results: [21] },
  ]);
});

it('functions of modules that are not recorded come out of tables as they went in', async () => {
  await sameRecorded(
    { functions: FUNCTIONS },
    `const make = () => new WebAssembly.Instance(load('functions'), { env: { pass: f => f } }).exports;
     const [x, other] = [make(), make()]; // each has a memory of its own: the second one is not recorded
     tell('put there by the program', () => { x.t.set(1, other.f); return [x.t.get(1) === other.f, x.callAt(1), x.t.get(1) === other.f]; });
     tell('given to the other one', () => { other.take(x.f); return [other.callAt(0), other.t.get(0) === x.f, other.f(3)]; });
     tell('put there by the module', () => { x.take(other.f); return [x.t.get(0) === other.f, x.t.get(0) === x.f]; });
     tell('through an import', () => x.passed() === x.f);`,
  );
});

it('what the program gives is read once, and what it has is what it would have', async () => {
  const modules = {
    two: assemble(`(module (import "env" "a" (func $a)) (import "env" "b" (func $b (result i32))) (memory (export "memory") 1)
      (func $f (export "first") (export "second") (i32.store8 (i32.const 1) (call $b))))`),
  };
  const program = await sameRecorded(
    modules,
    `let read = [], compiled = load('two');
     const env = { get a() { read.push('a'); return () => {}; }, get b() { read.push('b'); return () => ({ valueOf() { read.push('value'); return 3; } }); } };
     const x = new WebAssembly.Instance(compiled, { get env() { read.push('env'); return env; } }).exports;
     x.first(); x.second();
     console.log(read.join());
     console.log(Object.getOwnPropertyDescriptors(x), Object.isFrozen(x), x.first === x.second, Object.keys(x).join());
     for (const name of ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming']) console.log(WebAssembly[name].name, WebAssembly[name].length);
     for (const imports of [[], [undefined], [null], [5], [{}], [{ env: 1 }], [{ env: { a: 1 } }]]) tell('imports', () => new WebAssembly.Instance(compiled, ...imports));
     (async () => {
       for (const imports of [[], [null], [5], [{}]]) for (const of of [compiled, bytesOf('two')])
         await WebAssembly.instantiate(of, ...imports).catch(error => console.log(error.name, error.message));
     })();`,
  );
  expect((await callsOf(program.run)).map(call => call.function)).toEqual(['first', 'second']);
});

it('values are refused as they would be, and what can not be looked into comes through', async () => {
  const modules = {
    values: assemble(`(module (import "env" "pair" (func $pair (result i32 i64))) (memory (export "memory") 1)
      (func (export "take") (param i32 i64) (i32.store8 (i32.const 1) (local.get 0)))
      (func (export "pairs") (call $pair) drop drop)
      (func (export "same") (param externref) (result externref) (local.get 0)))`),
  };
  const program = await sameRecorded(
    modules,
    `let given; const object = text => ({ valueOf() { console.log(text); return 1; } });
     const x = new WebAssembly.Instance(load('values'), { env: { pair: () => given } }).exports;
     tell('in order', () => x.take(1n, object('never')));
     tell('in order', () => x.take(object('first'), 1));
     tell('missing', () => x.take(object('first')));
     for (given of [undefined, 5, [1], [1, 2n, 3], [object('converted'), 2], [object('converted'), 2n], 'ab']) tell('pair', () => x.pairs());
     const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
     tell('revoked', () => x.same(proxy) === proxy);
     tell('array', () => x.same([1, 2]).length);
     tell('nothing', () => x.same(undefined));`,
  );
  const calls = await callsOf(program.run);
  expect(calls.slice(-3).map(({ results }) => results)).toEqual([['object'], ['object'], ['null']]);
});

it('what V8 refuses is refused with its message, and in the function of the module that asked for it', async () => {
  const program = await sameRecorded(
    {
      types: assemble(`(module
        ${['i32', 'i64', 'f32', 'f64'].map(type => `(import "env" "${type}" (func $${type} (param i32) (result ${type})))`).join('')}
        (import "env" "pair" (func $pair (param i32) (result i32 i64))) (import "env" "call" (func $call))
        (memory (export "memory") 1)
        ${['i32', 'i64', 'f32', 'f64'].map(type => `(func (export "get ${type}") (drop (call $${type} (i32.const 1)))) (func (export "put ${type}") (param ${type}))`).join('')}
        (func (export "get pair") (call $pair (i32.const 1)) drop drop)
        (func (export "call") (call $call) (i32.store8 (i32.const 1) (i32.const 7))))`),
    },
    `let given;
     const x = new WebAssembly.Instance(load('types'), { env: Object.fromEntries(['i32', 'i64', 'f32', 'f64', 'pair', 'call'].map(name => [name, () => given()])) }).exports;
     const seen = error => [error.name, error.message, ...error.stack.split('\\n').slice(1, 4)].join(' | ');
     const object = value => ({ valueOf: () => value });
     const failing = { valueOf() { throw new Error('own'); } }, stacked = { valueOf() { throw new Error(new Error('inner').stack); } };
     for (const value of [Symbol('s'), 5, 5n, 'text', '12', null, undefined, true, {}, [], object(Symbol('t')), object(5n), object(5), object('x'), failing, stacked, Object.create(null), () => 1])
       for (const type of ['i32', 'i64', 'f32', 'f64']) {
         given = () => value;
         try { console.log(type, x['get ' + type]()); } catch (error) { console.log(type, seen(error)); }
         try { console.log(type, x['put ' + type](value)); } catch (error) { console.log(type, seen(error)); }
       }
     for (const pair of [[Symbol(), 1n], [1, 1], [object(1), 1], [1, object(1)], [1n, object(1n)], [1, 'x'], [failing, 5]]) {
       given = () => pair;
       try { console.log(x['get pair']()); } catch (error) { console.log(seen(error)); }
     }
     given = () => { try { x['put i32'](Symbol('inside')); } catch (error) { console.log(seen(error)); } };
     x.call();`,
  );
  expect(await writer(program, 1)).toBe('#0'); // behind all of them
  expect(program.stderr).not.toContain('fault');
});

it('the buffer of a memory is read as ever', async () => {
  await sameRecorded(
    { functions: FUNCTIONS },
    `new WebAssembly.Instance(load('functions'), { env: { pass: f => f } });
     const { prototype } = WebAssembly.Memory, memory = new WebAssembly.Memory({ initial: 1, maximum: 3 });
     const shared = new WebAssembly.Memory({ initial: 1, maximum: 3, shared: true });
     const { get, ...others } = Object.getOwnPropertyDescriptor(prototype, 'buffer');
     console.log(get.name, get.length, String(get), Object.keys(get), others, Object.keys(Object.getOwnPropertyDescriptors(prototype)));
     const names = ['buffer', 'grow', 'toFixedLengthBuffer', 'toResizableBuffer'];
     console.log(names.map(name => name in prototype), 'prototype' in get, Object.hasOwn(memory, 'buffer'));
     for (const each of [memory, shared]) {
       const { buffer } = each;
       console.log(buffer === each.buffer, each.grow(1), buffer === each.buffer, buffer.byteLength, each.buffer.byteLength);
     }
     for (const wrong of [undefined, 5, {}, prototype, new Proxy(memory, {})]) tell('none', () => get.call(wrong));
     tell('of the class', () => prototype.buffer);
     tell('set', () => { 'use strict'; memory.buffer = 5; });
     class Mine extends WebAssembly.Memory { get buffer() { return super.buffer; } }
     console.log(new Mine({ initial: 2 }).buffer.byteLength, new Mine({ initial: 1 }).buffer instanceof ArrayBuffer);`,
  );
});

it('a module from elsewhere is not recorded, and that is said', async () => {
  const program = await sameRecorded(
    { functions: FUNCTIONS },
    `const env = { pass: f => f };
     const { runInNewContext } = require('node:vm');
     const { buffer } = runInNewContext('Uint8Array.from(bytes)', { bytes: bytesOf('functions') });
     console.log(new WebAssembly.Instance(new WebAssembly.Module(buffer), { env }).exports.f(1));
     console.log(new WebAssembly.Instance(structuredClone(load('functions')), { env }).exports.f(2));`,
  );
  expect((await callsOf(program.run)).map(call => call.args)).toEqual([[1]]);
  expect(program.run.snapshot.notes).toEqual([
    expect.stringMatching(/structuredClone.* neither it nor its memory is recorded\.$/),
  ]);
});

it('what one from elsewhere writes to the recorded memory is told as the host’s', async () => {
  const program = await sameRecorded(
    {
      given: assemble(
        '(module (import "env" "memory" (memory 1)) (func (export "put") (param i32) (i32.store8 (local.get 0) (i32.const 5))))',
      ),
    },
    `const env = { memory: new WebAssembly.Memory({ initial: 1 }) }, compiled = load('given');
     const [known, copied] = [compiled, structuredClone(compiled)].map(each => new WebAssembly.Instance(each, { env }).exports);
     known.put(1); copied.put(2); known.put(3);`,
  );
  expect(await Promise.all([1, 2, 3].map(at => writer(program, at)))).toEqual([
    '#0',
    'host, between calls 1 and 2',
    '#0',
  ]);
  expect(program.run.snapshot.notes).toEqual([expect.stringMatching(/structuredClone.* is told as the host’s\.$/)]);
});

it('values of the program come back as they are, with functions in them or not', async () => {
  const modules = {
    references: assemble(`(module
      (import "env" "pass" (func $pass (param externref) (result externref)))
      (memory (export "memory") 1)
      (func (export "same") (param externref) (result externref) (local.get 0))
      (func (export "through") (param externref) (result externref) (call $pass (local.get 0)))
      (func (export "both") (param externref) (result i32 externref) (i32.const 1) (local.get 0)))`),
  };
  await sameRecorded(
    modules,
    `let seen;
     const x = new WebAssembly.Instance(load('references'), { env: { pass: v => { seen = v; return v; } } }).exports;
     for (const value of [[() => 1, x.same], { f: x.same }, x.same, () => 2, [1, 2], 'text', null, undefined, Symbol.iterator])
       console.log(x.same(value) === value, x.through(value) === value, seen === value, x.both(value)[1] === value);`,
  );
});

describe('options of compiling', () => {
  const BUILTIN = assemble(`(module
    (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
    (memory (export "memory") 1)
    (func (export "f") (param externref) (i32.store8 (i32.const 64) (call $length (local.get 0)))))`);
  const OTHER = assemble(`(module
    (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
    (func (export "f") (param externref) (result i32) (call $length (local.get 0))))`);

  it('reach the module, recorded or not, in each way of making an instance', async () => {
    const program = await sameRecorded(
      { builtin: BUILTIN, other: OTHER },
      `const options = { builtins: ['js-string'] };
       const stored = exports => { exports.f('hello'); return new Uint8Array(exports.memory.buffer)[64]; };
       tell('Module', () => stored(new WebAssembly.Instance(load('builtin', options), {}).exports));
       tell('without', () => stored(new WebAssembly.Instance(load('builtin'), {}).exports));
       const response = () => new Response(bytesOf('other'), { headers: { 'content-type': 'application/wasm' } });
       (async () => {
         const ways = [
           async () => (await WebAssembly.instantiate(bytesOf('other'), {}, options)).instance,
           async () => WebAssembly.instantiate(await WebAssembly.compile(bytesOf('other'), options), {}),
           async () => (await WebAssembly.instantiateStreaming(response(), {}, options)).instance,
           async () => WebAssembly.instantiate(await WebAssembly.compileStreaming(response(), options), {}),
         ];
         for (const way of ways) console.log((await way().catch(error => ({ exports: { f: () => error.name } }))).exports.f('four'));
       })();`,
    );
    expect(lines(program.stdout)[0]).toBe('Module 5');
    expect(await writer(program, 64)).toBe('#0');
  });
});

it('a trap in another module is not taken for one of the recorded module', async () => {
  const program = await sameRecorded(
    {
      traps: assemble('(module (func (export "trap") (param i32) unreachable))'),
      stores: assemble(`(module (import "b" "trap" (func $trap (param i32))) (memory (export "memory") 1)
        (func (export "f")
          (i32.store (i32.const 0) (i32.const 1))
          (i32.store (i32.const 4) (i32.const 2))
          (call $trap (i32.const 3))))`),
    },
    `const b = new WebAssembly.Instance(load('traps')).exports;
     const a = new WebAssembly.Instance(load('stores'), { b }).exports;
     tell('f', a.f);`,
  );
  expect([await writer(program, 0), await writer(program, 4)]).toEqual(['#0', '#0']);
  const [call] = await callsOf(program.run);
  expect(call).toMatchObject({ end: 'trapped', accesses: 2 });
  expect(call.trap?.stack.map(frame => frame.function)).toEqual(['f']); // which called it
});

it('recursion without an end ends about where it does in a process', async () => {
  const modules = {
    deep: assemble(`(module (memory (export "memory") 1)
      (func $rec (export "rec")
        (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
        (call $rec)
        (i32.store (i32.const 68) (i32.const 1))))`),
  };
  const source = `
    const { rec, memory } = new WebAssembly.Instance(load('deep')).exports;
    tell('guest', rec);
    let depth = 0;
    const down = () => { depth++; down(); };
    tell('script', down);
    console.error('depths ' + new Int32Array(memory.buffer)[16] + ' ' + depth);`;
  const program = await sameRecorded(modules, source);
  expect(lines(program.stdout)[0]).toBe('guest RangeError Maximum call stack size exceeded');
  const depths = (text: string): number[] => /depths (\d+) (\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  const bare = await shell(`"$NODE" ${join(folder, 'program.cjs')}`);
  for (const [i, depth] of depths(bare.stderr).entries()) {
    expect(depths(program.stderr)[i]).toBeGreaterThan(0.8 * depth);
    expect(depths(program.stderr)[i]).toBeLessThan(1.2 * depth);
  }
});

it('recursion through an import comes nearly as deep, ends in an error that the program may catch, and what comes then is recorded', async () => {
  const modules = {
    through: assemble(`(module (import "env" "f" (func $f (param i32))) (memory (export "memory") 1)
      (func (export "rec") (param i32)
        (i32.store (i32.const 64) (local.get 0))
        (call $f (local.get 0))
        (i32.store (i32.const 68) (local.get 0)))
      (func (export "set") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))`),
  };
  const program = await sameRecorded(
    modules,
    `const x = new WebAssembly.Instance(load('through'), { env: { f: n => x.rec(n + 1) } }).exports;
     tell('recursion', () => x.rec(1));
     console.error('first ' + new Int32Array(x.memory.buffer)[16]);
     tell('then', () => x.set(900, 77));
     tell('again', () => x.rec(1));
     x.set(901, 78);
     console.error('deepest ' + new Int32Array(x.memory.buffer)[16]);`,
  );
  expect(lines(program.stdout)[0]).toBe('recursion RangeError Maximum call stack size exceeded');
  expect(program.stderr).not.toContain('fault');
  expect([await writer(program, 900), await writer(program, 901)]).toEqual(['#0', '#0']);
  const memory = await memoryAt(program.run, program.run.snapshot.lastStep);
  const deepest = (which: string, { stderr }: { readonly stderr: string }): number =>
    Number(new RegExp(`${which} (\\d+)`).exec(stderr)?.[1]);
  expect(new DataView(memory.buffer, memory.byteOffset).getInt32(64, true)).toBe(deepest('deepest', program));
  const bare = await shell(`"$NODE" ${join(folder, 'program.cjs')}`);
  expect(deepest('first', program)).toBeGreaterThan(0.7 * deepest('first', bare));
});

it('classes are what they are', async () => {
  await sameRecorded(
    { functions: FUNCTIONS },
    `class Mine extends WebAssembly.Instance { hi() { return 1; } }
     const compiled = load('functions');
     const mine = new Mine(compiled, { env: { pass() {} } });
     console.log(mine instanceof Mine, mine instanceof WebAssembly.Instance, mine.hi(), mine.constructor === Mine, typeof mine.exports.f);
     const other = new WebAssembly.Instance(compiled, { env: { pass() {} } });
     console.log(other.constructor === WebAssembly.Instance, compiled.constructor === WebAssembly.Module);
     console.log(other.exports.t.constructor === WebAssembly.Table, other.exports.g.constructor === WebAssembly.Global);
     console.log(Object.keys(WebAssembly.Instance.prototype).join(), Reflect.ownKeys(other).join(), other);
     class Renamed extends WebAssembly.Instance { get exports() { return { renamed: super.exports.f, same: super.exports === super.exports }; } }
     const { renamed, same } = new Renamed(compiled, { env: { pass() {} } }).exports;
     console.log(renamed(4), same);
     const { get, set } = Object.getOwnPropertyDescriptor(WebAssembly.Instance.prototype, 'exports');
     console.log(get, set, get.name, get.length, String(get), get.call(other) === other.exports, 'prototype' in get);
     for (const name of ['Module', 'Instance', 'Table', 'Global', 'Exception', 'Suspending'].filter(name => WebAssembly[name])) {
       console.log(name, require('node:util').types.isProxy(WebAssembly[name]), Reflect.ownKeys(WebAssembly[name]).sort().join(), WebAssembly[name].prototype.constructor === WebAssembly[name]);
       console.log(Object.getOwnPropertyDescriptor(WebAssembly[name], 'prototype'), WebAssembly.Module.exports(compiled).length);
       tell('without new', () => WebAssembly[name](compiled));
     }
     tell('of what is no instance', () => get.call({}));
     tell('of nothing', () => get.call(undefined));
     tell('assigned', () => { 'use strict'; other.exports = 5; });
     tell('assigned to a table', () => { 'use strict'; other.exports.t.length = 5; });
     Object.defineProperty(WebAssembly.Instance.prototype, 'exports', { get() { return 'mine'; } });
     console.log(new WebAssembly.Instance(compiled, { env: { pass() {} } }).exports, get.call(new WebAssembly.Instance(compiled, { env: { pass() {} } })).f(5));
     const { isMainThread, threadId } = require('node:worker_threads');
     console.log(isMainThread, threadId);`,
  );
});

it.each([
  ['an instance', "import { put, memory } from './esm.wasm';"],
  [
    'a module',
    "import source compiled from './esm.wasm'; const { put, memory } = new WebAssembly.Instance(compiled).exports;",
  ],
])('%s that Node imports by itself is recorded', async (_, importing) => {
  writeFileSync(
    join(folder, 'esm.wasm'),
    assemble(
      '(module (memory (export "memory") 1) (func (export "put") (param i32) (i32.store8 (local.get 0) (i32.const 7))))',
    ),
  );
  const path = join(folder, 'imports.mjs');
  writeFileSync(
    path,
    `${importing} put(40); console.log(new Uint8Array(memory.buffer)[40], put.name, import.meta.filename);`,
  );
  const bare = await shell(`"$NODE" ${path}`);
  const program = await recordProgram(path);
  opened.push(program.run);
  expect([program.code, program.stdout]).toEqual([0, bare.stdout]);
  expect(await writer(program, 40)).toBe('#0');
});

it('a NaN keeps its bits on its way through imports and exports, as far as V8 keeps them', async () => {
  // V8's wrappers make a signaling NaN quiet until they are compiled, after some thousand calls; from then on the bits stay.
  const f64 = '(f64.reinterpret_i64 (i64.const 0x7ff4000000000001))';
  const f32 = '(f32.reinterpret_i32 (i32.const 0x7fa00001))';
  const program = await sameRecorded(
    {
      nan: assemble(`(module
        (import "env" "same" (func $same (param f64 f32) (result f64)))
        (import "env" "named" (func $named (param f64 funcref f64) (result f64)))
        (import "env" "both" (func $both (result f64 f32)))
        (memory (export "memory") 1)
        (elem declare func $nothing) (func $nothing)
        (func (export "pass") (f64.store (i32.const 0) (call $same ${f64} ${f32})))
        (func (export "name") (f64.store (i32.const 8) (call $named ${f64} (ref.func $nothing) ${f64})))
        (func (export "take") (local f64 f32)
          (call $both) (local.set 1) (local.set 0) (f64.store (i32.const 16) (local.get 0)) (f32.store (i32.const 24) (local.get 1)))
        (func (export "get") (result f64) ${f64})
        (func (export "two") (result f64 f32) ${f64} ${f32})
        (func (export "put") (param f64 f32) (f64.store (i32.const 32) (local.get 0)) (f32.store (i32.const 40) (local.get 1))))`),
    },
    `let made;
     const env = {
       same: x => x,
       named: (x, f, y) => y,
       *both() { yield* made.two(); },
     };
     made = new WebAssembly.Instance(load('nan'), { env }).exports;
     const view = new DataView(made.memory.buffer);
     const calls = {
       pass: () => made.pass(), name: () => made.name(), take: () => made.take(),
       put: () => made.put(made.get(), 0), twice: () => made.put(...made.two()),
     };
     const seen = {};
     for (let i = 0; i < 3000; i++)
       for (const [name, call] of Object.entries(calls)) {
         call();
         const bits = [0, 8, 16, 24, 32, 40].map(at => view.getBigUint64(at, true).toString(16)).join(' ');
         if (seen[name] !== bits) console.log(name, i, bits);
         seen[name] = bits;
       }`,
  );
  expect(program.stdout).toContain('7ff4000000000001');
  expect(program.stdout).toContain('7ffc000000000001');
});

it('what is wrong with a module or with its imports is said by the function that was called', async () => {
  const program = await sameRecorded(
    { needs: assemble('(module (import "env" "f" (func)) (import "env" "memory" (memory 1)) (func))') },
    `const bad = Uint8Array.of(1, 2, 3, 4), bytes = bytesOf('needs'), compiled = load('needs');
     const memory = new WebAssembly.Memory({ initial: 1 }), env = { memory, f() {} };
     const first = new WebAssembly.Instance(compiled, { env });
     const late = [
       () => WebAssembly.instantiate(bad), () => WebAssembly.compile(bad), () => WebAssembly.instantiate(bytes, {}),
       () => WebAssembly.instantiate(compiled, { env: { f: 1, memory } }), () => WebAssembly.instantiate(bytes, { env: { memory } }),
       () => WebAssembly.compileStreaming(new Response(bad, { headers: { 'content-type': 'application/wasm' } })),
       () => WebAssembly.instantiateStreaming(new Response(bad, { headers: { 'content-type': 'application/wasm' } })),
       () => WebAssembly.instantiateStreaming(new Response('x')), () => WebAssembly.instantiate(),
       ...[5, null, 'x', {}, [], Symbol('s')].flatMap(each => [() => WebAssembly.instantiate(each), () => WebAssembly.instantiate(each, 5)]),
       ...[new SharedArrayBuffer(4), new DataView(new ArrayBuffer(4))].map(each => () => WebAssembly.instantiate(each)),
     ];
     tell('Module', () => new WebAssembly.Module(bad));
     tell('Instance', () => new WebAssembly.Instance(compiled, { env: { memory } }));
     (async () => {
       for (const each of late)
         await each().catch(error => console.log(error.name, error.message, error.stack.split('\\n')[0], Object.keys(error).join()));
     })();`,
  );
  expect(lines(program.stdout)).toHaveLength(25);
});

it('what a program prints of a stack is that of its own modules: names, indices and offsets', async () => {
  const text = (
    name: string,
  ): string => `(module ${name} (import "env" "back" (func $back (param i32))) (memory (export "memory") 1)
    (func $deep (param i32) (i32.store8 (i32.const 1) (i32.const 2)) (i32.store (i32.sub (i32.const 0) (local.get 0)) (i32.const 3)))
    (func (export "run") (param i32) (i32.store8 (i32.const 0) (i32.const 1)) (call $deep (local.get 0)))
    (func (export "call") (param i32) (call $back (local.get 0)) (unreachable)))`;
  const program = await sameRecorded(
    { named: assemble(text('$mine')), unnamed: assemble(text('')), bare: assemble(text(''), { names: false }) },
    `for (const name of ['named', 'unnamed', 'bare']) {
       const made = new WebAssembly.Instance(load(name), { env: { back(at) { if (at > 1) made.call(at - 1); else made.run(at); } } }).exports;
       for (const [call, at] of [['run', 1], ['call', 1], ['call', 3]])
         try { made[call](at); } catch (error) {
           console.log(name, call, at, error.message);
           console.log(error.stack.split('\\n').filter(line => line.includes('wasm')).join('\\n'), Object.keys(error).length);
         }
     }`,
  );
  expect(lines(program.stdout).filter(line => line.includes('wasm-function')).length).toBeGreaterThan(15);
  expect(program.stdout).not.toContain('shared-memory');
});

it('what prints the source of a function finds that of V8’s own', async () => {
  const program = await sameRecorded(
    { functions: FUNCTIONS },
    `const x = new WebAssembly.Instance(load('functions'), { env: { pass: f => f } }).exports;
     const { get, set } = Object.getOwnPropertyDescriptor(WebAssembly.Global.prototype, 'value');
     const { Module, Instance, Table, Global, instantiate, compileStreaming, promising } = WebAssembly;
     const all = { f: x.f, give: x.give(), get, set, Module, Instance, Table, Global, instantiate, compileStreaming, promising,
       of: Table.prototype.get, grow: Table.prototype.grow, toString: Function.prototype.toString, own: class Own { a = 1 } };
     for (const [name, each] of Object.entries(all)) tell(name, () => String(each) + ' ' + each.name + ' ' + each.length);
     tell('no function', () => Function.prototype.toString.call({}));
     tell('keys', () => Object.keys(Table.prototype).concat(Object.keys(Function.prototype)).join());`,
  );
  expect(lines(program.stdout)[0]).toBe('f function 1() { [native code] } 1 1');
});

it.each([
  ['ends the program', 'false', 17],
  ['returns to it', 'true', 3],
])('a WASI program that exits %s, as node:wasi is told to, and is recorded', async (_, returnOnExit, status) => {
  const program = await sameRecorded(
    {
      exits: assemble(`(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (i32.store8 (i32.const 8) (i32.const 5)) (call $exit (i32.const 17))))`),
    },
    `const { WASI } = require('node:wasi');
     const wasi = new WASI({ version: 'preview1', returnOnExit: ${returnOnExit} });
     console.log(wasi.start(new WebAssembly.Instance(load('exits'), wasi.getImportObject())));
     process.exit(3);`,
  );
  expect(program.code).toBe(status);
  expect(await writer(program, 8)).toBe('#0');
});

it('a WASI of the program’s own keeps its proc_exit', async () => {
  await sameRecorded(
    {
      exits: assemble(`(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $exit (i32.const 17))))`),
    },
    `class Wasi { proc_exit(code) { throw new Error('exited with ' + code); } }
     const own = new Wasi();
     const wasi_snapshot_preview1 = { proc_exit: own.proc_exit.bind(own) };
     tell('start', new WebAssembly.Instance(load('exits'), { wasi_snapshot_preview1 }).exports._start);`,
  );
});

it('the modules that a program has loaded are its own', async () => {
  await sameRecorded(
    { functions: FUNCTIONS },
    `new WebAssembly.Instance(load('functions'), { env: { pass() {} } }).exports.f(1);
     const names = () => Object.keys(require.cache).map(file => file === __filename);
     console.log(names(), module.children.length);
     new (require('node:worker_threads').Worker)('process.stdout.write("worker " + Object.keys(require.cache).length)', { eval: true });`,
  );
});

it('promises of instances settle in the turn in which V8’s do, and tell what V8 tells', async () => {
  await sameRecorded(
    { plain: assemble('(module (import "e" "f" (func $f)) (memory 1) (func (export "g") (call $f)))') },
    `const plain = load('plain'), bytes = bytesOf('plain');
     const streamed = () => new Response(bytes, { headers: { 'content-type': 'application/wasm' } });
     const turns = () => 'abcdef'.split('').reduce((before, each) => before.then(() => log.push(each)), Promise.resolve());
     let log = [];
     const of = async (what, make) => {
       log = [];
       make().then(() => log.push(what), error => log.push(error.name));
       turns();
       await new Promise(done => setTimeout(done, 20));
       console.log(log.join());
     };
     async function waiting(imports) { await WebAssembly.instantiate(bytes, imports); }
     (async () => {
       await of('made', () => WebAssembly.instantiate(plain, { e: { f() {} } }));
       await of('none', () => WebAssembly.instantiate(plain, 5));
       await of('none', () => WebAssembly.instantiate(plain, { e: {} }));
       await of('none', () => WebAssembly.instantiate(bytes, 5));
       for (const imports of [{}, { e: {} }, 5]) try { await waiting(imports); } catch (error) { console.log(error.stack); }
       for (const imports of [{}, { e: { f: 1 } }, 5, null]) try { await WebAssembly.instantiateStreaming(streamed(), imports); } catch (error) { console.log(error.message); }
       try { new WebAssembly.Instance(plain, { get e() { throw new Error('mine'); } }); } catch (error) { console.log(error.stack); }
     })();`,
  );
});

it('a script that puts its own clock in the place of Node’s runs as without being recorded, and its clock is not asked', async () => {
  const program = await sameRecorded(
    { plain: assemble('(module (memory 1) (func (export "put") (i32.store8 (i32.const 8) (i32.const 7))))') },
    `let asked = 0;
     process.hrtime = () => { asked++; return [0, 0]; };
     const x = new WebAssembly.Instance(load('plain')).exports;
     for (let i = 0; i < 10; i++) x.put();
     console.log(asked);`,
  );
  expect(program.stdout).toBe('0\n');
  expect(await writer(program, 8)).toBe('#0');
});

it('promises are V8’s own, whatever the script puts in the place of its class, and refuse what was handed over', async () => {
  await sameRecorded(
    {
      plain: assemble('(module (memory 1) (func (export "f")))'),
      starting: assemble('(module (import "e" "f" (func $f)) (memory 1) (start $f))'),
    },
    `const Own = Promise, { then } = Promise.prototype, bytes = bytesOf('plain'), plain = load('plain');
     const gone = () => { const { buffer } = new Uint8Array(bytes); structuredClone(buffer, { transfer: [buffer] }); return buffer; };
     const made = [() => WebAssembly.compile(bytes), () => WebAssembly.instantiate(bytes), () => WebAssembly.instantiate(plain),
       () => WebAssembly.compile(gone()), () => WebAssembly.instantiate(new Uint8Array(gone()))];
     async function fails() { await WebAssembly.instantiate(bytesOf('starting'), { e: { f() { throw new Error('mine'); } } }); }
     (async () => {
       for (const make of made) {
         let asked = 0;
         Promise.prototype.then = function (...args) { asked++; return Reflect.apply(then, this, args); };
         globalThis.Promise = class extends Own { static resolve() { throw new Error('asked'); } };
         const promise = make();
         globalThis.Promise = Own;
         let told = 'made';
         try { await promise; } catch (error) { told = error.name + ': ' + error.message; }
         Promise.prototype.then = then;
         console.log(asked, promise.constructor === Own, told);
       }
       try { await fails(); } catch (error) { console.log(error.stack); }
     })();`,
  );
});
