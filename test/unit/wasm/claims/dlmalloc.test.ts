// dlmalloc in modules without names. What its functions are: by the names that `wasm-objdump` prints of a module that has them, and of packages
// by what the JavaScript beside the module calls its exports.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDlmalloc } from '../../../../src/wasm/claims/dlmalloc.ts';
import { readClaims } from '../../../../src/wasm/claims/readClaims.ts';
import { readModule } from '../../../../src/wasm/module.ts';
import { ROOT, readGuest } from '../../support/fixtures.ts';
import { assemble, objdump, text } from '../../support/wabt.ts';

const LIBC = readGuest('allocators/libc');

/** The module in the text format, with more fields, and without names. */
const withFields = (fields: string): Uint8Array<ArrayBuffer> =>
  assemble(text(LIBC).replace(/\)\s*$/, `${fields})`), { names: false });

const foundIn = (bytes: Uint8Array): Record<string, number> | null => {
  const found = findDlmalloc(readModule(bytes));
  return found && Object.fromEntries(found.functions.map(({ name, function: index }) => [name, index]));
};

/** Function index by name, as another tool has them. */
const named = new Map(
  Array.from(objdump(LIBC, '-x').matchAll(/^ - func\[(\d+)\] sig=\d+ <(\w+)>/gm), ([, index, name]) => [
    name,
    Number(index),
  ]),
);
const indexOf = (name: string): number => named.get(name) ?? Number.NaN;

describe("wasi-libc's, as clang 14 links it", () => {
  it('is found with all that belongs to it', () => {
    const bytes = withFields('');
    expect(foundIn(bytes)).toEqual({
      malloc: indexOf('dlmalloc'),
      free: indexOf('dlfree'),
      realloc: indexOf('realloc'),
      memalign: indexOf('internal_memalign'),
    });
    const code = ['dlmalloc', 'dlfree', 'realloc', 'internal_memalign', 'dispose_chunk'].map(indexOf);
    const { allocators, allocatorCode } = readClaims(readModule(bytes));
    expect(new Set(allocatorCode)).toEqual(new Set(code));
    expect(allocators.map(({ name, by, role, operands }) => [name, by, role, operands.size, operands.block])).toEqual([
      ['malloc', 'code', 'allocate', 0, null],
      ['free', 'code', 'free', null, 0],
      ['realloc', 'code', 'resize', 1, 0],
      ['memalign', 'code', 'allocate', 1, null],
    ]);
  });

  it('is known by its names where it has them', () => {
    const { allocators, allocatorCode } = readClaims(readModule(LIBC));
    expect(allocatorCode).toEqual([]);
    expect(new Set(allocators.map(({ by }) => by))).toEqual(new Set(['name']));
  });

  it.each([
    ['other code gives chunks back', '(func (param i32) (call $dispose_chunk (local.get 0) (i32.const 16)))'],
    ['a part of it is exported', '(export "dispose" (func $dispose_chunk))'],
    ['other code reads its state', `(func (result i32) (i32.load (i32.const 1024)))`],
    [
      'the program may ask how many bytes a block has',
      `(func (export "usable") (param i32) (result i32)
        (i32.sub (i32.and (i32.load (i32.sub (local.get 0) (i32.const 4))) (i32.const -8)) (i32.const 4)))`,
    ],
    ['there are two of them', `(func (export "again") (param i32) (result i32) ${bodyOf('dlmalloc')})`],
  ])('is not where %s', (_, fields) => expect(foundIn(withFields(fields))).toBeNull());
});

/** Its instructions and locals in the text format. */
function bodyOf(name: string): string {
  const all = text(LIBC);
  const start = all.indexOf(`(func $${name} `);
  const end = all.indexOf('\n  (func ', start + 1);
  const [, body] =
    /^\(func \S+ \(type \S+\) \(param i32\) \(result i32\)([\s\S]*)\)\s*$/.exec(all.slice(start, end)) ?? [];
  if (body === undefined) throw new Error(`${name} is not there`);
  return body;
}

describe('of packages', () => {
  const file = (path: string): Uint8Array => new Uint8Array(readFileSync(join(ROOT, 'node_modules', path)));

  // `_malloc=function(){return(_malloc=Module["_malloc"]=Module["asm"]["f"]…`, and so on.
  it.each([
    ['argon2-browser/dist/argon2.wasm', 'f', 'g'],
    ['draco3d/draco_decoder.wasm', 'k', 'i'],
    ['@bokuweb/zstd-wasm/dist/common/zstd.wasm', 's', 't'],
    ['@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm', 'v', 'M'],
    ['vscode-oniguruma/release/onig.wasm', 'malloc', 'free'],
    ['sql.js/dist/sql-wasm-debug.wasm', 'malloc', 'free'],
  ])('%s exports it as %s and %s', (path, malloc, free) => {
    const module = readModule(file(path));
    const exported = new Map(module.exports.map(({ name, index }) => [name, index]));
    expect(foundIn(file(path))).toMatchObject({ malloc: exported.get(malloc), free: exported.get(free) });
  });

  it.each([
    ['sql.js/dist/sql-wasm.wasm', 'realloc is a part of a function of the program'],
    ['as-sha256', 'it has none', '@chainsafe/as-sha256/build/optimized.wasm'],
    ['resvg', 'it has the allocator of Rust', '@resvg/resvg-wasm/index_bg.wasm'],
  ])('%s: not, since %s', (path, _, at = path) => expect(foundIn(file(at))).toBeNull());
});
