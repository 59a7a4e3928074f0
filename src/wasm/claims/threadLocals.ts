// Thread-locals of a module for threads. Its start function puts those of the first thread behind `__tls_base`; of a late instance that
// global stays 0, so that they lie at address 0 and up.
import type { Claim, ModuleClaims } from '../../protocol/claims.ts';
import { rangeAt } from './places.ts';
import type { Reading } from './reading.ts';

const BASE = '__tls_base';
const SIZE = '__tls_size';

/** Index of the global with a name; null where there is none. */
function globalNamed({ module, globals }: Reading, wanted: string): number | null {
  for (const [index, name] of globals.names) if (name === wanted && index < module.globals.length) return index;
  return module.exports.find(({ kind, name }) => kind === 'global' && name === wanted)?.index ?? null;
}

export function threadLocals(reading: Reading): ModuleClaims['threadLocals'] {
  const global = globalNamed(reading, BASE);
  if (global === null) return null;
  const size = globalNamed(reading, SIZE);
  return { global, bytes: size === null ? null : reading.globals.values(size) };
}

export function threadLocalClaims(reading: Reading): Claim[] {
  const locals = threadLocals(reading);
  const base = locals && reading.start?.globals.get(locals.global);
  if (!base || !locals.bytes) return [];
  return [{ kind: 'tls', ...rangeAt({ offset: base, relativeTo: null }, locals.bytes), name: BASE, because: [] }];
}
