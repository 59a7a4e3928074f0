// Thread-locals of the instances of a module for threads: which kinds of findings programs give.
import { describePrograms, listAllocator, type Program } from '../support/sharedPrograms.ts';

/** A module for threads with 16 bytes of thread-locals, of which `bump` counts up the first. @param exported how `__wasm_init_tls` is */
const threadModule = (exported = '', more = ''): string =>
  `(import "env" "memory" (memory 2 2 shared)) ${more} (global $__tls_base (mut i32) (i32.const 0)) (global (export "__tls_size") i32 (i32.const 16))
         (global (export "__tls_align") i32 (i32.const 4)) (data $.tdata "\\01${'\\00'.repeat(15)}") (start $__wasm_init_memory)
         (func $__wasm_init_memory (if (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 0x500) (i32.const 0) (i32.const 1))) (then
           (global.set $__tls_base (i32.const 0x400)) (memory.init $.tdata (i32.const 0x400) (i32.const 0) (i32.const 16)))))
         (func $__wasm_init_tls ${exported} (param i32) (global.set $__tls_base (local.get 0)) (memory.init $.tdata (local.get 0) (i32.const 0) (i32.const 16)))
         (func (export "init") (param i32) (call $__wasm_init_tls (local.get 0)))
         (func (export "bump") (i32.store (global.get $__tls_base) (i32.add (i32.const 1) (i32.load (global.get $__tls_base)))))`;

const PROGRAMS: readonly Program[] = [
  ...[
    {
      what: 'two further instances are told one place for their thread-locals',
      source: 'b.tls(0x1000); c.tls(0x1000); b.bump();',
      isSame: true,
    },
    {
      what: 'two further instances are told places side by side',
      source: 'b.tls(0x1000); c.tls(0x1010); b.bump();',
      isSame: false,
    },
    { what: 'places of theirs overlap', source: 'b.tls(0x1000); c.tls(0x100c); b.bump();', isSame: true },
    {
      what: 'the first of them is called no more',
      source: 'b.tls(0x1000); b.bump(); c.tls(0x1000); c.bump();',
      isSame: false,
    },
    {
      what: 'the first of them is told another place',
      source: 'b.tls(0x1000); c.tls(0x1000); b.tls(0x1010); b.bump();',
      isSame: false,
    },
    {
      what: 'the place is a block that was given back and handed out again',
      source: 'const at = a.malloc(16); b.tls(at); a.free(at); c.tls(a.malloc(16)); b.bump();',
      isSame: false,
    },
  ].map(
    ({ what, source, isSame }): Program => ({
      what,
      memory: '{ initial: 2, maximum: 2, shared: true }',
      modules: [threadModule('(export "__wasm_init_tls")', listAllocator(0x1000))],
      source: `const a = make(0), b = make(0), c = make(0); ${source.replaceAll('.tls(', '.__wasm_init_tls(')}`,
      found: isSame ? ['shared-thread-locals'] : [],
    }),
  ),
  ...[true, false].map(
    (isGiven): Program => ({
      what: `a further instance ${isGiven ? 'is told where its thread-locals are, by a function of its own' : 'is not told where its thread-locals are'}`,
      memory: '{ initial: 2, maximum: 2, shared: true }',
      modules: [threadModule()],
      source: `const a = make(0); a.bump(); const b = make(0); ${isGiven ? 'b.init(0x1000);' : ''} b.bump(); a.bump();`,
      found: isGiven ? [] : ['shared-thread-locals'],
    }),
  ),
];

describePrograms(PROGRAMS);
