// Data segments: where they go, and which of them belong together. A tool that packs data cuts segments at zero bytes, so a segment is
// no variable: in packages of npm up to 98,450 pieces are the statics of one module.
import type { Because, Claim } from '../../protocol/claims.ts';
import type { DataSegment } from '../dataSegment.ts';
import type { Module } from '../module.ts';
import { readNames } from '../names.ts';
import { type Globals, importName, type Place, rangeAt } from './places.ts';
import type { Reading } from './reading.ts';
import { FLAG_BYTES } from './startFunction.ts';
import { threadLocals } from './threadLocals.ts';

export interface PlacedSegment {
  readonly place: Place;
  readonly bytes: number;
  /** Of the name section, without the number that tells pieces of a segment apart; null where it has none. */
  readonly name: string | null;
  /** Whether it holds the zeros of static variables, which come last, and nothing else. */
  readonly fill: 'bytes' | 'zeros';
}

/** Segments that are told as one. */
export interface SegmentGroup extends PlacedSegment {
  readonly segments: number;
}

export interface Segments {
  /** Active segments of memory 0 whose place is known, those with addresses first, by their place; empty ones are left out. */
  readonly placed: readonly PlacedSegment[];
  /** The same, where those that belong together are one. */
  readonly groups: readonly SegmentGroup[];
  /** Whether they look cut at zero bytes. */
  readonly cutAtZeros: boolean;
}

/** Bytes between two variables, at most, that are there for alignment alone. */
const ALIGNMENT_GAP = 16;
/** Zeros that were left out between two pieces, at most: a few pieces may be apart by themselves, but many are not. */
const CUT_GAP = { few: 64, many: 65_536 } as const;
const MANY_SEGMENTS = 8;

export function readSegments(module: Module, globals: Globals): Segments {
  const names = readNames(module, 'data');
  const placed: PlacedSegment[] = [];
  let cut = true;
  for (const [index, segment] of module.dataSegments.entries()) {
    const { memory, size: bytes } = segment;
    const place = memory === 0 && bytes > 0 ? placeOfSegment(segment, globals) : null;
    if (place === null) continue;
    const contents = segment.bytes;
    if (contents[0] === 0 || contents[bytes - 1] === 0) cut = false;
    // Pieces of a cut segment are numbered: `.rodata`, `.rodata.1` …
    const name = names.get(index)?.replace(/\.\d+$/, '') ?? null;
    placed.push({ place, bytes, name, fill: isZeros(contents) ? 'zeros' : 'bytes' });
  }
  placed.sort((a, b) => compareBases(a.place, b.place) || a.place.offset - b.place.offset);
  // Zeros with data behind them are a variable, or part of one.
  for (let i = placed.length - 2; i >= 0; i--) {
    const [{ place, name, fill }, next] = [placed[i], placed[i + 1]];
    const isLast = next.fill === 'zeros' || next.place.relativeTo !== place.relativeTo;
    if (fill === 'zeros' && !isLast && !isBssName(name)) placed[i] = { ...placed[i], fill: 'bytes' };
  }
  const close = placed.some((each, i) => i > 0 && gapBetween(placed[i - 1], each) <= CUT_GAP.few);
  const cutAtZeros = cut && close;
  return { placed, groups: grouped(placed, cutAtZeros), cutAtZeros };
}

/** What a module's segments put into a range of memory 0, and zeros elsewhere; null where code puts some of them, who knows where. */
export function bytesOfSegments(module: Module, globals: Globals, start: number, length: number): Uint8Array | null {
  if (module.dataSegments.some(({ memory }) => memory === null)) return null;
  const all = new Uint8Array(length);
  for (const segment of module.dataSegments) {
    const place = segment.memory === 0 && segment.size > 0 ? placeOfSegment(segment, globals) : null;
    if (place === null || place.relativeTo !== null) continue;
    const from = Math.max(start, place.offset);
    const end = Math.min(start + length, place.offset + segment.size);
    if (from < end) all.set(segment.bytes.subarray(from - place.offset, end - place.offset), from - start);
  }
  return all;
}

const isZeros = (bytes: Uint8Array): boolean => bytes.every(byte => byte === 0);

/** `.bss`, `.bss.x`, `.tbss`. */
const isBssName = (name: string | null): boolean => name !== null && /^\.t?bss\b/.test(name);

const compareBases = ({ relativeTo: a }: Place, { relativeTo: b }: Place): number =>
  a === b ? 0 : a === null || (b !== null && a < b) ? -1 : 1;

/** Bytes from the end of one to the start of another; infinite where they have not the same base. */
const gapBetween = (before: PlacedSegment, { place }: PlacedSegment): number =>
  before.place.relativeTo === place.relativeTo
    ? place.offset - (before.place.offset + before.bytes)
    : Number.POSITIVE_INFINITY;

function placeOfSegment(segment: DataSegment, { imports, values }: Globals): Place | null {
  const known = segment.addressWith(values);
  if (known !== null) return { offset: known, relativeTo: null };
  const from = segment.addressFromImport(imports.length, values);
  return from && { offset: from.offset, relativeTo: importName(imports[from.global]) };
}

/** Takes together what belongs together: neighbours of one name and kind, across zeros that were cut out. */
function grouped(placed: readonly PlacedSegment[], cutAtZeros: boolean): SegmentGroup[] {
  const cutGap = placed.length < MANY_SEGMENTS ? CUT_GAP.few : CUT_GAP.many;
  const limit = cutAtZeros ? cutGap : ALIGNMENT_GAP;
  const groups: { place: Place; bytes: number; name: string | null; fill: 'bytes' | 'zeros'; segments: number }[] = [];
  for (const next of placed) {
    const last = groups.at(-1);
    if (last && last.name === next.name && last.fill === next.fill && gapBetween(last, next) <= limit) {
      last.bytes = Math.max(last.bytes, next.place.offset + next.bytes - last.place.offset);
      last.segments++;
    } else groups.push({ ...next, segments: 1 });
  }
  return groups;
}

export function dataClaims(reading: Reading): Claim[] {
  const { segments, start } = reading;
  const ofSegments = segments.groups.map(({ place, bytes, name, fill, segments: pieces }): Claim => {
    const because: Because[] = [];
    const isBss = fill === 'zeros';
    if (isBss && !isBssName(name)) because.push({ kind: 'only-zeros' });
    if (segments.cutAtZeros && pieces > 1) because.push({ kind: 'cut-at-zeros', segments: pieces });
    return { kind: isBss ? 'bss' : 'data', ...rangeAt(place, bytes), name, because };
  });
  const told = (kind: 'data' | 'bss', place: Place, bytes: number, name: string | null): Claim => ({
    kind,
    ...rangeAt(place, bytes),
    name,
    because: [],
  });
  const locals = threadLocals(reading);
  const base = locals && start?.globals.get(locals.global);
  const ofStart = (start?.writes ?? [])
    .filter(({ place }) => !(base && place.offset === base.offset && place.relativeTo === base.relativeTo))
    .map(({ place, bytes, fill, name }) => told(fill === 'zeros' ? 'bss' : 'data', place, bytes, name));
  return [...ofSegments, ...ofStart, ...(start?.flag ? [told('bss', start.flag, FLAG_BYTES, null)] : [])];
}
