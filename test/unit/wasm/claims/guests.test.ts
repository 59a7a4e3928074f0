// Claims of the fixtures. Where things lie is known from their sources and from the linkers' rules: LLD puts statics at 1024, a stack
// of 64 KiB at the next multiple of 16, then the heap; rustc puts a stack of 1 MiB first; asc puts statics at 1036, the heap behind them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WasmFormatError } from '../../../../src/wasm/errors.ts';
import { fixtures } from '../../../guests/index.ts';
import { claimsOf, linesOf, reasonsOf } from '../../support/claims.ts';
import { ROOT, readGuest, withoutNames } from '../../support/fixtures.ts';
import { assemble } from '../../support/wabt.ts';

describe('a guest of wasm-ld', () => {
  it('with an imported memory has its zeros in a segment, which a late instance writes again', () => {
    // demo.c has one static pointer: 4 bytes.
    expect(linesOf(readGuest('demo/c'))).toEqual([
      'bss 1024-1028 .bss',
      'stack 1040-66576 __stack_pointer ?',
      'heap 66576- ?',
    ]);
    const { late, stackPointer } = claimsOf(readGuest('demo/c'));
    expect(late).toEqual({
      rewrites: [{ by: 'segment', fill: 'zeros', start: 1024, end: 1028, relativeTo: null }],
      cutAtZeros: false,
      once: false,
      keepsZeros: false,
    });
    expect(stackPointer).toMatchObject({ kind: 'found', global: 0, by: 'name', initial: 66_576 });
  });

  it('with a memory of its own has no segment for them, and they stay', () => {
    const claims = claimsOf(readGuest('demo/c-defined-memory'));
    // The end of the zeros is that of the stack less 64 KiB, which is 12 bytes more than demo.c has.
    expect(linesOf(readGuest('demo/c-defined-memory'))).toEqual([
      'bss 1024-1040 ?',
      'stack 1040-66576 __stack_pointer ?',
      'heap 66576- ?',
    ]);
    expect(reasonsOf(claims, 'stack')).toEqual(['usual-stack']);
    expect(claims.late).toMatchObject({ rewrites: [], keepsZeros: true });
  });

  it('with a shared memory has a start function that zeroes them once', () => {
    const { late, start } = claimsOf(readGuest('demo/c-shared-memory'));
    expect(linesOf(readGuest('demo/c-shared-memory'))).toEqual([
      'bss 1024-1028',
      'bss 1028-1032', // the flag
      'stack 1040-66576 __stack_pointer ?',
      'heap 66576- ?',
    ]);
    expect(start?.name).toBe('__wasm_init_memory');
    expect(late).toMatchObject({ rewrites: [{ by: 'start', fill: 'zeros', start: 1024, end: 1028 }], once: true });
  });

  it('has names of its segments', () => {
    // kernels.c: a table of 256 bytes, one int, and 272 bytes of zeros, aligned to 16 each.
    const kernels = readFileSync(join(ROOT, 'bench', 'kernels', 'kernels.wasm'));
    expect(linesOf(kernels)).toEqual([
      'data 1024-1280 .rodata',
      'data 1280-1284 .data',
      'bss 1296-1568 .bss',
      'stack 1568-67104 __stack_pointer ?',
      'heap 67104- ?',
    ]);
  });

  it('with wasi-libc tells its malloc by name', () => {
    const { allocators } = claimsOf(readGuest('demo/wasi-reactor'));
    // wasi-libc's malloc calls dlmalloc; nothing in it calls free.
    expect(allocators.map(({ name, by, operands }) => [name, by, operands.size])).toEqual([
      ['malloc', 'name', 0],
      ['dlmalloc', 'name', 0],
    ]);
  });
});

describe('a guest of rustc', () => {
  it('has a stack of 1 MiB first, and exports where data ends and the heap begins', () => {
    expect(linesOf(readGuest('demo/rust'))).toEqual([
      'stack 0-1048576 __stack_pointer ?',
      'data 1048576-1049323 .rodata',
      'bss 1049324-1049804 .bss',
      'heap 1049808- __heap_base',
    ]);
    // With a memory of its own the zeros up to __data_end have no segment.
    expect(linesOf(readGuest('demo/rust-defined-memory'))).toEqual([
      'stack 0-1048576 __stack_pointer ?',
      'data 1048576-1049323 .rodata',
      'bss 1049323-1049804 ?',
      'heap 1049808- __heap_base',
    ]);
  });

  it('names its allocator: what size is, and which block', () => {
    const { allocators, toolchain } = claimsOf(readGuest('demo/rust'));
    const operands = Object.fromEntries(
      allocators.map(({ name, role, operands: o }) => [name, [role, o.block, o.size]]),
    );
    // alloc(size, align), dealloc(block, size, align), realloc(block, old size, align, new size)
    expect(operands).toMatchObject({
      __rust_alloc: ['allocate', null, 0],
      __rust_dealloc: ['free', 0, null],
      __rust_realloc: ['resize', 0, 3],
    });
    expect(toolchain.producers).toContainEqual({
      field: 'processed-by',
      name: 'rustc',
      version: expect.stringMatching(/^1\.63/),
    });
  });
});

describe('a guest of AssemblyScript', () => {
  it.each(['demo/assemblyscript-stub', 'demo/assemblyscript-stub-no-names'])(
    '%s: its start function tells the heap',
    name => {
      // Two objects of 64 bytes from 1036 on; the first block's header is at 1164.
      expect(linesOf(readGuest(name))).toEqual(['data 1036-1164', 'heap 1164- ?']);
      expect(claimsOf(readGuest(name)).allocatorState).toHaveLength(1);
    },
  );

  it('with names has its runtime, and the globals in which it allocates', () => {
    const { toolchain, allocatorState } = claimsOf(readGuest('demo/assemblyscript-stub'));
    expect(toolchain).toEqual({ producers: [], assemblyScript: 'stub' });
    expect(allocatorState).toEqual([{ global: 0, name: '~lib/rt/stub/offset', because: [] }]);
    const minimal = claimsOf(readGuest('demo/assemblyscript-minimal'));
    expect(minimal.allocatorState.map(({ name }) => name)).toEqual(['~lib/rt/tlsf/ROOT']);
    // What tells minimal from incremental was optimised away.
    expect(minimal.toolchain.assemblyScript).toBe('unknown');
  });

  it.each([
    ['demo/assemblyscript-minimal', 'unknown'], // its texts name the allocator alone
    ['demo/assemblyscript-incremental', 'unknown'],
    ['allocators/assemblyscript-minimal', 'minimal'],
  ])('without names %s has the texts of its library, and the root of its heap in a global', (name, runtime) => {
    const named = readGuest(name);
    const { toolchain, allocatorState } = claimsOf(withoutNames(named));
    expect(toolchain.assemblyScript).toBe(runtime);
    const root = claimsOf(named).allocatorState.find(each => each.name === '~lib/rt/tlsf/ROOT');
    expect(allocatorState.map(({ global }) => global)).toEqual([root?.global]);
  });

  it.each([
    ['~lib/rt/tcms.ts', 'minimal'],
    ['~lib/rt/itcms.ts', 'incremental'],
    ['~lib/rt/tcms.tx', null],
  ])('without names has the runtime that its texts name: %s', (text, runtime) => {
    const bytes = [...text].map(each => `${each}\\00`).join('');
    expect(claimsOf(assemble(`(module (memory 1) (data (i32.const 1036) "${bytes}"))`)).toolchain.assemblyScript).toBe(
      runtime,
    );
  });

  it('with a memory of its own has its data cut at zero bytes', () => {
    // The same data as above, of which 1036, 1048 to 1094, 1100 and 1112 to 1148 are kept; the start function knows 1164.
    expect(linesOf(readGuest('demo/assemblyscript-defined-memory'))).toEqual(['data 1036-1149 ?', 'heap 1164- ?']);
    expect(claimsOf(readGuest('demo/assemblyscript-defined-memory')).late.cutAtZeros).toBe(true);
  });
});

describe('other guests', () => {
  it('a side module claims a region from its base on', () => {
    // mem_size 20 and 12 bytes of data, as side-module.wat has them.
    expect(linesOf(readGuest('misbehaving/side-module'))).toEqual([
      'dylink env.__memory_base 0-20',
      'data env.__memory_base 0-12',
      'bss env.__memory_base 12-20',
    ]);
  });

  it('one that was written by hand claims its data alone', () => {
    expect(linesOf(readGuest('demo/minimum-zero'))).toEqual(['data 6560-6564']);
    expect(linesOf(readGuest('demo/wat'))).toEqual([]);
    // A global that starts at 1024 and only grows is no stack pointer.
    expect(claimsOf(readGuest('demo/no-names')).stackPointer).toEqual({ kind: 'none' });
  });

  it('a start function that fills memory claims what it fills', () => {
    // 16 bytes at 4096 with 0xab.
    const { late } = claimsOf(readGuest('misbehaving/no-demo-exports'));
    expect(late.rewrites).toEqual([{ by: 'start', fill: 'bytes', start: 4096, end: 4112, relativeTo: null }]);
  });

  it.each(fixtures.map(({ name }) => name))('%s is read, or refused by the reader alone', name => {
    try {
      claimsOf(readGuest(name));
    } catch (error) {
      expect(error).toBeInstanceOf(WasmFormatError);
    }
  });
});
