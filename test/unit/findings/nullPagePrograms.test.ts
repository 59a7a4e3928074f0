// Stores below all that their module has: which of them are told.
import { bumpAllocator, describePrograms, MEMORY, type Program } from '../support/sharedPrograms.ts';

/** Has its data at an address, and stores 1 where it is told to, where an import tells it to, or so many bytes from there on. */
const storing = (base: number): string => `(import "env" "ask" (func $ask (result i32))) ${MEMORY}
  (global $__stack_pointer (mut i32) (i32.const 0xf000)) (data (i32.const ${base}) "data")
  (func (export "none") (i32.store (i32.const 8) (i32.const 1)))
  (func (export "asked") (i32.store offset=4 (call $ask) (i32.const 1)))
  (func (export "far") (param i32) (i32.store offset=8192 (local.get 0) (i32.const 1)))`;

/** A pointer at 0x408 that its data segment sets to 0; `follow` stores where it points to, `set` where it is told to, and `through` where its own global does. */
const POINTER = `${MEMORY} (global $__stack_pointer (mut i32) (i32.const 0xf000)) (global $own (mut i32) (i32.const 0))
  (data (i32.const 0x400) "abcdefgh\\00\\00\\00\\00")
  (func (export "point") (param i32) (i32.store (i32.const 0x408) (local.get 0)))
  (func (export "follow") (i32.store offset=4 (i32.load (i32.const 0x408)) (i32.const 1)))
  (func (export "set") (param i32) (i32.store offset=4 (local.get 0) (i32.const 1)))
  (func (export "through") (i32.store offset=4 (global.get $own) (i32.const 1)))`;

const NULL_POINTER = ['null-page-write'];

const PROGRAMS: readonly Program[] = [
  {
    what: 'a module with its data at 1024 stores at 8',
    modules: [storing(1024)],
    source: 'make(0, { ask() {} }).none();',
    found: NULL_POINTER,
  },
  {
    what: 'a module alone that was moved up, as a console’s games are for its registers, stores at 8',
    modules: [storing(6560)],
    source: 'make(0, { ask() {} }).none();',
    found: [],
  },
  {
    what: 'a module that was moved up, since there is another one, stores at 8',
    modules: [storing(0x8000), `${MEMORY} ${bumpAllocator(0x400)}`],
    source: 'const a = make(0, { ask() {} }); make(1).malloc(16); a.none();',
    found: NULL_POINTER,
  },
  {
    what: 'a module stores below its data where an import tells it to',
    modules: [storing(0x8000)],
    source: 'make(0, { ask: () => 0x2000 }).asked();',
    found: [],
  },
  {
    what: 'a module stores where an import returned a null pointer',
    modules: [storing(0x8000)],
    source: 'make(0, { ask: () => 0 }).asked();',
    found: NULL_POINTER,
  },
  {
    what: 'a module stores far behind the beginning of a buffer that it was given, below its data',
    modules: [storing(0x8000), `${MEMORY} ${bumpAllocator(0x400)}`],
    source: 'const a = make(0, { ask() {} }); make(1).malloc(16); a.far(0x2000);',
    found: [],
  },
  {
    what: 'a late instance puts back the pointer that another one stores through',
    modules: [POINTER],
    source: 'const a = make(0); a.point(0x500); a.follow(); make(0); a.follow();',
    found: ['segment-overwrite'],
  },
  {
    what: 'a late instance puts back a pointer, and then a module is given a null pointer',
    modules: [POINTER],
    source: 'const a = make(0); a.point(0x500); a.follow(); make(0); a.set(0);',
    found: ['segment-overwrite', ...NULL_POINTER],
  },
  {
    what: 'a late instance puts back a pointer of another one, and a third one stores through a null pointer of its own',
    modules: [POINTER],
    source: 'const a = make(0), b = make(0); a.point(0x500); a.follow(); make(0); b.through();',
    found: ['segment-overwrite', ...NULL_POINTER],
  },
];

describePrograms(PROGRAMS);
