// Blocks of AssemblyScript's runtimes, which differ in when their collector frees blocks: known by the names of their functions. The first
// block of 16 bytes lies at 0x408, the head of the second one at 0x418.
import { describePrograms, listAllocator, MEMORY, type Program, PUT } from '../support/sharedPrograms.ts';

const COLLECT = '__collect';
const NEW = '__new';

/** A runtime, with functions of these names in its collector's file. */
const runtime = (file: string, ...functions: readonly string[]): string => {
  const allocator = listAllocator(0x400)
    .replace('$malloc (export "malloc")', `$~lib/rt/${file}/${NEW} (export "${NEW}")`)
    .replace('$free (export "free")', '$~lib/rt/tlsf/__free (export "__free")');
  const more = functions.map(name => `(func $~lib/rt/${file}/${name} (export "${name}"))`);
  return `${MEMORY} ${allocator} ${PUT} ${more.join(' ')}`;
};

const TWO = `const a = make(0), p = a.${NEW}(16), q = a.${NEW}(16);`;

const PROGRAMS: readonly Program[] = [
  {
    what: 'AssemblyScript’s minimal runtime is told to free a block, which is used then',
    modules: [runtime('tcms', COLLECT)],
    source: `${TWO} a.__free(p); a.put(p);`,
    found: ['use-after-free'],
  },
  {
    what: 'a block of it is overrun after its collector was called, which may have freed that',
    modules: [runtime('tcms', COLLECT)],
    source: `${TWO} a.__collect(); a.put(p + 16);`,
    found: [],
  },
  {
    what: 'a block of it is overrun, its collector is called, and blocks are handed out anew',
    modules: [runtime('tcms', COLLECT)],
    source: `${TWO} a.put(p + 16); a.__free(p); a.__collect(); a.__free(q + 32); a.${NEW}(16);`,
    found: ['heap-overflow'],
    words: 'behind the block of 16 bytes at 0x408 that call 1, __new on #0, handed out',
  },
  {
    what: 'a block of it is overrun, and its collector has become a part of another function',
    modules: [`${runtime('tcms')} (func $~lib/rt/__visit_members (export "collect"))`],
    source: `${TWO} a.put(p + 16);`,
    found: [],
  },
  {
    what: 'a function of the runtime that nobody was told of writes a head',
    modules: [
      `${runtime('tcms', COLLECT)} (func $~lib/rt/tlsf/prepareBlock (export "prepare") (param i32) (i32.store (local.get 0) (i32.const 1)))`,
    ],
    source: `${TWO} a.prepare(p + 16); a.put(p + 16);`,
    found: [],
  },
  {
    what: 'a block of the stub runtime is overrun after its collector was called, which does nothing',
    modules: [runtime('stub', COLLECT)],
    source: `${TWO} a.__collect(); a.put(p + 16);`,
    found: ['heap-overflow'],
  },
  {
    what: 'blocks of it are used as they should',
    modules: [runtime('stub', COLLECT)],
    source: `${TWO} a.put(p + 12); a.put(q); a.__collect(); a.__free(p); a.__free(q);`,
    found: [],
  },
  {
    what: 'a block of the incremental runtime is overrun, which frees blocks at any moment',
    modules: [runtime('itcms')],
    source: `${TWO} a.put(p + 16);`,
    found: [],
  },
];

describePrograms(PROGRAMS);
