// What the text format calls the items of a module: `$name` where it is named, else its index.
import { ByteReader, decodeName } from '../byteReader.ts';
import { WasmFormatError } from '../errors.ts';
import type { ExternalType, Module } from '../module.ts';
import { type NamedSpace, nameSubsections, readNames } from '../names.ts';

/** Characters of an identifier without quotes (WebAssembly specification, 6.3.5). */
const PLAIN = /^[0-9A-Za-z!#$%&'*+\-./:<=>?@\\^_`|~]+$/;
const ESCAPED = /["\\\p{Cc}]/gu;

/** Subsections whose names belong to an item each: locals and labels to functions, fields to types. */
const INNER = { local: 2, label: 3, field: 10 } as const;
type InnerSpace = keyof typeof INNER;

export type Names =
  /** of the name section; else of exports, and of imports `module.name` */
  | 'all'
  /** indices alone */
  | 'none';

export class Identifiers {
  private readonly spaces = new Map<NamedSpace, ReadonlyMap<number, string>>();
  private readonly inner = new Map<InnerSpace, InnerNames>();

  constructor(
    private readonly module: Module,
    private readonly names: Names = 'all',
    /** Of functions, by their index: in the place of those that the module has. */
    private readonly userNames: ReadonlyMap<number, string> = new Map(),
  ) {}

  /** How the text refers to an item. */
  reference(space: NamedSpace, index: number): string {
    return this.identifier(space, index) ?? String(index);
  }

  /** `$name`; null for an item without a name. */
  identifier(space: NamedSpace, index: number): string | null {
    const name = this.nameOf(space, index);
    return name === undefined ? null : `$${quoted(name)}`;
  }

  /** The name alone; undefined where there is none. */
  nameOf(space: NamedSpace, index: number): string | undefined {
    return this.namesOf(space).get(index);
  }

  /** By index: the `$name`s of a function's locals or labels, or of a type's fields. */
  within(space: InnerSpace, owner: number): ReadonlyMap<number, string> {
    if (this.names === 'none') return new Map();
    let names = this.inner.get(space);
    if (!names) {
      names = new InnerNames(this.module, INNER[space]);
      this.inner.set(space, names);
    }
    return new Map(Array.from(unique(names.of(owner)), ([index, name]) => [index, `$${quoted(name)}`]));
  }

  private namesOf(space: NamedSpace): ReadonlyMap<number, string> {
    let names = this.spaces.get(space);
    if (!names) {
      const given = space === 'function' ? this.userNames : [];
      names = this.names === 'none' ? new Map() : unique(new Map([...allNames(this.module, space), ...given]));
      this.spaces.set(space, names);
    }
    return names;
  }
}

function quoted(name: string): string {
  if (PLAIN.test(name)) return name;
  const escaped = (character: string): string =>
    character === '"' || character === '\\' ? `\\${character}` : `\\u{${character.charCodeAt(0).toString(16)}}`;
  return `"${name.replace(ESCAPED, escaped)}"`;
}

/** An identifier names one thing: a name that several have gets the index behind it. */
function unique(names: ReadonlyMap<number, string>): Map<number, string> {
  const used = new Set<string>();
  const result = new Map<number, string>();
  for (const [index, name] of names) {
    const free = name === '' || used.has(name) ? `${name}#${index}` : name;
    used.add(free);
    result.set(index, free);
  }
  return result;
}

function allNames(module: Module, space: NamedSpace): ReadonlyMap<number, string> {
  const names = readNames(module, space);
  for (const { kind, index, name } of module.exports) if (kind === space && !names.has(index)) names.set(index, name);
  let index = 0;
  for (const each of module.imports) {
    if (each.kind !== (space as ExternalType['kind'])) continue;
    if (!names.has(index)) names.set(index, `${each.module}.${each.name}`);
    index++;
  }
  return names;
}

/** An indirect name map. It may have a name for each local of a large module, so it is read by owner. */
class InnerNames {
  private readonly starts = new Map<number, number>();

  constructor(
    private readonly module: Module,
    id: number,
  ) {
    ifReadable(() => {
      for (const reader of nameSubsections(module, id)) {
        for (let owners = reader.u32(); owners > 0; owners--) {
          const owner = reader.u32();
          if (!this.starts.has(owner)) this.starts.set(owner, reader.offset);
          for (let count = reader.u32(); count > 0; count--) {
            reader.u32();
            reader.skip(reader.u32());
          }
        }
      }
    });
  }

  of(owner: number): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const start = this.starts.get(owner);
    if (start === undefined) return names;
    const reader = new ByteReader(this.module.bytes, start);
    ifReadable(() => {
      for (let count = reader.u32(); count > 0; count--) {
        const index = reader.u32();
        const name = decodeName(reader.take(reader.u32()));
        if (name !== null && !names.has(index)) names.set(index, name);
      }
    });
    return names;
  }
}

/** What stands before the place where the name section breaks is kept. */
function ifReadable(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
}
