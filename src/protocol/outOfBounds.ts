// An access outside memory, at which a guest trapped: what it was, where its address was loaded from, who had written it there.
import type { SiteView } from './access.ts';
import type { Owner } from './owner.ts';
import { count, hex } from './text.ts';
import type { Address, Step } from './units.ts';

/** The engine's words for such a trap. */
export const OUT_OF_BOUNDS_MESSAGE = 'memory access out of bounds';

/** A number that may need 64 bits: one that JSON can't hold as a number is a decimal string. */
export type LongNumber = number | string;

export const longNumber = (value: bigint): LongNumber =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();

export interface OutOfBounds {
  /** As the text format writes it: `i32.load`. */
  readonly instruction: string;
  /** Size of the memory then, in bytes. */
  readonly memoryBytes: number;
  /** What it would have accessed; null where the recording does not tell. */
  readonly range: OutsideRange | null;
  readonly pointer: FaultyPointer;
}

/** `memory` of an instruction that names one range; else which one of a bulk instruction's. */
interface MemoryRange<Of extends 'memory' | 'destination' | 'source'> {
  readonly of: Of;
  /** Of the first byte, the static offset counted. */
  readonly address: LongNumber;
  /** Static offset, in bytes. */
  readonly offset: LongNumber;
  /** Bytes. */
  readonly length: number;
}

export type OutsideRange =
  | MemoryRange<'memory'>
  | MemoryRange<'destination'>
  | MemoryRange<'source'>
  /** It lies in memory, but not in the data segment that is read. */
  | {
      readonly of: 'segment';
      readonly segment: number;
      /** Bytes that the segment has in the file. */
      readonly segmentBytes: number;
      /** Of the first byte in the segment. */
      readonly address: LongNumber;
      readonly length: number;
    };

/** Where the address operand came from. */
export type FaultyPointer =
  | {
      readonly kind: 'loaded';
      /** It was loaded from there. */
      readonly address: Address;
      /** Bytes loaded. */
      readonly length: number;
      /** What was loaded, unsigned. */
      readonly value: LongNumber;
      /** The moment at which it was loaded. */
      readonly step: Step;
      /** Who had written these bytes, in their order. */
      readonly writers: readonly PointerWriter[];
    }
  /** It stands in the code. */
  | { readonly kind: 'constant' }
  /** Level `all` tells it. */
  | { readonly kind: 'not-recorded' }
  /** It is a parameter, a result, or was computed. */
  | { readonly kind: 'unknown' };

interface PointerBytes {
  readonly address: Address;
  readonly length: number;
}

export type PointerWriter = PointerBytes &
  (
    | {
        readonly kind: 'write';
        readonly step: Step;
        /** {@link CallRecord.index}; null for a write between calls. */
        readonly call: number | null;
        readonly owner: Owner;
        /** `#2`, `host, in import env.read`. */
        readonly by: string;
        /** Null where no instruction is known. */
        readonly site: SiteView | null;
      }
    /** They had been so since step 0: `never` where they are zero and no data segment put that there. */
    | { readonly kind: 'initial' }
    | { readonly kind: 'never' }
    /** The write was dropped. */
    | { readonly kind: 'dropped' }
  );

/** A piece of a sentence. What it names may be gone to: a byte, or a write to it. */
export interface SentencePart {
  readonly text: string;
  readonly link?: { readonly kind: 'byte' | 'step'; readonly step: Step; readonly address: Address };
}

/**
 * The sentences that tell of it: one or two, each in its pieces.
 * @param atLevelAll how the user has loads recorded, where that would tell more: `--record all`
 */
export function outOfBoundsSentences(fault: OutOfBounds, atLevelAll: string): SentencePart[][] {
  const pointer = pointerSentence(fault, atLevelAll);
  return pointer ? [[{ text: accessSentence(fault) }], pointer] : [[{ text: accessSentence(fault) }]];
}

/** `i32.load of 4 bytes at 0x10000000b (0xffffffff + 12), memory has 0x10000 bytes` */
function accessSentence({ instruction, memoryBytes, range }: OutOfBounds): string {
  const memory = `memory has ${hex(memoryBytes)} bytes`;
  if (range === null) return `${instruction} outside memory, ${memory}`;
  const what = `${instruction} of ${count(range.length, 'byte')}`;
  const place = hex(BigInt(range.address));
  switch (range.of) {
    case 'memory': {
      const offset = BigInt(range.offset);
      const added = offset < 0x1000n ? offset : hex(offset);
      const sum = offset === 0n ? '' : ` (${hex(BigInt(range.address) - offset)} + ${added})`;
      return `${what} at ${place}${sum}, ${memory}`;
    }
    case 'destination':
      return `${what} to ${place}, ${memory}`;
    case 'source':
      return `${what} from ${place}, ${memory}`;
    case 'segment': {
      const { segment, segmentBytes, address, length } = range;
      const isDropped = Number(address) + length <= segmentBytes;
      return `${what} from ${place} of data segment ${segment}, which ${isDropped ? 'was dropped' : `has ${hex(segmentBytes)} bytes`}`;
    }
  }
}

function pointerSentence({ range, pointer }: OutOfBounds, atLevelAll: string): SentencePart[] | null {
  switch (pointer.kind) {
    case 'constant':
      return [{ text: 'its address stands in the code' }];
    case 'not-recorded':
      return [{ text: `${atLevelAll} tells ${range ? '' : 'at which address, and '}where the pointer came from` }];
    case 'unknown':
      if (range === null) return [{ text: 'its address is not known' }];
      if (range.of === 'segment') return null;
      return [{ text: 'where the pointer came from is not known: a parameter, a result, or computed' }];
    case 'loaded':
      return loadedSentence(pointer, range);
  }
}

/** `the pointer was loaded from 0x80, where #0 in smash (memory.fill), step 2, call 3, wrote it` */
function loadedSentence(
  { address, length, value, step, writers }: FaultyPointer & { kind: 'loaded' },
  range: OutsideRange | null,
): SentencePart[] {
  const operand = range && range.of !== 'segment' ? BigInt(range.address) - BigInt(range.offset) : null;
  const itself = operand === BigInt(value) ? '' : ` ${hex(BigInt(value))}`;
  const parts: SentencePart[] = [
    { text: `the pointer${itself} was loaded from ` },
    { text: hex(address), link: { kind: 'byte', step, address } },
    { text: ', where ' },
  ];
  writers.forEach((writer, index) => {
    if (index > 0) parts.push({ text: '; ' });
    const { address: from, length: bytes } = writer;
    const end = bytes === 1 ? '' : ` to ${hex(from + bytes - 1)}`;
    parts.push(...writerParts(writer, bytes === length ? 'it' : `${hex(from)}${end}`));
  });
  return parts;
}

function writerParts(writer: PointerWriter, what: string): SentencePart[] {
  switch (writer.kind) {
    case 'initial':
      return [{ text: `${what} is initial data` }];
    case 'never':
      return [{ text: `nobody had written ${what === 'it' ? 'anything' : what}` }];
    case 'dropped':
      return [{ text: `who wrote ${what} is no longer recorded` }];
    case 'write': {
      const { owner, by, site, step, call } = writer;
      const moment: SentencePart = { text: `step ${step}`, link: { kind: 'step', step, address: writer.address } };
      const during = call === null ? '' : `, call ${call}`;
      if (owner.kind === 'unrecorded')
        return [{ text: `${what} changed at ` }, moment, { text: `${during}, and no record says by what` }];
      const where = site ? ` in ${site.function} (${site.instruction})` : '';
      return [{ text: `${by}${where}, ` }, moment, { text: `${during}, wrote ${what}` }];
    }
  }
}
