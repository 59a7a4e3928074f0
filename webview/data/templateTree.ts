// The rows of the tree that shows memory by templates: those that the user opened, with the bytes that they have at the shown step.
import { type PlacedTemplate, sizeOf, type Templates, type TemplateType } from '../../src/protocol/templates.ts';
import type { PageIndex } from '../../src/protocol/units.ts';
import { type MemoryAtStep, NOT_LOADED, pagesOf } from './memoryAtStep.ts';

/** Bytes of a row that its value is made of: a text, or the first elements of an array. */
export const VALUE_BYTES = 64;

/** Of a larger value only so many bytes are looked at for changes: all of an array of megabytes is never loaded for a mark. */
const MARKED_BYTES = 4096;

/** Children of one row; a longer array has its elements in parts. */
const MOST_CHILDREN = 100;

/** Rows at the most, and pages that they need: what is opened beyond that is left out. All pages have room in the panel's cache. */
const MOST_ROWS = 2000;
const MOST_PAGES = 256;

export interface TemplateRow {
  /** Identity of the row, whatever memory holds. */
  readonly path: string;
  readonly parent: string | null;
  /** 1 for what lies in no other row. */
  readonly level: number;
  /** Its place among the rows of its parent, from 1, and how many these are. */
  readonly position: number;
  readonly siblings: number;
  readonly name: string;
  readonly type: TemplateType;
  readonly littleEndian: boolean;
  readonly start: number;
  /** In bytes. */
  readonly size: number;
  /** The first {@link VALUE_BYTES} of its bytes; null while they are not loaded, or where memory ends before. */
  readonly bytes: Uint8Array | null;
  /** Memory has all of its bytes. */
  readonly isInside: boolean;
  readonly isChanged: boolean;
  /** Whether the rows below it are shown; null where it has none. */
  readonly isOpen: boolean | null;
  /** Where a pointer leads, and null for any other row. */
  readonly target: PointerTarget | null;
  /** Its place among the roots that the user added; null for others. */
  readonly root: number | null;
  /** Index of its first element where it is a part of an array, else 0. */
  readonly first: number;
}

export interface PointerTarget {
  readonly address: bigint;
  /** `known`: a value of the pointer's type is there; `untyped`: memory has that byte, and no type is known. */
  readonly kind: 'null' | 'outside' | 'untyped' | 'known';
  /** A row above this one is at the same address, with the same type. */
  readonly isCycle: boolean;
}

/** What the user put at an address. */
export interface TemplateRoot {
  readonly name: string;
  readonly type: TemplateType;
  readonly address: number;
  readonly littleEndian: boolean;
  readonly root: number | null;
}

export const placedRoot = (placed: PlacedTemplate): TemplateRoot => ({ ...placed, root: null });

export interface TemplateTree {
  readonly rows: readonly TemplateRow[];
  /** More is open than is shown. */
  readonly isCut: boolean;
  /** Pages that the rows need. */
  readonly pages: readonly PageIndex[];
}

export const EMPTY_TREE: TemplateTree = { rows: [], isCut: false, pages: [] };

/** A value that may become a row. */
interface Item {
  readonly key: string;
  readonly name: string;
  readonly type: TemplateType;
  readonly start: number;
  readonly littleEndian: boolean;
  readonly root?: number | null;
  readonly first?: number;
}

export function templateTree(
  roots: readonly TemplateRoot[],
  structs: Templates['structs'],
  opened: ReadonlySet<string>,
  memory: MemoryAtStep,
): TemplateTree {
  const rows: TemplateRow[] = [];
  const pages = new Set<PageIndex>();
  let isCut = false;
  const add = (items: readonly Item[], parent: TemplateRow | null, above: ReadonlySet<string>): void => {
    for (const [index, item] of items.entries()) {
      if (rows.length >= MOST_ROWS || pages.size >= MOST_PAGES) {
        isCut = true;
        return;
      }
      const row = rowOf(
        item,
        { parent, above, position: index + 1, siblings: items.length },
        { structs, opened, memory },
      );
      rows.push(row);
      for (const page of pagesOf(row.start, Math.min(row.start + Math.min(row.size, MARKED_BYTES), memory.size)))
        pages.add(page);
      if (row.isOpen) add(childrenOf(row, structs), row, new Set([...above, placeOf(row)]));
    }
  };
  const times = new Map<string, number>();
  const items = roots.map(({ name, type, address, littleEndian, root }) => {
    const place = `${name}@${address}`;
    const before = times.get(place) ?? 0;
    times.set(place, before + 1);
    // The file may name two values of one address alike: each is a row of its own.
    const key = before === 0 ? place : `${place}#${before}`;
    return { key, name, type, start: address, littleEndian, root };
  });
  add(items, null, new Set());
  return { rows, isCut, pages: [...pages] };
}

const placeOf = ({ start, type }: Pick<TemplateRow, 'start' | 'type'>): string => `${start}:${JSON.stringify(type)}`;

function rowOf(
  { key, name, type, start, littleEndian, root = null, first = 0 }: Item,
  {
    parent,
    above,
    position,
    siblings,
  }: { parent: TemplateRow | null; above: ReadonlySet<string>; position: number; siblings: number },
  { structs, opened, memory }: { structs: Templates['structs']; opened: ReadonlySet<string>; memory: MemoryAtStep },
): TemplateRow {
  const path = parent ? `${parent.path}/${key}` : key;
  const size = sizeOf(type, structs);
  const isInside = start + size <= memory.size;
  const { values } = memory.read(start, Math.min(size, VALUE_BYTES));
  const bytes = isInside && !values.includes(NOT_LOADED) ? Uint8Array.from(values) : null;
  const target = type.kind === 'pointer' ? targetOf(type, bytes, littleEndian, { structs, memory, above }) : null;
  const hasChildren = isInside && (target ? target.kind === 'known' : hasParts(type));
  return {
    path,
    parent: parent?.path ?? null,
    level: (parent?.level ?? 0) + 1,
    position,
    siblings,
    name,
    type,
    littleEndian,
    start,
    size,
    bytes,
    isInside,
    isChanged: memory.read(start, Math.min(size, MARKED_BYTES)).changed.includes(1),
    isOpen: hasChildren ? opened.has(path) : null,
    target,
    root,
    first,
  };
}

/** An array of characters is a text, which is a value. */
const hasParts = (type: TemplateType): boolean =>
  type.kind === 'struct' || (type.kind === 'array' && type.element.kind !== 'char');

function targetOf(
  type: Extract<TemplateType, { kind: 'pointer' }>,
  bytes: Uint8Array | null,
  littleEndian: boolean,
  { structs, memory, above }: { structs: Templates['structs']; memory: MemoryAtStep; above: ReadonlySet<string> },
): PointerTarget | null {
  if (!bytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const address = type.bits === 64 ? view.getBigUint64(0, littleEndian) : BigInt(view.getUint32(0, littleEndian));
  const needed = type.target ? sizeOf(type.target, structs) : 1;
  const isCycle = type.target !== null && above.has(placeOf({ start: Number(address), type: type.target }));
  if (address === 0n) return { address, kind: 'null', isCycle: false };
  if (address + BigInt(needed) > BigInt(memory.size)) return { address, kind: 'outside', isCycle: false };
  return { address, kind: type.target ? 'known' : 'untyped', isCycle };
}

function childrenOf(row: TemplateRow, structs: Templates['structs']): Item[] {
  const { type, start, littleEndian } = row;
  switch (type.kind) {
    case 'struct':
      return (structs.get(type.name)?.fields ?? []).map(field => ({
        key: field.name,
        name: field.name,
        type: field.type,
        start: start + field.offset,
        littleEndian: field.littleEndian,
      }));
    case 'array':
      return elementsOf(row, type, structs);
    case 'pointer':
      if (!type.target || !row.target) return [];
      return [{ key: '*', name: `*${row.name}`, type: type.target, start: Number(row.target.address), littleEndian }];
    default:
      return [];
  }
}

/** The elements of an array, or where these are many, parts of it. A part's name is that of its elements: `[100 … 199]`. */
function elementsOf(
  { start, littleEndian, first }: TemplateRow,
  { element, count }: Extract<TemplateType, { kind: 'array' }>,
  structs: Templates['structs'],
): Item[] {
  const size = sizeOf(element, structs);
  let part = 1;
  while (count > part * MOST_CHILDREN) part *= MOST_CHILDREN;
  return Array.from({ length: Math.ceil(count / part) }, (_, index) => {
    const from = index * part;
    const length = Math.min(part, count - from);
    const label = part === 1 ? `[${first + from}]` : `[${first + from} … ${first + from + length - 1}]`;
    const type: TemplateType = part === 1 ? element : { kind: 'array', element, count: length };
    return {
      key: label,
      name: label,
      type,
      start: start + from * size,
      littleEndian,
      first: part === 1 ? 0 : first + from,
    };
  });
}
