// Packages of npm that run WebAssembly, one small program each, with what it prints: known by hand, or from another tool.
import { argon2Sync, createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { ROOT } from '../support/fixtures.ts';

export interface PackageProgram {
  /** The package, with those that it needs beside it. */
  readonly packages: readonly string[];
  /** What made its modules. */
  readonly madeBy: string;
  /** Path from the repository's folder. */
  readonly script: string;
  readonly args: readonly string[];
  /** Modules and instances over the recorded memory. */
  readonly modules: number;
  readonly instances: number;
  /** Lines that it prints, but for the last, which tells its memory. */
  readonly printed: readonly string[];
  readonly status?: number;
}

const PROGRAMS = 'test/unit/real/programs';

const MESSAGE = 'The quick brown fox jumps over the lazy dog';
const TEXT = 'Wasm Shared Memory. '.repeat(40);
const [PASSWORD, SALT] = ['correct horse', 'battery staple'];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Ed25519 with a key of zeros: what stands before the key is its form (RFC 8410). */
const KEY = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32)]),
  format: 'der',
  type: 'pkcs8',
});
const PUBLIC_KEY = createPublicKey(KEY).export({ format: 'der', type: 'spki' }).subarray(-32);

/** The version of a package that the project has. */
export function versionOf(name: string): string {
  const file = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  const { version }: { readonly version: string } = JSON.parse(file);
  return version;
}

const ONE = { modules: 1, instances: 1, args: [] } as const;

export const PACKAGE_PROGRAMS: readonly PackageProgram[] = [
  {
    ...ONE,
    packages: ['sql.js'],
    madeBy: 'emscripten, C; grows past its first memory',
    script: `${PROGRAMS}/growing.cjs`,
    // 4 MiB of x; the same and a y. Joined: a comma behind the first, the y at the end.
    printed: [`[[${2 ** 22},0],[${2 ** 22 + 1},${2 ** 22 + 1}]]`, `${2 ** 23 + 2} ${2 ** 22} ${2 ** 23 + 1}`],
  },
  {
    ...ONE,
    packages: ['quickjs-emscripten'],
    madeBy: 'emscripten, C; calls back',
    script: `${PROGRAMS}/quickjs.cjs`,
    args: ['100'],
    // 100 · 101 · 201 / 6; the 7 that our function gives and the sorted numbers are a text.
    printed: ['squares: 338350', '710,20,30', "cannot read property 'nothing' of null"],
  },
  {
    packages: ['web-tree-sitter', 'tree-sitter-json', 'tree-sitter-html'],
    madeBy: 'emscripten, C; two side modules',
    script: `${PROGRAMS}/treeSitter.cjs`,
    args: [],
    modules: 3,
    instances: 3,
    printed: [
      '(document (object (pair key: (string (string_content)) value: (array (number) (true)))))',
      '(document (element (start_tag (tag_name) (attribute (attribute_name) (attribute_value))) (text) (element (start_tag (tag_name)) (text)) (end_tag (tag_name))))',
    ],
  },
  {
    ...ONE,
    packages: ['@resvg/resvg-wasm'],
    madeBy: 'wasm-bindgen, Rust',
    script: `${PROGRAMS}/resvg.cjs`,
    // Two rows of four pixels: red red nothing nothing; red red green green.
    printed: ['4 2', 'ff0000ffff0000ff0000000000000000ff0000ffff0000ff00ff00ff00ff00ff', 'PNG 4 2'],
  },
  {
    ...ONE,
    packages: ['source-map'],
    madeBy: 'Rust, without glue of a tool',
    script: `${PROGRAMS}/sourceMap.cjs`,
    // AAAA,IAAQ;EAER is [0,0,0,0],[4,0,0,8];[2,0,2,-8]: each but the column is told against the one before.
    printed: ['1:0 is 1:0', '1:4 is 1:8', '2:2 is 3:0', '8'],
  },
  {
    ...ONE,
    packages: ['@chainsafe/as-sha256'],
    madeBy: 'AssemblyScript, SIMD',
    script: `${PROGRAMS}/asSha256.mjs`,
    args: [MESSAGE],
    printed: [sha256(MESSAGE)],
  },
  {
    ...ONE,
    packages: ['esbuild-wasm'],
    madeBy: 'Go',
    script: `${PROGRAMS}/esbuild.cjs`,
    args: ['--version'],
    printed: [versionOf('esbuild-wasm')],
  },
  {
    ...ONE,
    packages: ['yoga-wasm-web'],
    madeBy: 'emscripten, C++ with Embind',
    script: `${PROGRAMS}/yoga.mjs`,
    // 330 less 2 · 15 is 300, of which the first has a third.
    printed: ['15 100 50', '115 200 50', 'measured 10 20'],
  },
  {
    ...ONE,
    packages: ['draco3d'],
    madeBy: 'emscripten, C++ with WebIDL; two memories',
    script: `${PROGRAMS}/draco.cjs`,
    printed: ['DRACO', 'true 1 3'],
  },
  {
    ...ONE,
    packages: ['argon2-browser'],
    madeBy: 'emscripten, C; fills a MiB',
    script: `${PROGRAMS}/argon2.cjs`,
    args: [PASSWORD, SALT],
    printed: [
      argon2Sync('argon2id', {
        message: PASSWORD,
        nonce: SALT,
        parallelism: 1,
        tagLength: 32,
        memory: 1024,
        passes: 1,
      }).toString('hex'),
    ],
  },
  {
    ...ONE,
    packages: ['libsodium-wrappers'],
    madeBy: 'emscripten, C',
    script: `${PROGRAMS}/sodium.cjs`,
    args: [MESSAGE],
    printed: [
      PUBLIC_KEY.toString('hex'),
      sign(null, Buffer.from(MESSAGE), KEY).toString('hex'),
      createHash('blake2b512').update(MESSAGE).digest('hex'),
    ],
  },
  {
    ...ONE,
    packages: ['xxhash-wasm'],
    madeBy: 'the text format, by hand',
    script: `${PROGRAMS}/xxhash.mjs`,
    args: ['abc'],
    // As xxhsum of the library in C has them.
    printed: ['32d153ff 44bc2cf5ad770999', '44bc2cf5ad770999'],
  },
  {
    ...ONE,
    packages: ['@bokuweb/zstd-wasm'],
    madeBy: 'emscripten, C',
    script: `${PROGRAMS}/zstd.cjs`,
    args: [zstdCompressSync(TEXT).toString('base64')],
    printed: [TEXT, 'true'],
  },
  {
    ...ONE,
    packages: ['vscode-oniguruma'],
    madeBy: 'emscripten, C',
    script: `${PROGRAMS}/oniguruma.cjs`,
    // In 'a é b=42 xx' the second pattern and its two groups; then the first.
    printed: ['1 4-8 4-5 6-8', '0 9-11'],
  },
  {
    ...ONE,
    packages: ['wabt'],
    madeBy: 'emscripten, C++',
    script: `${PROGRAMS}/wabt.cjs`,
    args: ['(module (memory 1))'],
    // Magic, version; the memory section (5) of 3 bytes: one memory without a maximum, of one page.
    printed: ['0061736d010000000503010001', JSON.stringify('(module\n  (memory (;0;) 1))\n'), 'true'],
  },
  {
    ...ONE,
    packages: ['binaryen'],
    madeBy: 'emscripten, C++',
    script: `${PROGRAMS}/binaryen.mjs`,
    // Type 0 is [] -> [i32]; function 0 has it; it is exported as sum; its body is i32.const 42 (41 2a), end (0b).
    printed: ['0061736d010000000105016000017f030201000707010373756d00000a06010400412a0b', '42'],
  },
];
