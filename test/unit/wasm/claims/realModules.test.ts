// Claims of modules that packages of npm ship. The stack pointer's first value and where segments begin and end are those that
// `wasm-objdump -x` prints; sizes of stacks are the tools' defaults of their time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimsOf, linesOf } from '../../support/claims.ts';
import { ROOT } from '../../support/fixtures.ts';

const KIB64 = 65_536;
const MIB5 = 5 * 2 ** 20;

const read = (path: string): Uint8Array => readFileSync(join(ROOT, 'node_modules', `${path}.wasm`));

describe('a module without names tells its stack pointer by use', () => {
  // Emscripten with a memory of its own: statics from 1024 on (1028 where the first bytes are zeros), zeros, stack, heap.
  it.each([
    ['sql.js/dist/sql-wasm', 1024, 78_627, 5_323_072, MIB5],
    ['sql.js/dist/sql-wasm-debug', 1024, 89_521, 5_334_640, MIB5],
    ['playwright-core/lib/webp_codec', 1024, 41_827, 117_360, KIB64],
    ['yoga-wasm-web/dist/yoga', 1024, 5_881, 73_632, KIB64],
    ['vscode-oniguruma/release/onig', 1024, 306_747, 382_544, KIB64],
    ['@bokuweb/zstd-wasm/dist/common/zstd', 1028, 10_535, 76_704, KIB64],
    ['draco3d/draco_encoder', 1028, 17_623, 83_792, KIB64],
    ['draco3d/draco_decoder', 1028, 15_671, 82_896, KIB64],
  ])('%s: its stack behind its statics', (path, first, end, top, stackBytes) => {
    const low = top - stackBytes;
    const [data, ...rest] = linesOf(read(path));
    expect(data.replace(/ \?$/, '')).toBe(`data ${first}-${end}`);
    expect(rest).toEqual([`bss ${end}-${low} ?`, `stack ${low}-${top} ?`, `heap ${top}- ?`]);
    expect(claimsOf(read(path)).stackPointer).toMatchObject({ global: 0, by: 'use', initial: top });
  });

  // The memory is imported and its zeros are filled by the start function, whose code says where: what is left of the stack's
  // size is 5 MiB, as it was linked.
  it.each([
    ['release-sync', 1024, 87_227, 88_256, 1948, 5_333_088],
    ['debug-asyncify', 1024, 101_679, 102_880, 1864, 5_347_632],
  ])('quickjs-emscripten, %s: its zeros by its start function', (variant, first, end, zeros, bytes, top) => {
    expect(linesOf(read(`@jitl/quickjs-wasmfile-${variant}/dist/emscripten-module`))).toEqual([
      `data ${first}-${end} ?`,
      `bss ${zeros}-${zeros + bytes}`,
      `stack ${top - MIB5}-${top} ?`,
      `heap ${top}- ?`,
    ]);
  });

  it('quickjs-emscripten, debug-sync: its stack first', () => {
    // memory.fill(5378816, 0, 4859920); the heap begins behind it, which is a multiple of 16.
    expect(linesOf(read('@jitl/quickjs-wasmfile-debug-sync/dist/emscripten-module'))).toEqual([
      `stack 0-${MIB5} ?`,
      `data ${MIB5}-5378815`,
      'bss 5378816-10238736',
      'heap 10238736- ?',
    ]);
  });

  it('of Rust, its stack first', () => {
    expect(linesOf(read('source-map/lib/mappings'))).toEqual([
      'stack 0-1048576 ?',
      'data 1048576-1049813',
      'bss 1049813-1050304 ?', // up to __data_end
      'heap 1050304- __heap_base',
    ]);
    // 1506591 and 1771998, up to a multiple of 16.
    expect(linesOf(read('@resvg/resvg-wasm/index_bg'))).toEqual([
      'stack 0-1048576 ?',
      'data 1048576-1506591 ?',
      'heap 1506592- ?',
    ]);
    expect(linesOf(read('brotli-wasm/pkg.node/brotli_wasm_bg'))).toEqual([
      'stack 0-1048576 ?',
      'data 1048577-1771998 ?',
      'heap 1772000- ?',
    ]);
  });
});

it('Go has one range of statics, out of 98,450 segments, and no stack of its own', () => {
  const claims = claimsOf(read('esbuild-wasm/esbuild'));
  expect(linesOf(read('esbuild-wasm/esbuild'))).toEqual(['data 84931-5039161 ?', 'heap 5039161- ?']);
  expect(claims.claims[0].because).toEqual([{ kind: 'cut-at-zeros', segments: 98_450 }]);
  expect(claims.stackPointer).toEqual({ kind: 'none' });
  expect(claims.toolchain.producers[0]).toMatchObject({ field: 'language', name: 'Go' });
});

it('AssemblyScript without names tells its heap by its start function', () => {
  // `i32.const 2016, global.set 24`: the root of its allocator, at the first multiple of 16 behind the statics.
  expect(linesOf(read('@chainsafe/as-sha256/build/optimized'))).toEqual(['data 1036-1997 ?', 'heap 2016- ?']);
});

describe('a position-independent module', () => {
  // mem_size and the segment's size; web-tree-sitter's start function zeroes the rest.
  it.each([
    ['tree-sitter-html/tree-sitter-html', 9428, 9428],
    ['tree-sitter-json/tree-sitter-json', 2928, 2928],
    ['web-tree-sitter/web-tree-sitter', 15_676, 14_880],
  ])('%s claims a region', (path, size, data) => {
    expect(linesOf(read(path))).toEqual([
      `dylink env.__memory_base 0-${size}`,
      `data env.__memory_base 0-${data}`,
      ...(data < size ? [`bss env.__memory_base ${data}-${size}`] : []),
    ]);
  });

  it('imports its stack pointer, and its allocator', () => {
    const { stackPointer, allocators } = claimsOf(read('tree-sitter-html/tree-sitter-html'));
    expect(stackPointer).toMatchObject({ by: 'import', name: 'env.__stack_pointer', initial: null });
    expect(allocators.map(({ name, by }) => `${name} ${by}`).sort()).toEqual([
      'calloc import',
      'free import',
      'malloc import',
      'realloc import',
    ]);
  });
});

it('exported allocators are found', () => {
  const names = (path: string): string[] => claimsOf(read(path)).allocators.map(({ role, name }) => `${role} ${name}`);
  expect(names('vscode-oniguruma/release/onig')).toEqual(['allocate malloc', 'free free', 'resize realloc']);
  expect(names('brotli-wasm/pkg.node/brotli_wasm_bg').toSorted()).toEqual([
    'allocate __wbindgen_malloc',
    'free __wbindgen_free',
    'resize __wbindgen_realloc',
  ]);
  // Emscripten renames exports where it minifies.
  expect(names('sql.js/dist/sql-wasm')).toEqual([]);
});
