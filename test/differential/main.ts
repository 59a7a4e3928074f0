// Compares random modules with and without recording:
//   node --experimental-transform-types test/differential/main.ts [--count 5000] [--from 1] [--keep FILE]
//     --keep FILE  writes the modules to FILE (gzip), as the unit tests read them
// Takes wasm-opt from the package `binaryen`, or what WASM_OPT names. Exits with 1 where a module behaves differently.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { compareRuns } from './compareRuns.ts';
import { pack, randomModule } from './randomModules.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '5000' },
    from: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});

/** The package exports its library only: the program stands beside it. */
function wasmOpt(): string[] {
  if (process.env.WASM_OPT) return [process.env.WASM_OPT];
  const library = createRequire(import.meta.url).resolve('binaryen');
  return [process.execPath, join(library, '..', 'bin', 'wasm-opt')];
}

const from = Number(values.from);
const to = from + Number(values.count);
const folder = mkdtempSync(join(tmpdir(), 'random-modules-'));
const kept: Uint8Array[] = [];
const skipped = new Map<string, number>();
let compared = 0;
let accesses = 0;
let traps = 0;
let different = 0;
try {
  const command = wasmOpt();
  for (let seed = from; seed < to; seed++) {
    const bytes = randomModule(seed, command, folder);
    if (!WebAssembly.validate(bytes)) {
      skipped.set('not valid for this V8', (skipped.get('not valid for this V8') ?? 0) + 1);
      continue;
    }
    const result = compareRuns(bytes);
    if (result.skipped !== null) {
      const reason = result.skipped.replace(/[:(].*/s, '');
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      continue;
    }
    compared++;
    accesses += result.accesses;
    traps += result.traps;
    kept.push(bytes);
    for (const difference of result.differences) console.log(`seed ${seed}: ${difference}`);
    if (result.differences.length > 0) different++;
    if (compared % 100 === 0) console.error(`${compared} compared, ${different} different`);
  }
  if (values.keep) writeFileSync(values.keep, gzipSync(pack(kept), { level: 9 }));
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${compared} modules compared, ${different} different; ${accesses} accesses, ${traps} calls that trapped`);
for (const [reason, count] of skipped) console.log(`  left out: ${count} (${reason})`);
process.exitCode = different > 0 || compared === 0 ? 1 : 0;
