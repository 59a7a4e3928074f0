// Programs that go on with views of memory after it grew: those that lose what they write, and those that only look so.
import { describePrograms, MEMORY, type Program } from '../support/sharedPrograms.ts';

/** `run` calls an import with an address, `grow` makes memory grow by a page, `growAndRun` both in one call. */
const MODULE = `(import "env" "tick" (func $tick (param i32))) ${MEMORY}
  (func (export "run") (param i32) (call $tick (local.get 0)))
  (func (export "grow") (drop (memory.grow (i32.const 1))))
  (func (export "growAndRun") (param i32) (drop (memory.grow (i32.const 1))) (call $tick (local.get 0)))
  (func (export "sum") (result i32) (i32.add (i32.load (i32.const 0x1000)) (i32.load (i32.const 0x2000))))`;

/** The same over a memory of its own, which it exports. */
const OWN = MODULE.replace(MEMORY, '(memory (export "memory") 2)');

/** Views that are renewed when they are found to be cut off, as wasm-bindgen's glue does. */
const RENEWING =
  'let cached = null; const u8 = () => { if (cached === null || cached.byteLength === 0) cached = new Uint8Array(memory.buffer); return cached; };';

const STALE = ['stale-view'];

const PROGRAMS: readonly Program[] = [
  {
    what: 'an import goes on with the view that was made before memory grew',
    modules: [MODULE],
    source: `const view = new Uint8Array(memory.buffer); let t = 0; const x = make(0, { tick(at) { view[at] = ++t; } });
      x.run(0x1000); x.run(0x1004); x.run(0x1008); x.grow(); x.run(0x100c); x.run(0x1010);`,
    found: STALE,
    // Steps 1 to 3 are the three writes, step 4 is the growth.
    words:
      'Import env.tick of #0 wrote to memory in each of 3 calls. #0 in grow+0x3 (memory.grow) then made memory grow from 2 to 3 pages at step 4. ' +
      'env.tick was called 2 times since, and nothing that the host wrote for it reached memory',
  },
  {
    what: 'the view is made anew in each call',
    modules: [MODULE],
    source: `let t = 0; const x = make(0, { tick(at) { new Uint8Array(memory.buffer)[at] = ++t; } });
      x.run(0x1000); x.run(0x1004); x.grow(); x.run(0x1008); x.run(0x100c);`,
    found: [],
  },
  {
    what: 'memory grows in the call in which the import is called, and the program itself looks at memory afterwards',
    modules: [MODULE],
    source: `const view = new DataView(memory.buffer); const words = new Uint32Array(memory.buffer);
      let t = 0; const x = make(0, { tick(at) { words[at / 4] = ++t; } });
      x.run(0x1000); x.run(0x1004); x.growAndRun(0x1008); console.log(new Uint8Array(memory.buffer)[0x1008]);`,
    found: STALE,
    words: 'and not again by then (it did later)',
  },
  {
    what: 'an import only reads',
    modules: [MODULE],
    source: `const view = new Uint8Array(memory.buffer); let sum = 0; const x = make(0, { tick(at) { sum += view[at]; } });
      x.run(0x1000); x.run(0x1004); x.grow(); x.run(0x1008);`,
    found: [],
  },
  {
    what: 'guests write before calls of an import, and not before later ones, and the host never does',
    modules: [
      `${MODULE} (func (export "store") (param i32) (i32.store (i32.const 0x3000) (local.get 0)) (call $tick (local.get 0)))`,
    ],
    source: `const view = new Uint8Array(memory.buffer); const x = make(0, { tick() {} });
      for (const each of [1, 2, 3]) x.store(each); x.grow(); x.run(4); x.run(5);`,
    found: [],
  },
  {
    what: 'an import writes now and then',
    modules: [MODULE],
    source: `const view = new Uint8Array(memory.buffer); let t = 0; const x = make(0, { tick(at) { if (at === 0x1000) view[at] = ++t; } });
      x.run(0x1000); x.run(0x1004); x.run(0x1000); x.grow(); x.run(0x1004);`,
    found: [],
  },
  {
    what: 'memory grows before anything is written',
    modules: [MODULE],
    source: `const view = new Uint8Array(memory.buffer); const x = make(0, { tick(at) { view[at] = 1; } });
      x.grow(); x.run(0x1000); x.run(0x1004);`,
    found: [],
  },
  {
    what: 'a view is made anew where it is found to be cut off',
    modules: [MODULE],
    source: `${RENEWING} let t = 0; const x = make(0, { tick(at) { u8()[at] = ++t; } });
      x.run(0x1000); x.run(0x1004); x.grow(); x.run(0x1008); x.growAndRun(0x100c);`,
    found: [],
  },
  {
    what: 'an import with such a view has nothing to write for a while, and writes again',
    modules: [MODULE],
    source: `${RENEWING} let t = 0; const x = make(0, { tick(at) { if (at !== 0) u8()[at] = ++t; } });
      x.run(0x1000); x.run(0x1004); x.grow(); x.run(0); x.run(0); x.run(0x1008);`,
    found: [],
  },
  {
    what: 'an import has nothing to write once the program has read the buffer again',
    modules: [MODULE],
    source: `let view = new Uint8Array(memory.buffer); const x = make(0, { tick(at) { if (at !== 0) view[at] = 1; } });
      x.run(0x1000); x.run(0x1004); x.grow(); view = new Uint8Array(memory.buffer); x.run(0); x.run(0);`,
    found: [],
  },
  {
    what: 'an import that wrote in its only call has nothing to write until others have read the buffer again',
    modules: [MODULE],
    source: `let view = new Uint8Array(memory.buffer); const x = make(0, { tick(at) { if (at !== 0) view[at] = 1; } });
      x.run(0x1000); x.grow(); x.run(0); view = new Uint8Array(memory.buffer);`,
    found: [],
  },
  {
    what: 'an import throws, since its view is cut off',
    modules: [MODULE],
    source: `const view = new DataView(memory.buffer); let t = 0; const x = make(0, { tick(at) { view.setUint8(at, ++t); } });
      x.run(0x1000); x.run(0x1004); x.grow(); try { x.run(0x1008); } catch {}`,
    found: [],
  },
  {
    what: 'what is written between calls goes to a view that is cut off',
    modules: [MODULE],
    source: `const view = new Uint8Array(memory.buffer); const x = make(0, { tick() {} });
      for (const each of [1, 2, 3]) { view[0x1000] = each; x.sum(); } x.grow(); view[0x1000] = 4; x.sum();`,
    found: STALE,
    words: 'The host wrote to memory before each of 3 calls of sum on #0. #0 in grow+0x3 (memory.grow) then made',
  },
  {
    what: 'before calls of one function something was written once only',
    modules: [MODULE],
    source: `const view = new Uint8Array(memory.buffer); const x = make(0, { tick() {} });
      view[0x1000] = 1; x.sum(); x.grow(); x.sum();`,
    found: [],
  },
  {
    what: 'the program makes memory grow by itself, and what is written between calls goes to a new view',
    modules: [MODULE],
    source: `let view = new Uint8Array(memory.buffer); const x = make(0, { tick() {} });
      for (const each of [1, 2, 3]) { view[0x1000] = each; x.sum(); } memory.grow(1); view = new Uint8Array(memory.buffer); x.sum();`,
    found: [],
  },
  {
    what: 'the module has a memory of its own, which it exports, and the program makes it grow',
    modules: [OWN],
    source: `let t = 0, view; const x = make(0, { tick(at) { view[at] = ++t; } }); view = new Uint8Array(x.memory.buffer);
      x.run(0x1000); x.run(0x1004); x.memory.grow(1); x.run(0x1008);`,
    found: STALE,
    words: 'The host then made memory grow from 2 to 3 pages at step 3.',
  },
  {
    what: 'calls come so often that memory can not be compared at each, and the view is cut off at last',
    modules: [MODULE],
    source: `const view = new Uint8Array(memory.buffer); let t = 0; const x = make(0, { tick(at) { view[at] = ++t; } });
      for (let i = 0; i < 40000; i++) x.run(0x1000); x.grow(); x.run(0x1000); x.run(0x1000);`,
    found: STALE,
    words: 'env.tick was called 2 times since',
  },
  {
    what: 'calls come so often, and an import that never writes takes turns with one that does, by views that are made anew',
    modules: [
      `(import "env" "look" (func $look)) ${MODULE}
        (func (export "both") (param i32) (call $tick (local.get 0)) (call $look))
        (func (export "look") (call $look))`,
    ],
    source: `let t = 0; const x = make(0, { tick(at) { new Uint8Array(memory.buffer)[at] = ++t; }, look() {} });
      for (let i = 0; i < 40000; i++) x.both(0x1000); x.grow(); x.look(); x.look();`,
    found: [],
  },
  {
    what: 'a shared memory grows, whose old views stay',
    modules: [MODULE.replace('(memory 2)', '(memory 2 4 shared)')],
    memory: '{ initial: 2, maximum: 4, shared: true }',
    source: `const view = new Uint8Array(memory.buffer); let t = 0; const x = make(0, { tick(at) { if (at !== 0) view[at] = ++t; } });
      x.run(0x1000); x.run(0x1004); x.grow(); x.run(0); x.run(0);`,
    found: [],
  },
  {
    what: 'the WASI of Node writes to memory by itself, which reads no buffer',
    modules: [
      `(import "env" "tick" (func $tick (param i32))) (import "env" "clock" (func $clock (param i32 i64 i32) (result i32))) (memory (export "memory") 2)
        (func (export "_initialize")) (func (export "grow") (drop (memory.grow (i32.const 1))))
        (func (export "run") (param i32) (call $tick (local.get 0)))
        (func (export "args") (param i32) (drop (call $clock (local.get 0) (i64.const 0) (i32.const 0x1000))))`,
    ],
    source: `const { WASI } = require('node:wasi'); const wasi = new WASI({ version: 'preview1', returnOnExit: true });
      const clock = (id, precision, at) => id === 9 ? 0 : wasi.wasiImport.clock_time_get(id, precision, at);
      const instance = new WebAssembly.Instance(compiled[0], { env: { tick() {}, clock } });
      new Uint8Array(instance.exports.memory.buffer); wasi.initialize(instance);
      const x = instance.exports; x.args(0); x.args(0); x.grow(); x.args(9); x.args(9);`,
    found: [],
  },
];

describePrograms(PROGRAMS);
