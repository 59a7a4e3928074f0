// Templates: what the user says that memory holds at an address. Structs with fields at offsets, arrays, pointers, texts.
import { NUMBERS, type NumberType } from './values.ts';

export type TemplateType =
  | { readonly kind: 'number'; readonly type: NumberType }
  /** One byte of a text in UTF-8. */
  | { readonly kind: 'char' }
  /** `target` is null where it points to no type that is known (`void`). */
  | { readonly kind: 'pointer'; readonly bits: 32 | 64; readonly target: TemplateType | null }
  | { readonly kind: 'array'; readonly element: TemplateType; readonly count: number }
  | { readonly kind: 'struct'; readonly name: string };

export interface TemplateField {
  readonly name: string;
  readonly type: TemplateType;
  /** Bytes from the beginning of the struct. */
  readonly offset: number;
  readonly littleEndian: boolean;
}

export interface TemplateStruct {
  readonly name: string;
  readonly fields: readonly TemplateField[];
  /** In bytes, with what alignment leaves free at its end. */
  readonly size: number;
  /** Addresses of it are multiples of this, in bytes. */
  readonly align: number;
}

/** A value that the file itself puts at an address. */
export interface PlacedTemplate {
  readonly name: string;
  readonly type: TemplateType;
  readonly address: number;
  readonly littleEndian: boolean;
}

export interface Templates {
  readonly structs: ReadonlyMap<string, TemplateStruct>;
  readonly placed: readonly PlacedTemplate[];
}

export const NO_TEMPLATES: Templates = { structs: new Map(), placed: [] };

/** What is wrong with a text of templates, and where: both count from 1. */
export interface TemplateError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** In bytes. A struct must be one of those given. */
export function sizeOf(type: TemplateType, structs: Templates['structs']): number {
  switch (type.kind) {
    case 'number':
      return NUMBERS[type.type].size;
    case 'char':
      return 1;
    case 'pointer':
      return type.bits / 8;
    case 'array':
      return type.count * sizeOf(type.element, structs);
    case 'struct':
      return structs.get(type.name)?.size ?? 0;
  }
}

/** As C aligns it in WebAssembly: a number by its size, a struct by its fields. */
export function alignOf(type: TemplateType, structs: Templates['structs']): number {
  if (type.kind === 'array') return alignOf(type.element, structs);
  if (type.kind === 'struct') return structs.get(type.name)?.align ?? 1;
  return sizeOf(type, structs);
}

/** As it is written: `Node*`, `u8[16]`, `void*64`. */
export function typeText(type: TemplateType | null): string {
  if (type === null) return 'void';
  switch (type.kind) {
    case 'number':
      return type.type;
    case 'char':
      return 'char';
    case 'pointer':
      return `${typeText(type.target)}*${type.bits === 64 ? '64' : ''}`;
    case 'array': {
      // The first count is that of the outermost array.
      const counts: number[] = [];
      let element: TemplateType = type;
      for (; element.kind === 'array'; element = element.element) counts.push(element.count);
      return `${typeText(element)}${counts.map(count => `[${count}]`).join('')}`;
    }
    case 'struct':
      return type.name;
  }
}
