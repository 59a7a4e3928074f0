// What the text of a function needs of its module: types, indices of types, names.
import { ByteReader } from '../byteReader.ts';
import { WasmFormatError } from '../errors.ts';
import { type Module, SECTION, sectionOf } from '../module.ts';
import { type FunctionType, readHeapType, readTypes, readValueType, type ValueType } from '../types.ts';
import { Identifiers, type Names } from './identifiers.ts';

/** A reference to a type of the module. */
const TYPE_REFERENCE = /^\(ref (null )?(\d+)\)$/;

export interface ModuleTextOptions {
  readonly names?: Names;
  /** How many labels of a `br_table` are written out; all where nothing is said. */
  readonly targets?: number;
  /** Names of functions, by their index, in the place of those that the module has. */
  readonly userNames?: ReadonlyMap<number, string>;
}

export class ModuleText {
  readonly identifiers: Identifiers;
  readonly types: readonly (FunctionType | null)[];
  /** Type index by function index. */
  readonly typeOf: Uint32Array;

  constructor(
    readonly module: Module,
    { names = 'all', targets = Number.POSITIVE_INFINITY, userNames }: ModuleTextOptions = {},
  ) {
    this.identifiers = new Identifiers(module, names, userNames);
    this.targets = targets;
    this.types = typesOf(module);
    this.typeOf = functionTypes(module);
  }

  readonly targets: number;

  /** ` (param i32 $t) (result i64)`, with a space before each part. */
  signature({ params, results }: FunctionType): string {
    return this.list('param', params) + this.list('result', results);
  }

  /** ` (name t1 t2)`; nothing where the list is empty. */
  list(name: string, types: readonly ValueType[]): string {
    return types.length === 0 ? '' : ` (${name} ${types.map(type => this.valueType(type)).join(' ')})`;
  }

  valueType(type: ValueType): string {
    const [, nullable = '', index] = TYPE_REFERENCE.exec(type) ?? [];
    return index === undefined ? type : `(ref ${nullable}${this.reference('type', Number(index))})`;
  }

  readValueType(reader: ByteReader): string {
    return this.valueType(readValueType(reader));
  }

  readHeapType(reader: ByteReader): string {
    const heap = readHeapType(reader);
    return /^\d/.test(heap) ? this.reference('type', Number(heap)) : heap;
  }

  readonly reference = (space: Parameters<Identifiers['reference']>[0], index: number): string =>
    this.identifiers.reference(space, index);
}

/** The types; none where their section breaks. */
function typesOf({ bytes, sections }: Module): readonly (FunctionType | null)[] {
  const section = sectionOf(sections, SECTION.type);
  if (!section) return [];
  return orUntilBroken([], () => readTypes(new ByteReader(bytes, section.contents, section.end)));
}

function functionTypes({ bytes, sections, imports, functions }: Module): Uint32Array {
  const types = new Uint32Array(functions.length);
  let index = 0;
  for (const { kind, description } of imports)
    if (kind === 'function') types[index++] = new ByteReader(bytes, description).u32();
  const section = sectionOf(sections, SECTION.function);
  if (!section) return types;
  const reader = new ByteReader(bytes, section.contents, section.end);
  return orUntilBroken(types, () => {
    for (let count = reader.u32(); count > 0 && index < types.length; count--) types[index++] = reader.u32();
    return types;
  });
}

/** @returns what is read; `kept` where the format breaks on the way */
function orUntilBroken<T>(kept: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    return kept;
  }
}
