// Programs whose threads each have an instance of a module over one memory, and allocate: what two of them get is told, what only looks so is not.
import { describePrograms, type Program } from '../support/sharedPrograms.ts';

const MEMORY = '(import "env" "memory" (memory 2 4 shared))';
const HEAP = 0x400;

/** Where it goes on is in a global: each instance has its own. */
const OWN = `${MEMORY} (global $next (mut i32) (i32.const ${HEAP}))
  (func $malloc (export "malloc") (param $size i32) (result i32)
    (global.get $next) (global.set $next (i32.add (global.get $next) (local.get $size))))
  (func (export "from") (param i32) (global.set $next (local.get 0)))`;

/** The same without a name that allocators have, and 4 bytes at a time. */
const DEMO = `${MEMORY} (global $next (mut i32) (i32.const ${HEAP}))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (global.get $next) (i32.const 11))
    (global.get $next) (global.set $next (i32.add (global.get $next) (i32.const 4))))`;

/** Where it goes on is in memory. `between` is called when it has read that, and not yet written where it goes on. */
const READ_AND_WRITE = `(import "env" "between" (func $between)) ${MEMORY}
  (func $malloc (export "malloc") (param $size i32) (result i32) (local $at i32)
    (local.set $at (i32.load (i32.const 0x200))) (call $between)
    (i32.store (i32.const 0x200) (i32.add (local.get $at) (local.get $size))) (local.get $at))
  (func (export "reset") (i32.store (i32.const 0x200) (i32.const ${HEAP})))`;

/** The same in one step. */
const ATOMIC = `${MEMORY} (func $malloc (export "malloc") (param $size i32) (result i32)
    (i32.atomic.rmw.add (i32.const 0x200) (local.get $size)))
  (func (export "reset") (i32.store (i32.const 0x200) (i32.const ${HEAP})))`;

/** One block that is free, of which the word at 0x200 tells, or none. `drop` gives it back, too. */
const FREEING = `${MEMORY}
  (func $malloc (export "malloc") (param i32) (result i32)
    (i32.load (i32.const 0x200)) (i32.store (i32.const 0x200) (i32.const 0)))
  (func $free (export "free") (param i32) (i32.store (i32.const 0x200) (local.get 0)))
  (func (export "drop") (param i32) (i32.store (i32.const 0x200) (local.get 0)))
  (func $realloc (export "realloc") (param i32 i32) (result i32) (local.get 0))`;

/**
 * A program whose main thread runs `main`, in which `thread(part)` runs the part with this name in a worker thread, to its end.
 * In parts `x` has the exports of an instance, and `meet()` waits until a second thread is there.
 */
const threads = (main: string, parts: Readonly<Record<string, string>>): string => `
  const { Worker, isMainThread, workerData } = require('node:worker_threads');
  const run = (part, met) => {
    const meet = () => { const last = Atomics.add(met, 0, 1) % 2 === 1; if (last) Atomics.notify(met, 0); else Atomics.wait(met, 0, Atomics.load(met, 0)); };
    const env = { memory: workerData.memory, between: part.startsWith('meeting') ? meet : () => {} };
    const x = new WebAssembly.Instance(workerData.module, { env }).exports;
    ${Object.entries(parts)
      .map(([name, code]) => `if (part === '${name}') { ${code} }`)
      .join('\n')}
  };
  if (!isMainThread) run(workerData.part, workerData.met);
  else (async () => {
    const met = new Int32Array(new SharedArrayBuffer(4)), memories = [memory];
    const thread = part => new Promise(done =>
      new Worker(__filename, { workerData: { module: compiled[0], memory: memories.at(-1), part, met } }).once('exit', done));
    ${main}
  })();`;

/** The main thread's, which it shares: the same script makes one in each worker thread, which nobody uses. */
const memory = "{ initial: 2, maximum: 4, shared: require('node:worker_threads').isMainThread }";
const ANOTHER = 'new WebAssembly.Memory({ initial: 2, maximum: 4, shared: true })';
const TWICE = ['duplicate-allocation'];

const PROGRAMS: readonly Program[] = [
  {
    what: 'each thread has an allocator of its own, in a global of its instance',
    modules: [OWN],
    memory,
    source: threads("const x = make(0); x.malloc(16); await thread('one');", { one: 'x.malloc(24);' }),
    found: TWICE,
    words:
      'The block at 0x400 was handed out to the main thread, on #0 (malloc, 16 bytes) and to worker thread 1 (malloc, 24 bytes), and nobody has freed it in between.',
  },
  {
    what: 'two worker threads do, and the main thread does not allocate',
    modules: [OWN],
    memory,
    source: threads("make(0).from(0x800); await thread('one'); await thread('one');", {
      one: 'x.malloc(16); x.malloc(16);',
    }),
    found: TWICE,
    words:
      'The block at 0x400 was handed out to worker thread 1 (malloc, 16 bytes) and to worker thread 2 (malloc, 16 bytes)',
  },
  {
    what: 'two instances of one worker thread do',
    modules: [OWN],
    memory,
    source: threads("make(0).from(0x800); await thread('one');", {
      one: 'x.malloc(16); new WebAssembly.Instance(workerData.module, { env }).exports.malloc(16);',
    }),
    found: TWICE,
  },
  {
    what: 'each thread has an arena of its own',
    modules: [OWN],
    memory,
    source: threads("const x = make(0); x.malloc(16); await thread('one'); await thread('two'); x.malloc(16);", {
      one: 'x.from(0x1000); x.malloc(16);',
      two: 'x.from(0x2000); x.malloc(16);',
    }),
    found: [],
  },
  {
    what: 'each thread has a demo guest of its own',
    modules: [DEMO],
    memory,
    source: threads("make(0).alloc_11(); await thread('one');", { one: 'x.alloc_11(); x.alloc_11();' }),
    found: TWICE,
    words: '(alloc_11, 4 bytes) and to worker thread 1 (alloc_11, 4 bytes)',
  },
  {
    what: 'two threads allocate at the same time, from an allocator that reads and writes in two steps',
    modules: [READ_AND_WRITE],
    memory,
    source: threads(
      "make(0, { between() {} }).reset(); await Promise.all([thread('meeting one'), thread('meeting two')]);",
      { 'meeting one': 'x.malloc(16);', 'meeting two': 'x.malloc(16);' },
    ),
    found: TWICE,
    words: 'The allocator reads where it stands, and writes that back later',
  },
  {
    what: 'they allocate from the same one after each other',
    modules: [READ_AND_WRITE],
    memory,
    source: threads("make(0, { between() {} }).reset(); await thread('one'); await thread('two');", {
      one: 'x.malloc(16); x.malloc(16);',
      two: 'x.malloc(16); x.malloc(16);',
    }),
    found: [],
  },
  {
    what: 'the arena is put back when a thread has ended',
    modules: [READ_AND_WRITE],
    memory,
    source: threads(
      "const x = make(0, { between() {} }); x.reset(); await thread('one'); x.reset(); await thread('two'); x.reset(); x.malloc(16);",
      { one: 'x.malloc(16); x.malloc(16);', two: 'x.malloc(16); x.malloc(16);' },
    ),
    found: [],
  },
  {
    what: 'threads allocate at the same time, in one step',
    modules: [ATOMIC],
    memory,
    source: threads("make(0).reset(); await Promise.all([thread('many'), thread('many'), thread('many')]);", {
      many: 'for (let i = 0; i < 1000; i++) x.malloc(16);',
    }),
    found: [],
  },
  {
    what: 'a thread gets the block that another one has freed',
    modules: [FREEING],
    memory,
    source: threads(`make(0).free(${HEAP}); await thread('one'); await thread('one');`, {
      one: 'x.free(x.realloc(x.malloc(16), 32));',
    }),
    found: [],
  },
  {
    what: 'it was given back by a function that is no allocator’s',
    modules: [FREEING],
    memory,
    source: threads(`const x = make(0); x.free(${HEAP}); await thread('one'); x.drop(${HEAP}); await thread('one');`, {
      one: 'x.malloc(16);',
    }),
    found: [],
  },
  {
    what: 'each thread has a memory of its own, which is shared, too',
    modules: [OWN],
    memory,
    source: threads("make(0).malloc(16); await thread('one');", {
      one: `const own = ${ANOTHER};
        new WebAssembly.Instance(workerData.module, { env: { memory: own } }).exports.malloc(16);`,
    }),
    found: [],
  },
  {
    what: 'threads have memories of their own, which the main thread has made',
    modules: [OWN],
    memory,
    source: threads(`make(0).from(0x800); await thread('one'); memories.push(${ANOTHER}); await thread('one');`, {
      one: 'x.malloc(16);',
    }),
    found: [],
  },
  {
    what: 'the main thread alone allocates, and the others get the addresses',
    modules: [OWN],
    memory,
    source: threads("const x = make(0); x.malloc(16); x.malloc(16); await thread('one'); x.malloc(16);", {
      one: 'new Uint8Array(workerData.memory.buffer)[0x400] = 1;',
    }),
    found: [],
  },
  {
    what: 'an allocator has nothing to give, and says so by 0',
    modules: [`${MEMORY} (func $malloc (export "malloc") (param i32) (result i32) (i32.const 0))`],
    memory,
    source: threads("make(0).malloc(4); await thread('one');", { one: 'x.malloc(4);' }),
    found: [],
  },
];

describePrograms(PROGRAMS);
