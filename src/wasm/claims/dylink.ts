// Position-independent modules: a loader gives each instance a region of this size (tool conventions, Dynamic linking).
import type { Claim } from '../../protocol/claims.ts';
import { ByteReader } from '../byteReader.ts';
import { WasmFormatError } from '../errors.ts';
import type { Module } from '../module.ts';
import { placeOf, rangeAt } from './places.ts';
import type { Reading } from './reading.ts';

const MEMORY_INFO = 1;
const MEMORY_BASE = '__memory_base';

/** Bytes of memory that the module asks its loader for; null where it asks for none. Older modules have the bare numbers. */
function memorySize({ bytes, sections }: Module): number | null {
  const section = sections.find(({ name }) => name === 'dylink.0' || name === 'dylink');
  if (!section) return null;
  const reader = new ByteReader(bytes, section.contents, section.end);
  try {
    if (section.name === 'dylink') return reader.u32();
    while (!reader.atEnd) {
      const id = reader.byte();
      const subsection = reader.slice(reader.u32());
      if (id === MEMORY_INFO) return subsection.u32();
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return null;
}

export function dylinkClaims(reading: Reading): Claim[] {
  const { module, globals, start } = reading;
  const bytes = memorySize(module);
  if (bytes === null || bytes === 0) return [];
  const index = globals.imports.findIndex(({ name }) => name === MEMORY_BASE);
  const place = (index >= 0 && placeOf({ global: index, offset: 0 }, module, globals)) || {
    offset: 0,
    relativeTo: `env.${MEMORY_BASE}`,
  };
  const claim = (kind: 'dylink' | 'bss', from: number): Claim => ({
    kind,
    ...rangeAt({ ...place, offset: place.offset + from }, bytes - from),
    name: null,
    because: [],
  });
  const region = claim('dylink', 0);
  // What no segment fills is zero at first: its loader, or its start function, makes it so.
  const filled = reading.segments.placed
    .filter(each => each.place.relativeTo === place.relativeTo)
    .reduce((end, each) => Math.max(end, each.place.offset + each.bytes - place.offset), 0);
  const isTold = start?.writes.some(({ fill }) => fill === 'zeros') ?? false;
  return filled >= bytes || isTold ? [region] : [region, claim('bss', filled)];
}
