// Thread-locals of a module for threads. Its start function puts those of the first thread behind `__tls_base`; of a late instance that
// global stays 0, so that they lie at address 0 and up.
import type { Claim, ModuleClaims } from '../../protocol/claims.ts';
import { readNames } from '../names.ts';
import { rangeAt } from './places.ts';
import type { Reading } from './reading.ts';

const BASE = '__tls_base';
const SIZE = '__tls_size';
const SEGMENT = '.tdata';

/** Index of the global with a name; null where there is none. */
function globalNamed({ module, globals }: Reading, wanted: string): number | null {
  for (const [index, name] of globals.names) if (name === wanted && index < module.globals.length) return index;
  return module.exports.find(({ kind, name }) => kind === 'global' && name === wanted)?.index ?? null;
}

export function threadLocals(reading: Reading): ModuleClaims['threadLocals'] {
  const global = globalNamed(reading, BASE);
  return global === null ? null : { global, bytes: sizeOf(reading, global) };
}

/** In bytes: LLD tells it only where it is asked to export it, but puts their first values into a segment of that size. */
function sizeOf(reading: Reading, global: number): number | null {
  const { module, globals, start } = reading;
  const size = globalNamed(reading, SIZE);
  const told = size === null ? null : globals.values(size);
  if (told !== null) return told;
  for (const [index, name] of readNames(module, 'data'))
    if (name === SEGMENT) return module.dataSegments[index]?.size ?? null;
  const base = start?.globals.get(global);
  const written = start?.writes.find(
    ({ place }) => place.offset === base?.offset && place.relativeTo === base.relativeTo,
  );
  return written?.bytes ?? null;
}

export function threadLocalClaims(reading: Reading): Claim[] {
  const locals = threadLocals(reading);
  const base = locals && reading.start?.globals.get(locals.global);
  return base && locals.bytes ? [{ kind: 'tls', ...rangeAt(base, locals.bytes), name: BASE, because: [] }] : [];
}
