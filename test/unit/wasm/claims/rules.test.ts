// Rules at their edges, of modules written by hand.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readClaims } from '../../../../src/wasm/claims/readClaims.ts';
import { readModule, SECTION } from '../../../../src/wasm/module.ts';
import { unpack } from '../../../differential/randomModules.ts';
import { body, custom, leb, moduleOf, name, section } from '../../support/bytes.ts';
import { claimLines, claimsOf, linesOf, reasonsOf } from '../../support/claims.ts';
import { ROOT } from '../../support/fixtures.ts';
import { assemble } from '../../support/wabt.ts';

/** Names are left out: nothing is told by them. */
const bare = (wat: string) => assemble(`(module ${wat})`, { names: false });

describe('the stack pointer by its use', () => {
  const found = (code: string, globals = '(global $sp (mut i32) (i32.const 66560))') =>
    claimsOf(
      bare(`(import "env" "memory" (memory 2)) ${globals} (func $f (local $frame i32) (local $size i32) ${code})`),
    ).stackPointer;

  it('is found in an optimised prologue, and in one that is not', () => {
    const optimised = `(global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 32))))
      (global.set $sp (i32.add (local.get $frame) (i32.const 32)))`;
    expect(found(optimised)).toMatchObject({ by: 'use', global: 0, initial: 66_560, functions: 1 });
    const plain = `(local.set $frame (global.get $sp)) (local.set $size (i32.const 32))
      (local.set $frame (i32.sub (local.get $frame) (local.get $size))) (global.set $sp (local.get $frame))
      (block (br_if 0 (i32.load (local.get $frame))))
      (local.set $size (i32.const 32))
      (global.set $sp (i32.add (local.get $frame) (local.get $size)))`;
    expect(found(plain)).toMatchObject({ by: 'use', functions: 1 });
  });

  it('is none that only grows, is not put back, or is cut by an odd number of bytes', () => {
    expect(found('(global.set $sp (i32.add (global.get $sp) (i32.const 16)))')).toEqual({ kind: 'none' });
    expect(found('(global.set $sp (i32.sub (global.get $sp) (i32.const 16)))')).toEqual({ kind: 'none' });
    const odd = `(global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 1))))
      (global.set $sp (i32.add (local.get $frame) (i32.const 1)))`;
    expect(found(odd)).toEqual({ kind: 'none' });
  });

  it('is the global that more functions use so', () => {
    const frame = (global: string, times: number): string =>
      `(func (global.set ${global} (i32.sub (global.get ${global}) (i32.const 16)))
        (global.set ${global} (i32.add (global.get ${global}) (i32.const 16))))`.repeat(times);
    const { stackPointer } = claimsOf(
      bare(
        `(memory 2) (global $a (mut i32) (i32.const 64)) (global $b (mut i32) (i32.const 66560)) ${frame('$a', 1)}${frame('$b', 2)}`,
      ),
    );
    expect(stackPointer).toMatchObject({ global: 1, functions: 2 });
  });

  it('may be exported, or imported with a value that an instance tells', () => {
    const exported = bare('(memory 2) (global (export "__stack_pointer") (mut i32) (i32.const 66560))');
    expect(claimsOf(exported).stackPointer).toMatchObject({ by: 'export', name: '__stack_pointer', initial: 66_560 });
    const imported = readModule(
      bare('(import "env" "__stack_pointer" (global (mut i32))) (import "env" "memory" (memory 2))'),
    );
    expect(readClaims(imported).stackPointer).toMatchObject({ by: 'import', initial: null });
    expect(readClaims(imported, () => 4096).stackPointer).toMatchObject({ by: 'import', initial: 4096 });
  });

  it('has 64 bits where addresses have', () => {
    const wide = bare(`(memory i64 2) (global $sp (mut i64) (i64.const 66560)) (data (i64.const 1024) "abcd")
      (func (local $frame i64) (global.set $sp (local.tee $frame (i64.sub (global.get $sp) (i64.const 16))))
        (global.set $sp (i64.add (local.get $frame) (i64.const 16))))`);
    // 64 KiB end at 1024, where the data is; 12 bytes behind that are there for alignment.
    expect(linesOf(wide)).toEqual(['data 1024-1028', 'stack 1040-66560 ?', 'heap 66560- ?']);
  });
});

describe('the stack', () => {
  const SP = (top: number): string => `(global (export "__stack_pointer") (mut i32) (i32.const ${top}))`;
  const SYMBOL = (symbol: string, value: number): string => `(global (export "${symbol}") i32 (i32.const ${value}))`;

  it('is told by symbols', () => {
    const told = bare(`(memory 3) ${SP(70_000)} ${SYMBOL('__stack_low', 4464)} ${SYMBOL('__stack_high', 70_000)}
      ${SYMBOL('__data_end', 2000)} ${SYMBOL('__heap_base', 70_000)} (data (i32.const 1024) "abcd")`);
    expect(linesOf(told)).toEqual([
      'data 1024-1028',
      'bss 1028-2000 ?',
      'stack 4464-70000 __stack_pointer',
      'heap 70000- __heap_base',
    ]);
  });

  it('begins at the next multiple of 16 behind __data_end', () => {
    const told = bare(`(memory 3) ${SP(67_552)} ${SYMBOL('__data_end', 2001)} (data (i32.const 1024) "abcd")`);
    expect(linesOf(told)).toContain('stack 2016-67552 __stack_pointer');
  });

  it('that comes first has the heap behind __data_end, at the next multiple of 16', () => {
    const told = bare(`(memory 3) ${SP(65_536)} ${SYMBOL('__data_end', 65_601)} (data (i32.const 65536) "abcd")`);
    expect(linesOf(told)).toEqual([
      'stack 0-65536 __stack_pointer ?',
      'data 65536-65540',
      'bss 65540-65601 ?',
      'heap 65616- ?',
    ]);
  });

  it('without data is as large as is usual, or all below a round number', () => {
    expect(linesOf(bare(`(memory 3) ${SP(66_576)}`))).toContain('stack 1040-66576 __stack_pointer ?');
    expect(linesOf(bare(`(memory 17) ${SP(1_048_576)}`))[0]).toBe('stack 0-1048576 __stack_pointer ?');
    expect(reasonsOf(claimsOf(bare(`(memory 17) ${SP(1_048_576)}`)), 'stack')).toEqual(['stack-first']);
  });

  it('of a napi-rs module comes first, however large it is', () => {
    const large = bare(`(memory 1000) ${SP(64_000_000)} (data (i32.const 64000000) "abcd")`);
    expect(linesOf(large).slice(0, 2)).toEqual(['stack 0-64000000 __stack_pointer ?', 'data 64000000-64000004']);
  });
});

describe('data segments', () => {
  const many = (count: number, step: number): string =>
    Array.from({ length: count }, (_, i) => `(data (i32.const ${1024 + i * step}) "x")`).join(' ');

  it('that look cut are one: near ones always, far ones where there are many', () => {
    expect(linesOf(bare(`(memory 1) ${many(3, 65)}`))).toEqual(['data 1024-1155 ?']); // 64 zeros between them
    expect(linesOf(bare(`(memory 1) ${many(2, 66)}`))).toEqual(['data 1024-1025', 'data 1090-1091']);
    const far = `${many(8, 20)} (data (i32.const 9000) "x")`;
    expect(linesOf(bare(`(memory 1) ${far}`))).toEqual(['data 1024-9001 ?']);
  });

  it('with zeros at an end are not cut: only what alignment leaves between them is theirs', () => {
    const zeros = '(data (i32.const 1024) "a\\00") (data (i32.const 1042) "b") (data (i32.const 1060) "c")';
    expect(linesOf(bare(`(memory 1) ${zeros}`))).toEqual(['data 1024-1043', 'data 1060-1061']); // 16 and 17 bytes
  });

  it('of zeros are bss where they come last, and data where data follows', () => {
    const segments = (last: string): string =>
      `(memory 1) (data (i32.const 1024) "a\\00\\00") (data (i32.const 1027) "\\00\\00") (data (i32.const 1029) "${last}")`;
    expect(linesOf(bare(segments('\\00')))).toEqual(['data 1024-1027', 'bss 1027-1030 ?']);
    expect(linesOf(bare(segments('z')))).toEqual(['data 1024-1030']);
  });

  it('may overlap, be empty, passive, or lie at the end of 4 GiB', () => {
    const odd =
      '(data (i32.const 1024) "abcdef\\00") (data (i32.const 1026) "x") (data (i32.const 5) "") (data "passive") (data (i32.const -4) "abcd")';
    expect(linesOf(bare(`(memory 1) ${odd}`))).toEqual(['data 1024-1031', `data ${2 ** 32 - 4}-${2 ** 32}`]);
  });

  it('may lie from an imported global on, plus a constant', () => {
    const module = readModule(
      bare(`(import "env" "memory" (memory 1)) (import "lib" "base" (global $base i32)) (import "lib" "scale" (global $scale i32))
        (data (i32.add (global.get $base) (i32.const 64)) "abcd") (data (i32.mul (global.get $scale) (i32.const 4)) "x")`),
    );
    expect(claimLines(readClaims(module))).toEqual(['data lib.base 64-68']);
    // Where an instance's values are known, both are addresses: 4096 + 64, and 3 × 4.
    expect(claimLines(readClaims(module, index => (index === 0 ? 4096 : 3)))).toEqual(['data 12-13', 'data 4160-4164']);
  });

  it('of a second memory are not claimed', () => {
    const bytes = moduleOf(
      section(SECTION.memory, [2, 0, 1, 0, 1]),
      section(SECTION.data, [2, 0x02, 0x01, 0x41, 8, 0x0b, 1, 0x61, 0x00, 0x41, 16, 0x0b, 1, 0x62]),
    );
    expect(linesOf(bytes)).toEqual(['data 16-17']);
  });
});

describe('a module for threads', () => {
  // What wasm-ld 22 writes with --shared-memory, shortened, with the stack where older ones have it: thread-locals of 12 bytes at 1024, data behind them, zeros, the flag.
  const THREADS = `(module
    (import "env" "memory" (memory 2 16 shared))
    (global $__stack_pointer (export "__stack_pointer") (mut i32) (i32.const 66640))
    (global $__tls_base (mut i32) (i32.const 0))
    (global $__tls_size (export "__tls_size") i32 (i32.const 12))
    (export "__tls_base" (global $__tls_base))
    (data $.tdata "\\01\\00\\00\\00")
    (data $.data "abcdefgh")
    (start $__wasm_init_memory)
    (func $__wasm_init_memory
      (block (block (block (br_table 0 1 2 (i32.atomic.rmw.cmpxchg (i32.const 1100) (i32.const 0) (i32.const 1))))
        (global.set $__tls_base (i32.const 1024))
        (memory.init $.tdata (i32.const 1024) (i32.const 0) (i32.const 4))
        (memory.init $.data (i32.const 1040) (i32.const 0) (i32.const 8))
        (memory.fill (i32.const 1048) (i32.const 0) (i32.const 52))
        (i32.atomic.store (i32.const 1100) (i32.const 2))
        (br 1)))))`;

  it('has its data and thread-locals where its start function puts them, once', () => {
    const claims = claimsOf(assemble(THREADS, { names: false }));
    // The last word is the flag; 1104 + 65536 is where the stack ends.
    expect(claimLines(claims)).toEqual([
      'tls 1024-1036 __tls_base',
      'data 1040-1048',
      'bss 1048-1100',
      'bss 1100-1104',
      'stack 1104-66640 __stack_pointer ?',
      'heap 66640- ?',
    ]);
    expect(claims.threadLocals).toEqual({ global: 1, bytes: 12 });
    expect(claims.late).toMatchObject({ once: true, keepsZeros: false });
    expect(claims.late.rewrites.map(({ by, start }) => `${by} ${start}`)).toEqual([
      'start 1024',
      'start 1040',
      'start 1048',
    ]);
  });

  it('writes again where it looks at no flag', () => {
    const always = THREADS.replace(
      /\(br_table 0 1 2 \(i32.atomic.*\(i32.const 1\)\)\)/,
      '(br_if 2 (i32.load (i32.const 1100)))',
    );
    expect(claimsOf(assemble(always)).late.once).toBe(false);
  });

  it('has thread-locals as large as their segment where no symbol tells', () => {
    // wasm-ld exports __tls_size only where it is asked to.
    const unasked = THREADS.replace('(global $__tls_size (export "__tls_size") i32 (i32.const 12))', '');
    expect(claimsOf(assemble(unasked, { names: false })).threadLocals).toEqual({ global: 1, bytes: 4 });
    const named = THREADS.replace('(global $__tls_size (export "__tls_size") i32 (i32.const 12))', '').replace(
      /\(memory.init \$.tdata.*/,
      '',
    );
    // wasm-ld 14 leaves them to whoever makes a thread: nothing says where they are, and the base stays 0.
    const claims = claimsOf(assemble(named.replace('(global.set $__tls_base (i32.const 1024))', '')));
    expect(claims.claims.map(({ kind }) => kind)).not.toContain('tls');
  });
});

describe('dylink', () => {
  const IMPORTS = section(SECTION.import, [1], name('env'), name('memory'), [0x02, 0, 1]);

  it('is read as it was written once, too: bare numbers', () => {
    // memory size 300, alignment 4, table size, table alignment
    expect(linesOf(moduleOf(custom('dylink', ...leb(300), 4, 0, 0), IMPORTS))).toEqual([
      'dylink env.__memory_base 0-300',
      'bss env.__memory_base 0-300',
    ]);
  });

  it('may have other subsections first, and may be cut', () => {
    const needed = [2, 1, 0];
    const info = [1, 5, ...leb(300), 4, 0, 0];
    expect(linesOf(moduleOf(custom('dylink.0', ...needed, ...info), IMPORTS))).toContain(
      'dylink env.__memory_base 0-300',
    );
    expect(linesOf(moduleOf(custom('dylink.0', ...needed, 1, 5), IMPORTS))).toEqual([]);
  });
});

describe('the heap by what a start function sets', () => {
  const of = (value: number): string[] =>
    linesOf(
      bare(`(memory 1) (data (i32.const 1024) "abcd\\00") (global $g (mut i32) (i32.const 0)) (start $s)
        (func $s (global.set $g (i32.const ${value})))`),
    );

  it('is where AssemblyScript’s header or root may be, right behind the statics', () => {
    // 1029 is the end of data. A stub's header has 4 bytes and ends at a multiple of 16, a root begins there.
    expect(of(1036)).toContain('heap 1036- ?');
    expect(of(1040)).toContain('heap 1040- ?');
    for (const other of [1020, 1028, 1032, 1056 + 12]) expect(of(other)).toEqual(['data 1024-1029']);
  });
});

describe('allocators', () => {
  const module = (exports: string): ReturnType<typeof claimsOf> => claimsOf(assemble(`(module (memory 1) ${exports})`));

  it('are known by name and type', () => {
    const { allocators } = module(`
      (func (export "malloc") (param i32) (result i32) i32.const 0)
      (func (export "free"))
      (func (export "calloc") (param f32 f32) (result i32) i32.const 0)
      (func (export "posix_memalign") (param i32 i32 i32) (result i32) i32.const 0)
      (func $operator_new (export "_ZnwmSt11align_val_t") (param i32 i32) (result i32) i32.const 0)
      (func (export "_ZdaPv") (param i32))
      (func (export "_RNvCsaBcDeF_7___rustc12___rust_alloc") (param i32 i32) (result i32) i32.const 0)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
      (func (export "__rust_allocator_name"))
      (func (export "__rustc[e1ff41cd57dd6ac6]::__rust_dealloc") (param i32 i32 i32))`);
    expect(allocators.map(({ family, role, name: each }) => `${family} ${role} ${each}`)).toEqual([
      'malloc allocate malloc',
      'malloc allocate posix_memalign',
      'c++ allocate _ZnwmSt11align_val_t',
      'c++ free _ZdaPv',
      'rust allocate _RNvCsaBcDeF_7___rustc12___rust_alloc',
      'component resize cabi_realloc',
      'rust free __rustc[e1ff41cd57dd6ac6]::__rust_dealloc',
    ]);
    expect(allocators[1].operands).toEqual({ size: 2, count: null, bytes: null, block: null, out: 0 });
  });

  it('are known as methods of Rust’s dlmalloc, as linkers write them, with the allocator as a parameter and without', () => {
    const of = (params: string, results = ''): string => `(param ${params}) ${results && `(result ${results})`}`;
    const { allocators } = module(`
      (func (export "dlmalloc::dlmalloc::Dlmalloc<A>::malloc::h57c85b7e7dd5d7ac") ${of('i32', 'i32')} i32.const 0)
      (func (export "_ZN8dlmalloc8dlmalloc17Dlmalloc$LT$A$GT$8memalign17hed799922f1772600E") ${of('i32 i32 i32', 'i32')} i32.const 0)
      (func (export "_RNvMs0_NtCsabc_8dlmalloc8dlmallocINtB5_8DlmallocNtNtB7_3sys6SystemE4freeCsabc_3std") ${of('i32')})
      (func (export "_RNvMs0_NtCsabc_8dlmalloc8dlmallocINtB5_8DlmallocNtNtB7_3sys6SystemE13dispose_chunkCsabc_3std") ${of('i32')})
      (func (export "dlmalloc::Dlmalloc<A>::malloc::h3c5506dde090c655") ${of('i32 i32', 'i32')} i32.const 0)
      (func (export "_ZN8dlmalloc17Dlmalloc$LT$A$GT$4free17hed799922f1772600E") ${of('i32 i32 i32 i32')})
      (func (export "dlmalloc::dlmalloc::Dlmalloc<A>::free::h600e8abf61a27942") ${of('i32 i32 i32')})`);
    expect(
      allocators.map(({ function: index, role, operands: { size, block } }) => [index, role, size, block]),
    ).toEqual([
      [0, 'allocate', 0, null],
      [1, 'allocate', 2, null],
      [2, 'free', null, 0],
      [4, 'allocate', 0, null],
      [5, 'free', null, 1],
    ]);
  });

  it('are known as functions of emmalloc, also where an optimizer took the alignment away that is the same in all calls', () => {
    // Parameters: of memalign the alignment and the size, of aligned_realloc the block before them.
    const { allocators } = module(`
      (func $emmalloc_memalign (param i32 i32) (result i32) i32.const 0)
      (func (export "emmalloc_memalign") (param i32) (result i32) i32.const 0)
      (func $emmalloc_aligned_realloc (param i32 i32 i32) (result i32) i32.const 0)
      (func (export "emmalloc_aligned_realloc") (param i32 i32) (result i32) i32.const 0)
      (func $emmalloc_realloc_try (param i32 i32) (result i32) i32.const 0)
      (func $emmalloc_calloc (param i32 i32) (result i32) i32.const 0)
      (func $emmalloc_free (param i32))
      (func $emmalloc_validate_memory_regions (result i32) i32.const 0)`);
    expect(allocators.map(({ function: index, role, operands: o }) => [index, role, o.size, o.count, o.block])).toEqual(
      [
        [0, 'allocate', 1, null, null],
        [1, 'allocate', 0, null, null],
        [2, 'resize', 2, null, 0],
        [3, 'resize', 1, null, 0],
        [4, 'resize', 1, null, 0],
        [5, 'allocate', 1, 0, null],
        [6, 'free', null, null, 0],
      ],
    );
  });

  it('are told once, by their exports before their names', () => {
    const { allocators } = module('(func $dlmalloc (export "malloc") (param i32) (result i32) i32.const 0)');
    expect(allocators).toEqual([expect.objectContaining({ name: 'malloc', by: 'export', function: 0 })]);
  });
});

it('of random modules none has a stack or a heap', () => {
  const modules = unpack(gunzipSync(readFileSync(join(ROOT, 'test', 'differential', 'modules.gz'))));
  expect(modules.length).toBeGreaterThan(200);
  const kinds = modules.flatMap(bytes => claimsOf(bytes).claims.map(({ kind }) => kind));
  expect(kinds.filter(kind => kind === 'stack' || kind === 'heap')).toEqual([]);
});

describe('what can’t be read', () => {
  it('is left out: code with an instruction that nobody knows', () => {
    const bytes = moduleOf(
      section(SECTION.type, [1, 0x60, 0, 0]),
      section(SECTION.function, [1, 0]),
      section(SECTION.memory, [1, 0, 1]),
      section(SECTION.global, [1, 0x7f, 1, 0x41, 16, 0x0b]),
      section(SECTION.start, [0]),
      section(SECTION.code, [1], body(0xff)),
      section(SECTION.data, [1, 0, 0x41, 8, 0x0b, 1, 0x61]),
    );
    expect(linesOf(bytes)).toEqual(['data 8-9']);
  });

  it('is left out: names and producers that break off', () => {
    const bytes = moduleOf(
      section(SECTION.memory, [1, 0, 1]),
      custom('name', 7, 20, 1, 0),
      custom('producers', 1, ...name('language'), 2, ...name('C99'), ...name(''), 9),
    );
    expect(claimsOf(bytes).toolchain.producers).toEqual([{ field: 'language', name: 'C99', version: '' }]);
  });

  it('a module without a memory claims none', () => {
    expect(linesOf(bare('(global (export "__heap_base") i32 (i32.const 1024))'))).toEqual([]);
  });
});

describe('a file that no engine has validated', () => {
  const HEAD = [
    section(SECTION.type, [1, 0x60, 0, 0]),
    section(SECTION.function, [1, 0]),
    section(SECTION.memory, [1, 0, 1]),
    section(SECTION.global, [1, 0x7f, 1, 0x41, 16, 0x0b]),
  ];

  it('is refused at once where its code counts more functions or locals than it can have', () => {
    const functions = moduleOf(...HEAD, section(SECTION.code, leb(2 ** 32 - 1)));
    expect(() => claimsOf(functions)).toThrow('not as many functions as are declared');
    const locals = moduleOf(...HEAD, section(SECTION.code, [1, 5, ...leb(2 ** 32 - 1)]));
    expect(linesOf(locals)).toEqual([]);
  });
});
