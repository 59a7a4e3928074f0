import { setFlagsFromString } from 'node:v8';

/** What has V8 compile a module's functions at once, with code that never asks for better code. All are on where nothing is said. */
const FLAGS = ['wasm-dynamic-tiering', 'wasm-tier-up', 'wasm-lazy-compilation'] as const;

/** Who says something of V8's compilers knows what they do. */
const OF_COMPILERS = /wasm[-_](dynamic[-_]tiering|tier|lazy[-_]compilation|jitless|opt)|liftoff|jitless/;

/** Whether {@link inBaselineTier} may set flags: whoever started the process left it to V8 how modules are compiled. */
export function isTierLeftOpen(): boolean {
  return !OF_COMPILERS.test([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '));
}

/**
 * Has V8 compile a module with its baseline compiler (Liftoff), and leave it at that: its functions run slower, but are never given to the
 * optimizing one. V8 reads these flags while it compiles; other modules of the process are compiled as before. Where the process was
 * started with flags of its own for V8's compilers, these hold.
 * @param compile compiles synchronously
 */
export function inBaselineTier<T>(compile: () => T): T {
  if (!isTierLeftOpen()) return compile();
  for (const flag of FLAGS) setFlagsFromString(`--no-${flag}`);
  try {
    return compile();
  } finally {
    for (const flag of FLAGS) setFlagsFromString(`--${flag}`);
  }
}
