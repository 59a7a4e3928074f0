// Random valid modules: binaryen's fuzzer makes one of any bytes.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Listed one by one: with all features binaryen makes modules that V8 does not accept. */
const COMMON = [
  'mutable-globals',
  'sign-ext',
  'nontrapping-float-to-int',
  'bulk-memory',
  'reference-types',
  'multivalue',
  'simd',
  'threads',
  'tail-call',
  'exception-handling',
];
const FEATURES = [
  // Without GC more of the code is about memory.
  COMMON,
  [...COMMON, 'bulk-memory-opt', 'relaxed-simd', 'gc', 'extended-const', 'multimemory'],
];

/** Bytes that the fuzzer makes a module of; more make it larger. */
const INPUT_BYTES = [1500, 2500, 4000, 6000];

/** The same bytes for the same seed (xorshift). */
function randomBytes(seed: number, length: number): Uint8Array {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 11;
  });
}

/**
 * Makes the module of a seed.
 * @param command what runs `wasm-opt`, with its first arguments
 * @param folder where files may be written
 * @throws Error with what `wasm-opt` said
 */
export function randomModule(seed: number, command: readonly string[], folder: string): Uint8Array<ArrayBuffer> {
  const input = join(folder, 'input');
  const output = join(folder, 'output.wasm');
  writeFileSync(input, randomBytes(seed, INPUT_BYTES[seed % INPUT_BYTES.length]));
  const features = FEATURES[Math.floor(seed / INPUT_BYTES.length) % FEATURES.length];
  const [program, ...first] = command;
  // Without --denan, NaN payloads differ from one tier of V8 to the next.
  const args = [...first, input, '--translate-to-fuzz', ...features.map(name => `--enable-${name}`), '--denan'];
  const { status, stderr, error } = spawnSync(program, [...args, '-o', output], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`wasm-opt made no module of seed ${seed}: ${error?.message ?? stderr}`);
  return new Uint8Array(readFileSync(output));
}

/** Many modules in one: the length of each (u32, little endian) before its bytes. */
export function pack(modules: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    modules.flatMap(module => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(module.length);
      return [length, module];
    }),
  );
}

export function unpack(packed: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const modules: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < packed.length; ) {
    const length = view.getUint32(at, true);
    modules.push(new Uint8Array(packed.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return modules;
}
