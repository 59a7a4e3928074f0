// Globals in which allocators keep their state: AssemblyScript's do, so that each instance allocates as if it were alone.
import type { AllocatorGlobal } from '../../protocol/claims.ts';
import { type Address, address } from '../../protocol/units.ts';
import { ALIGNMENT, type Reading, staticsEnd } from './reading.ts';

/** State of AssemblyScript's allocator and garbage collector. */
const STATE_NAME = /^~lib\/rt\/(stub|tlsf|i?tcms)\//;

/** How far behind the statics AssemblyScript's first block may be, and what is left of its place by 16: of the stub's header, of a root. */
const FIRST_BLOCK = 32;
const FIRST_BLOCK_PLACES = [12, 0];

/** The global that the start function sets to an address right behind the statics, as an allocator does that only ever adds to it. */
export function firstPosition(reading: Reading): { readonly global: number; readonly start: Address } | null {
  const statics = staticsEnd(reading);
  if (statics === 0) return null;
  for (const [global, { offset, relativeTo }] of reading.start?.globals ?? [])
    if (
      relativeTo === null &&
      offset >= statics &&
      offset <= statics + FIRST_BLOCK &&
      FIRST_BLOCK_PLACES.includes(offset % ALIGNMENT)
    )
      return { global, start: address(offset) };
  return null;
}

export function allocatorGlobals(reading: Reading): AllocatorGlobal[] {
  const { module, globals } = reading;
  const named = [...globals.names]
    .filter(([index, name]) => STATE_NAME.test(name) && module.globals[index]?.mutable)
    .map(([global, name]): AllocatorGlobal => ({ global, name, because: [] }));
  const position = firstPosition(reading);
  if (!position || named.some(({ global }) => global === position.global)) return named;
  const { global } = position;
  return [...named, { global, name: globals.names.get(global) ?? null, because: [{ kind: 'set-by-start', global }] }];
}
