// Position-independent modules, and where programs put them: which kinds of findings they give, in their order.
import { describePrograms, listAllocator, MEMORY, type Program } from '../support/sharedPrograms.ts';

/** Blocks lie behind heads of 8 bytes, the first one at 0x1008. */
const MAIN = `${MEMORY} ${listAllocator(0x1000)}
  (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 5) (local.get 1)))`;

/** It has 24 bytes of data, of which `inc` counts up four. */
const SIDE = `(import "env" "__memory_base" (global $base i32)) ${MEMORY} (data (global.get $base) "0123456789abcdef01234567")
  (func (export "inc") (i32.store offset=4 (global.get $base) (i32.add (i32.load offset=4 (global.get $base)) (i32.const 1))))`;

/** `side(at)` puts the module there, with a section that says that it needs 24 bytes. */
const LOADER = `
  const section = Buffer.from([0, 15, 8, ...Buffer.from('dylink.0'), 1, 4, 24, 0, 0, 0]);
  const file = require('node:fs').readFileSync(require('node:path').join(__dirname, 'm1.wasm'));
  const movable = new WebAssembly.Module(Buffer.concat([file, section]));
  const side = at => new WebAssembly.Instance(movable, { env: { memory, __memory_base: at } }).exports;
  const main = make(0);`;

const program = (what: string, source: string, found: readonly string[] = []): Program => ({
  what,
  modules: [MAIN, SIDE],
  source: `${LOADER} ${source}`,
  found,
});

describePrograms([
  program(
    'a module is loaded into a block that is large enough, beside another one',
    'const room = main.malloc(24), next = main.malloc(16); main.fill(next, 16); const s = side(room); s.inc(); main.fill(next, 16);',
  ),
  {
    ...program(
      'it is loaded into one that is not',
      'const room = main.malloc(8), next = main.malloc(16); main.fill(next, 16); side(room).inc();',
      ['foreign-write'],
    ),
    words: 'put 24 bytes at 0x1008 when inc was loaded there.',
  },
  {
    ...program('it is loaded into one that is not, behind which there is none', 'side(main.malloc(8)).inc();', [
      'heap-overflow',
    ]),
    words: 'data segment 0, stored 24 bytes at 0x1008, 16 bytes past the end of the block of 8 bytes at 0x1008',
  },
  program(
    'the block of a module is freed and handed out again, and the module is called',
    'const room = main.malloc(24), s = side(room); s.inc(); main.free(room); main.fill(main.malloc(24), 24); s.inc();',
    ['foreign-write'],
  ),
  program(
    'the block of a module is freed and handed out again, when the module is called no more',
    'const room = main.malloc(24), s = side(room); s.inc(); main.free(room); main.fill(main.malloc(24), 24);',
  ),
  program(
    'a module is loaded where nobody has asked for room, and that is handed out and filled',
    'const s = side(0x1100); s.inc(); main.fill(main.malloc(0x200), 0x200); s.inc();',
    ['foreign-write'],
  ),
  program(
    'it is loaded there, and what is handed out ends before it',
    'const s = side(0x1100); s.inc(); main.fill(main.malloc(0x80), 0x80); s.inc();',
  ),
  program(
    'a module is loaded a second time, where it is in use',
    'const room = main.malloc(24), s = side(room); s.inc(); side(room); s.inc();',
    ['segment-overwrite'],
  ),
  program(
    'it is loaded a second time when the first instance is called no more',
    'const room = main.malloc(24), s = side(room); s.inc(); side(room).inc();',
  ),
  program(
    'it is loaded a second time into a block of its own',
    'const s = side(main.malloc(24)); s.inc(); side(main.malloc(24)).inc(); s.inc();',
  ),
]);
