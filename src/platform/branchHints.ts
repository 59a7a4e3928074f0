import { setFlagsFromString } from 'node:v8';

/** From this V8 on modules' hints about their branches are read in any case; before, with a flag. */
const READS_THEM = [13, 7] as const;

/** Has V8 read the hints of the modules that are compiled from now on, see `src/wasm/record/branchHints.ts`. */
export function readBranchHints(): void {
  const [major, minor] = process.versions.v8.split('.').map(Number);
  if (major < READS_THEM[0] || (major === READS_THEM[0] && minor < READS_THEM[1]))
    setFlagsFromString('--experimental-wasm-branch-hinting');
}
