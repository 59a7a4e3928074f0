// Compares random modules with and without recording:
//   npm run differential -- [--count 5000] [--from 1] [--keep FILE]
//   npm run differential -- --modules FILE
//     --count    modules to compare; those that V8 does not take, or that can't be compared, do not count
//     --from     seed of the first module
//     --keep     writes the modules to FILE (gzip), as the unit tests and --modules read them
//     --modules  compares the modules of such a file instead of new ones
// Takes wasm-opt from the package `binaryen`, or what WASM_OPT names. Exits with 1 where a module behaves differently.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { USER_FOLDER } from '../../scripts/lib/project.ts';
import { compareRuns } from './compareRuns.ts';
import { pack, randomModule, unpack } from './randomModules.ts';

interface NamedModule {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '5000' },
    from: { type: 'string', default: '1' },
    keep: { type: 'string' },
    modules: { type: 'string' },
  },
});

/** The package exports its library only: the program stands beside it. */
function wasmOpt(): string[] {
  if (process.env.WASM_OPT) return [process.env.WASM_OPT];
  const library = createRequire(import.meta.url).resolve('binaryen');
  return [process.execPath, join(library, '..', 'bin', 'wasm-opt')];
}

function* madeModules(from: number): Generator<NamedModule> {
  const folder = mkdtempSync(join(tmpdir(), 'random-modules-'));
  try {
    const command = wasmOpt();
    for (let seed = from; ; seed++) yield { name: `seed ${seed}`, bytes: randomModule(seed, command, folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function* keptModules(file: string): Generator<NamedModule> {
  let number = 0;
  for (const bytes of unpack(gunzipSync(readFileSync(resolve(USER_FOLDER, file)))))
    yield { name: `module ${number++} of ${file}`, bytes };
}

const kept: Uint8Array[] = [];
const skipped = new Map<string, number>();
const skip = (reason: string): void => void skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
let accesses = 0;
let traps = 0;
let different = 0;
const count = values.modules ? Number.POSITIVE_INFINITY : Number(values.count);
for (const { name, bytes } of values.modules ? keptModules(values.modules) : madeModules(Number(values.from))) {
  if (!WebAssembly.validate(bytes)) {
    skip('not valid for this V8');
    continue;
  }
  const result = compareRuns(bytes);
  if (result.skipped !== null) {
    skip(result.skipped.replace(/[:(].*/s, ''));
    continue;
  }
  kept.push(bytes);
  accesses += result.accesses;
  traps += result.traps;
  for (const difference of result.differences) console.log(`${name}: ${difference}`);
  if (result.differences.length > 0) different++;
  if (kept.length % 100 === 0) console.error(`${kept.length} compared, ${different} different`);
  if (kept.length >= count) break;
}
if (values.keep) writeFileSync(resolve(USER_FOLDER, values.keep), gzipSync(pack(kept), { level: 9 }));
console.log(
  `${kept.length} modules compared, ${different} different; ${accesses} accesses, ${traps} calls that trapped`,
);
for (const [reason, left] of skipped) console.log(`  left out: ${left} (${reason})`);
process.exitCode = different > 0 || kept.length === 0 ? 1 : 0;
