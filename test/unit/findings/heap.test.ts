// Programs that misuse the blocks of an allocator inside of their own module, and such that use them as they should. Addresses are derived
// by hand: a block has 8 bytes of the allocator before it, and the heap begins at 0x400.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finding, severityOf } from '../../../src/protocol/finding.ts';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { ROOT, readGuest } from '../support/fixtures.ts';
import { findingsOfProgram, recordProgram } from '../support/recordedPrograms.ts';
import { assemble, text } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'heap-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs take a second or two, on a busy machine many. */
const PATIENCE_MS = 120_000;

/** The words of the allocator: where free memory begins, and its list of free blocks. A block's head: its size, the next free one. */
const ALLOCATOR = `
  (import "env" "memory" (memory 1))
  (global (export "__heap_base") i32 (i32.const 0x400))
  (data (i32.const 0x200) "\\00\\04\\00\\00\\00\\00\\00\\00")
  (func $malloc (param $size i32) (result i32) (local $block i32)
    (local.set $block (i32.load (i32.const 0x204)))
    (if (local.get $block)
      (then (i32.store (i32.const 0x204) (i32.load offset=4 (local.get $block))))
      (else
        (local.set $block (i32.load (i32.const 0x200)))
        (i32.store (local.get $block) (local.get $size))
        (i32.store (i32.const 0x200) (i32.add (local.get $block) (i32.add (local.get $size) (i32.const 8))))))
    (i32.add (local.get $block) (i32.const 8)))
  (func $free (param $address i32)
    (i32.store (i32.sub (local.get $address) (i32.const 4)) (i32.load (i32.const 0x204)))
    (i32.store (i32.const 0x204) (i32.sub (local.get $address) (i32.const 8))))`;

/** Two blocks of 16 bytes: at 0x408 and at 0x420. */
const TWO_BLOCKS = `
  (local $a i32) (local $b i32)
  (local.set $a (call $malloc (i32.const 16)))
  (local.set $b (call $malloc (i32.const 16)))`;

let written = 0;

/** Records a program that calls `main` once. @param script what it does instead; `make()` makes an instance */
async function findingsIn(
  functions: string,
  options: readonly string[] = [],
  names = true,
  allocator = ALLOCATOR,
  script = 'make().main();',
) {
  const number = written++;
  const guest = join(folder, `guest-${number}.wasm`);
  writeFileSync(guest, assemble(`(module ${allocator} ${functions})`, { names }));
  const file = join(folder, `program-${number}.mjs`);
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(readFileSync(${JSON.stringify(guest)}));
    const make = () => new WebAssembly.Instance(module, { env: { memory } }).exports;
    ${script}`,
  );
  const { findings, stderr } = await findingsOfProgram(...options, file);
  // The run has told the same as its file does.
  const live = /(\d+) (error|warning)/.exec(stderr);
  expect(Number(live?.[1] ?? 0)).toBe(findings.filter(each => severityOf(each) !== 'note').length);
  return findings;
}

const told = ({ kind, step, call, range, count }: Finding) => [
  kind,
  step,
  call,
  range && [range.address, range.length],
  count,
];

const main = (body: string): string => `(func $fill (export "main") ${TWO_BLOCKS} ${body})`;

describe('a store of code that is no allocator’s', () => {
  it.each([
    // Both mallocs have stored twice each. The head of the second block begins where the first one ends, at 0x418.
    [
      'right behind a block',
      'i32.store',
      '(i32.store (i32.add (local.get $a) (i32.const 16)) (i32.const 7))',
      0x418,
      4,
      'behind',
      0x408,
    ],
    [
      'from inside of a block to behind it',
      'memory.fill',
      '(memory.fill (local.get $a) (i32.const 0) (i32.const 20))',
      0x408,
      20,
      'behind',
      0x408,
    ],
    [
      'before the first block',
      'i32.store8',
      '(i32.store8 (i32.sub (local.get $a) (i32.const 6)) (i32.const 7))',
      0x402,
      1,
      'before',
      0x408,
    ],
  ])(
    'that lies %s is told, by %s',
    async (_, instruction, body, at, length, side, block) => {
      const findings = await findingsIn(main(body));
      expect(findings.map(told)).toEqual([['heap-overflow', 5, 1, [at, length], 1]]);
      const [finding] = findings;
      if (finding.kind !== 'heap-overflow') throw new Error(finding.kind);
      expect(finding.details).toMatchObject({
        side,
        block: {
          span: { address: block, length: 16 },
          made: { index: 1, instance: 0, function: 'main', allocator: 'malloc' },
        },
        write: { site: { instruction, function: 'fill' } },
      });
    },
    PATIENCE_MS,
  );

  it(
    'that lies in a block, up to its last byte, is none',
    async () => {
      const findings = await findingsIn(
        main(`(memory.fill (local.get $a) (i32.const 1) (i32.const 16))
          (i64.store offset=8 (local.get $b) (i64.const 7))
          (call $free (local.get $a))
          (local.set $a (call $malloc (i32.const 16)))
          (i32.store offset=12 (local.get $a) (i32.const 7))
          (call $free (local.get $a)) (call $free (local.get $b))`),
      );
      expect(findings).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is not told where functions have no names: another one of the allocator’s may have handed that out',
    async () => {
      const body = main('(i32.store (i32.add (local.get $a) (i32.const 16)) (i32.const 7))');
      const exported = body.replace(
        '(func $fill',
        '(export "malloc" (func $malloc)) (export "free" (func $free)) (func $fill',
      );
      expect((await findingsIn(exported)).map(told)).toEqual([['heap-overflow', 5, 1, [0x418, 4], 1]]);
      expect(await findingsIn(exported, [], false)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is not told where a block is freed that was never handed out',
    async () => {
      const body = main(`(i32.store (i32.add (local.get $a) (i32.const 16)) (i32.const 7))
        (call $free (i32.const 0x500))`);
      expect(await findingsIn(body)).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('a block that was moved', () => {
  // realloc takes another block, and frees the one of before without calling free.
  const REALLOC = `(func $realloc (param $old i32) (param $size i32) (result i32) (local $new i32)
    (local.set $new (call $malloc (local.get $size)))
    (memory.copy (local.get $new) (local.get $old) (i32.const 16))
    (i32.store (i32.sub (local.get $old) (i32.const 4)) (i32.load (i32.const 0x204)))
    (i32.store (i32.const 0x204) (i32.sub (local.get $old) (i32.const 8)))
    (local.get $new))`;

  it(
    'and is written where it was, is told as freed; where it is, it is alive',
    async () => {
      const body = `(local.set $b (call $realloc (local.get $a) (i32.const 32)))
        (memory.fill (local.get $b) (i32.const 1) (i32.const 32))
        (i32.store (local.get $a) (i32.const 7))`;
      // Two mallocs and a third of two stores each; the copy; two stores of realloc; the fill: the last store is step 11.
      const [finding, ...others] = await findingsIn(REALLOC + main(body));
      expect([told(finding), others]).toEqual([['use-after-free', 11, 1, [0x408, 4], 1], []]);
      expect(finding.details).toMatchObject({ freed: { allocator: 'realloc', function: 'main' } });
    },
    PATIENCE_MS,
  );
});

describe('a block that was freed', () => {
  // free stores twice.
  it(
    'and is written, is told as an error',
    async () => {
      const body =
        '(call $free (local.get $a)) (loop $l (i32.store offset=4 (local.get $a) (i32.const 7)) (br_if $l (i32.ne (i32.const 3) (local.tee $b (i32.rem_u (i32.add (local.get $b) (i32.const 1)) (i32.const 4))))))';
      const [finding, ...others] = await findingsIn(main(body));
      // 0x420 is a multiple of 4: the loop goes round three times.
      expect(told(finding)).toEqual(['use-after-free', 7, 1, [0x40c, 4], 3]);
      expect(others).toEqual([]);
      expect(findingWords(finding).happened).toContain('#0 in fill+0x');
      expect(findingWords(finding).happened).toContain(
        'stored 4 bytes at 0x40c, in the block of 16 bytes at 0x408 that malloc in call 1, main on #0, handed out, and that free in call 1, main on #0, took back.',
      );
    },
    PATIENCE_MS,
  );

  it(
    'and is read, is told as a warning where loads are recorded',
    async () => {
      const body = main('(call $free (local.get $a)) (drop (i32.load offset=4 (local.get $a)))');
      const findings = await findingsIn(body, ['--record', 'all']);
      expect(findings.map(told)).toEqual([['use-after-free', 6, 1, [0x40c, 4], 1]]);
      expect(findings.map(severityOf)).toEqual(['warning']);
    },
    PATIENCE_MS,
  );

  it(
    'and is freed again, is told',
    async () => {
      const body = main('(call $free (local.get $b)) (call $free (local.get $a)) (call $free (local.get $b))');
      expect((await findingsIn(body)).map(told)).toEqual([['double-free', 8, 1, [0x420, 16], 1]]);
    },
    PATIENCE_MS,
  );
});

it(
  'a block that was freed twice stays told when the allocator hands it out to two',
  async () => {
    // It is in the list of free blocks twice, and the next two mallocs get it.
    const twice = '(call $free (local.get $a)) (call $free (local.get $b)) (call $free (local.get $a))';
    const body = main(`${twice} (drop (call $malloc (i32.const 16))) (drop (call $malloc (i32.const 16)))
      (drop (call $malloc (i32.const 16)))`);
    expect((await findingsIn(body)).map(told)).toEqual([['double-free', 8, 1, [0x408, 16], 1]]);
  },
  PATIENCE_MS,
);

it(
  'a block’s head, which the allocator wrote, may be read by code that has just been handed the block; what else was freed may not',
  async () => {
    // 0x408 to 0x437 is freed and handed out anew as two blocks, the second one with its head inside of what was freed.
    const carve = `(func $calloc (param i32 i32) (result i32)
      (i32.store (i32.const 0x420) (i32.const 16)) (i32.store (i32.const 0x424) (i32.const 0)) (i32.const 0x428))`;
    const body = (read: string) => `${carve} (func $fill (export "main") (local $a i32)
      (local.set $a (call $malloc (i32.const 48))) (call $free (local.get $a))
      (drop (call $calloc (i32.const 1) (i32.const 16)))
      (drop (i32.load (i32.const ${read}))))`;
    const all = ['--record', 'all'];
    expect(await findingsIn(body('0x424'), all)).toEqual([]);
    expect((await findingsIn(body('0x410'), all)).map(({ kind, range }) => [kind, range?.address])).toEqual([
      ['use-after-free', 0x410],
    ]);
  },
  PATIENCE_MS,
);

it(
  'an allocator whose functions call each other, as Rust’s do, frees a block once',
  async () => {
    // Rust's standard allocator: free, __rust_dealloc and __rdl_dealloc all take the block.
    const script = join(folder, 'rust.mjs');
    const guest = join(ROOT, 'test', 'guests', 'allocators', 'std.wasm');
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
      const memory = new WebAssembly.Memory({ initial: 17 });
      const module = new WebAssembly.Module(readFileSync(${JSON.stringify(guest)}));
      const { alloc, free } = new WebAssembly.Instance(module, { env: { memory } }).exports;
      const blocks = [];
      for (let i = 1; i <= 300; i++) {
        blocks.push([alloc(i * 7 % 200 + 1), i * 7 % 200 + 1]);
        if (i % 3) free(...blocks.splice(i % blocks.length, 1)[0]);
      }
      for (const block of blocks) free(...block);`,
    );
    const { run } = await recordProgram('--record', 'all', script);
    try {
      expect(await run.recording.ask('findings', {})).toEqual([]);
      // All are given back.
      const { lastStep: step } = run.snapshot;
      expect(await run.recording.ask('heapBlocks', { step, from: 0, count: 1 })).toMatchObject({ total: 0, bytes: 0 });
    } finally {
      run.dispose();
    }
  },
  PATIENCE_MS,
);

it(
  'a late instance that puts the allocator back collides hundreds of allocations later, which is told at once',
  async () => {
    // #0 has 10,000 bytes at 0x408, which it frees, and 16 behind them, at 0x408 + 10,008 = 11,040. #1 begins at 0x408 again, and takes
    // 24 bytes each time: the 418th block begins at 0x408 + 417 · 24 = 11,040.
    const findings = await findingsIn(
      '(export "malloc" (func $malloc)) (export "free" (func $free))',
      [],
      true,
      ALLOCATOR,
      `const a = make(), first = a.malloc(10000), second = a.malloc(16);
      a.free(first);
      const b = make();
      for (let i = 0; i < 500; i++) b.malloc(16);`,
    );
    expect(findings.map(({ kind, count }) => [kind, count])).toEqual([
      ['allocator-reset', 1],
      ['duplicate-allocation', 1],
    ]);
    // Calls 1 to 3 are those of #0, call 4 is the making of #1.
    const { happened } = findingWords(findings[0]);
    expect(happened).toContain('the 418th allocation since, call 422, malloc on #1, returned 0x2b20 to 0x2b2f');
    expect(happened).toContain('which overlaps the block of 16 bytes at 0x2b20 that call 2, malloc on #0, handed out.');
  },
  PATIENCE_MS,
);

describe('an allocator of one’s own', () => {
  const arena = main('(i32.store (i32.add (local.get $a) (i32.const 16)) (i32.const 7))')
    .replaceAll('$malloc', '$arena_take')
    .replaceAll('$free', '$arena_drop');
  const findingsOf = (...options: readonly string[]) =>
    findingsIn(arena, options, true, ALLOCATOR.replaceAll('$malloc', '$arena_take').replaceAll('$free', '$arena_drop'));

  it(
    'is followed where it is named, also in the recording’s file',
    async () => {
      expect(await findingsOf()).toEqual([]);
      const named = await findingsOf('--allocator', 'arena_take(size)=>ptr; arena_drop(ptr)');
      expect(named.map(told)).toEqual([['heap-overflow', 5, 1, [0x418, 4], 1]]);
      expect(named[0].details).toMatchObject({ block: { made: { allocator: 'arena_take' } } });
    },
    PATIENCE_MS,
  );

  it(
    'may take back a part of a block where it is told how many bytes',
    async () => {
      const allocator = ALLOCATOR.replaceAll('$malloc', '$arena_take').replace(
        '$free (param $address i32)',
        '$arena_drop (param $address i32) (param $size i32)',
      );
      const body = main('(call $arena_drop (i32.add (local.get $a) (i32.const 8)) (i32.const 8))').replaceAll(
        '$malloc',
        '$arena_take',
      );
      const found = async (dropped: string) => {
        const named = ['--allocator', `arena_take(size)=>ptr; arena_drop(${dropped})`];
        return (await findingsIn(body, named, true, allocator)).map(({ kind }) => kind);
      };
      expect(await found('ptr,size')).toEqual([]);
      expect(await found('ptr,flags')).toEqual(['invalid-free']);
    },
    PATIENCE_MS,
  );

  it(
    'may hand out cells of one size, which no parameter tells',
    async () => {
      const allocator = ALLOCATOR.replace(
        '$malloc (param $size i32) (result i32)',
        '$cell_get (result i32) (local $size i32)',
      )
        .replace('(local.set $block', '(local.set $size (i32.const 16)) (local.set $block')
        .replace('$free', '$cell_put');
      const found = async (body: string) => {
        const cells = main(body).replaceAll('(call $malloc (i32.const 16))', '(call $cell_get)');
        const findings = await findingsIn(cells, ['--allocator', 'cell_get(16)=>ptr; cell_put(ptr)'], true, allocator);
        return findings.map(({ kind, range }) => [kind, range?.address]);
      };
      expect(await found('(i32.store offset=16 (local.get $a) (i32.const 7))')).toEqual([['heap-overflow', 0x418]]);
      expect(await found('(call $cell_put (local.get $a)) (i32.store (local.get $a) (i32.const 7))')).toEqual([
        ['use-after-free', 0x408],
      ]);
      expect(await found('(i32.store offset=12 (local.get $a) (i32.const 7)) (call $cell_put (local.get $a))')).toEqual(
        [],
      );
    },
    PATIENCE_MS,
  );

  it(
    'that no module has is told',
    async () => {
      const guest = join(folder, 'own.wasm');
      writeFileSync(guest, assemble(`(module ${ALLOCATOR} ${main('')})`));
      const file = join(folder, 'own.mjs');
      writeFileSync(
        file,
        `import { readFileSync } from 'node:fs';
        const memory = new WebAssembly.Memory({ initial: 1 });
        new WebAssembly.Instance(new WebAssembly.Module(readFileSync(${JSON.stringify(guest)})), { env: { memory } }).exports.main();`,
      );
      const { run, stderr } = await recordProgram('--allocator', 'malloc(size)=>ptr; arena_take(size)=>ptr', file);
      run.dispose();
      expect(stderr).toMatch(/^note: Named as an allocator's, .* has the name: arena_take\(size\)=>ptr\. /m);
    },
    PATIENCE_MS,
  );
});

it(
  'faults are told also where their steps were dropped, live and in the file',
  async () => {
    // 400,000 stores behind the fault take more than the megabyte that is kept.
    const findings = await findingsIn(
      main(`(i32.store (i32.add (local.get $a) (i32.const 16)) (i32.const 7))
        (local.set $b (i32.const 0))
        (loop $l (i32.store (i32.add (i32.const 0x8000) (i32.and (local.get $b) (i32.const 0x3ffc)))
            (i32.mul (local.get $b) (i32.const 0x9e3779b1)))
          (br_if $l (i32.lt_u (local.tee $b (i32.add (local.get $b) (i32.const 4))) (i32.const 1600000))))`),
      ['--recording-limit', '1'],
    );
    expect(findings.map(told)).toEqual([['heap-overflow', 5, 1, [0x418, 4], 1]]);
    expect(findingWords(findings[0]).happened).toMatch(
      /^#0 in fill\+0x\w+ \(i32\.store\) stored 4 bytes at 0x418, behind the block of 16 bytes at 0x408 that malloc in call 1, main on #0, handed out\. /,
    );
  },
  PATIENCE_MS,
);

describe('what one can’t be sure of is not told:', () => {
  const EXPORTS = `
    (func (export "takes") (result i32) (call $malloc (i32.const 16)))
    (func (export "drops") (param i32) (call $free (local.get 0)))
    (func (export "malloc_16") (result i32) (call $malloc (i32.const 16)))
    (func (export "put_s") (param i32) (i32.store (local.get 0) (i32.const 1)))`;

  it(
    'where calls of the allocator are not recorded',
    async () => {
      // malloc_16 hands out what drops has taken back: the store is one to a live block.
      const used = 'const e = make(), block = e.takes(); e.drops(block); e.put_s(e.malloc_16() && block);';
      expect(await findingsIn(EXPORTS, [], true, ALLOCATOR, used)).toEqual([]);
      const part = await findingsIn(EXPORTS, ['--function', 's'], true, ALLOCATOR, used);
      expect(part.map(({ kind }) => kind)).toEqual(['unrecorded-write']);
      // The same without a call that is not recorded.
      const misused = 'const e = make(), block = e.takes(); e.drops(block); e.put_s(block);';
      expect((await findingsIn(EXPORTS, [], true, ALLOCATOR, misused)).map(told)).toEqual([
        ['use-after-free', 5, 3, [0x408, 4], 1],
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'placement new hands out nothing, so that a block stays known',
    async () => {
      const place = `(func $_ZnwmPv (param i32 i32) (result i32) (local.get 1))
        (func (export "make") (param i32) (result i32) (call $_ZnwmPv (i32.const 16) (local.get 0)))`;
      // Both place an object in one block, one after the other. Were that allocations, nothing would be said of the store at the end.
      const script =
        'const e = make(), block = e.takes(); e.make(block); e.make(block); e.put_s(block); e.drops(block); e.put_s(block);';
      const findings = await findingsIn(EXPORTS + place, [], true, ALLOCATOR, script);
      expect(findings.map(({ kind, call }) => [kind, call])).toEqual([['use-after-free', 6]]);
    },
    PATIENCE_MS,
  );

  it(
    'blocks of no bytes may all have one address, and be freed as often',
    async () => {
      const zero = `(func $calloc (param i32 i32) (result i32) (i32.const 0x300))
        (func (export "nothing") (result i32) (call $calloc (i32.const 0) (i32.const 8)))
        (func $cfree (param i32) (if (i32.ne (local.get 0) (i32.const 0x300)) (then (call $free (local.get 0)))))
        (export "cfree" (func $cfree))`;
      const script = 'const e = make(), a = e.nothing(), b = e.nothing(); e.cfree(a); e.cfree(b);';
      const named = ['--allocator', 'cfree(ptr)'];
      expect(await findingsIn(EXPORTS + zero, named, true, ALLOCATOR, script)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'code that asks how many bytes a block has may use them all',
    async () => {
      const usable = '(func $malloc_usable_size (param i32) (result i32) (i32.const 24))';
      const body = main('(i32.store (i32.add (local.get $a) (i32.const 16)) (i32.const 7))');
      expect(await findingsIn(usable + body)).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('an allocator’s own words', () => {
  // Its list of free blocks goes through the first word of each.
  const LISTED = ALLOCATOR.replace(
    '(i32.store (i32.sub (local.get $address) (i32.const 4))',
    '(i32.store (local.get $address) (i32.const 0)) (i32.store (i32.sub (local.get $address) (i32.const 4))',
  );

  it(
    'in a block that was freed are that block’s',
    async () => {
      const body = main('(call $free (local.get $a)) (i32.store (local.get $a) (i32.const 7))');
      // free stores three times here.
      expect((await findingsIn(body, [], true, LISTED)).map(told)).toEqual([['use-after-free', 8, 1, [0x408, 4], 1]]);
    },
    PATIENCE_MS,
  );

  it(
    'among the statics: where others write them, the allocator is not known',
    async () => {
      const twice = (between: string): string =>
        main(`(call $free (local.get $a)) ${between} (call $free (local.get $a))`);
      expect((await findingsIn(twice(''))).map(({ kind }) => kind)).toEqual(['double-free']);
      // The last byte of the word is 0 all the time.
      expect(await findingsIn(twice('(i32.store8 (i32.const 0x207) (i32.const 0))'))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'among the statics: the number of an error, which it writes where it fails, others may write',
    async () => {
      // Blocks of more than 4096 bytes there are none.
      const failing = ALLOCATOR.replace(
        '(local.set $block (i32.load (i32.const 0x204)))',
        `(if (i32.gt_u (local.get $size) (i32.const 4096))
          (then (i32.store (i32.const 0x208) (i32.const 12)) (return (i32.const 0))))
        (local.set $block (i32.load (i32.const 0x204)))`,
      ).replace('\\00\\00\\00\\00")', '\\00\\00\\00\\00\\00\\00\\00\\00")');
      const body = main(`(drop (call $malloc (i32.const 5000))) (i32.store (i32.const 0x208) (i32.const 0))
        (call $free (local.get $a)) (call $free (local.get $a))`);
      const findings = await findingsIn(body, [], true, failing);
      expect(findings.map(({ kind }) => kind)).toEqual(['double-free']);
    },
    PATIENCE_MS,
  );
});

describe('a write of the host', () => {
  const EXPORTS = `
    (func (export "malloc") (param i32) (result i32) (call $malloc (local.get 0)))
    (func (export "free") (param i32) (call $free (local.get 0)))`;
  const writing = (at: string, length: number): string =>
    `const e = make(), a = e.malloc(16), b = e.malloc(16); ${at === 'freed' ? 'e.free(a);' : ''}
    new Uint8Array(memory.buffer, ${at === 'freed' ? 'a + 8' : at}, ${length}).fill(7); e.malloc(8);`;

  it.each([
    ['that goes on behind a block', 'a', 20, 'heap-overflow'],
    ['into a freed block', 'freed', 4, 'use-after-free'],
  ])(
    '%s is told',
    async (_, at, length, kind) => {
      const findings = await findingsIn(EXPORTS, [], true, ALLOCATOR, writing(at, length));
      expect(findings.map(each => each.kind)).toEqual([kind]);
      expect(findingWords(findings[0]).happened).toMatch(/^Host stored /);
      expect(findings[0].details).toMatchObject({ block: { span: { address: 0x408, length: 16 } } });
    },
    PATIENCE_MS,
  );

  it(
    'that fills a block is none',
    async () => {
      expect(await findingsIn(EXPORTS, [], true, ALLOCATOR, writing('b', 16))).toEqual([]);
    },
    PATIENCE_MS,
  );
});

it(
  'a block of no bytes has a head, at which code that clears it may look',
  async () => {
    // free takes the end of the blocks back, and 8 bytes on goes on from there: the next block's head lies in the one that was freed.
    const allocator = `
      (import "env" "memory" (memory 1))
      (global (export "__heap_base") i32 (i32.const 0x400))
      (global $next (mut i32) (i32.const 0x408))
      (func $malloc (param $size i32) (result i32) (local $block i32)
        (local.set $block (global.get $next))
        (i32.store (i32.sub (local.get $block) (i32.const 4)) (i32.or (local.get $size) (i32.const 3)))
        (global.set $next (i32.add (global.get $next) (i32.add (local.get $size) (i32.const 8))))
        (local.get $block))
      (func $free (param $address i32) (global.set $next (i32.add (local.get $address) (i32.const 8))))`;
    const main = (size: number): string => `(func (export "main") (local $block i32)
      (call $free (call $malloc (i32.const 64)))
      (local.set $block (call $malloc (i32.const ${size})))
      (drop (i32.load8_u (i32.sub (local.get $block) (i32.const 4)))))`;
    for (const size of [0, 8]) expect(await findingsIn(main(size), ['--record', 'all'], true, allocator)).toEqual([]);
  },
  PATIENCE_MS,
);

/** dlmalloc of wasi-libc, without names, so that of calloc nothing is known: `a` is malloc, `b` calloc, `c` realloc, `e` free. */
const libc = (script: string): string => {
  const file = join(folder, `program-${written++}.mjs`);
  const guest = join(folder, 'libc.wasm');
  writeFileSync(guest, assemble(text(readGuest('allocators/libc')), { names: false }));
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(${JSON.stringify(guest)})));
    const { a: malloc, b: calloc, c: realloc, e: free } = exports;
    ${script}`,
  );
  return file;
};

describe('blocks of dlmalloc', () => {
  it(
    'that come of realloc without a block are those of malloc, however many were there before',
    async () => {
      const program = await recordProgram(
        libc(`const blocks = Array.from({ length: 40 }, () => malloc(16));
          for (const block of blocks) free(block);
          for (let i = 0; i < 300; i++) realloc(0, 16);`),
      );
      try {
        const { total, bytes, unjudged } = await program.run.recording.ask('heapBlocks', {
          step: program.run.snapshot.lastStep,
          from: 0,
          count: 1,
        });
        expect([total, bytes, unjudged]).toEqual([300, 4800, []]);
      } finally {
        program.run.dispose();
      }
    },
    PATIENCE_MS,
  );
});
