// The parts of a module as rows: each is made only when it is shown, since a module may have a hundred thousand of a kind.
import type { ModuleList, ModuleRow } from '../../protocol/moduleEditor.ts';
import { count, hex } from '../../protocol/text.ts';
import { MAX_MEMORY_BYTES } from '../../protocol/units.ts';
import { globalValues, type Module, SECTION, type Section } from '../../wasm/module.ts';
import { demangled } from '../../wasm/text/demangle.ts';
import type { ModuleText } from '../../wasm/text/moduleText.ts';
import { functionTypeText, globalTypeText, limitsText } from '../../wasm/types.ts';
import { typeText } from '../input/inspect.ts';

/** What rows are made of. */
export interface RowsOf {
  readonly module: Module;
  readonly text: ModuleText;
  /** Where the functions of the code section are, see `functionRanges`. */
  readonly ranges: Uint32Array;
  /** Addresses of the data segments; null where they are not known. */
  readonly addresses: readonly (number | null)[];
  /** What the module calls a function. */
  readonly ownName: (index: number) => string;
  /** What its user calls functions, by their index. */
  readonly userNames?: ReadonlyMap<number, string>;
}

/** The rows of a list. */
export interface ListRows {
  readonly length: number;
  /** What a filter looks into. */
  name(index: number): string;
  row(index: number): ModuleRow;
}

const SECTION_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(SECTION).map(([name, id]) => [id, name === 'dataCount' ? 'data count' : name]),
);

/** What a section is called: a custom one in quotes. */
export const sectionName = ({ id, name }: Section): string =>
  name === null ? (SECTION_NAMES[id] ?? `unknown section ${id}`) : `“${name}”`;

export function listRows(parts: RowsOf): Readonly<Record<ModuleList, ListRows>> {
  const { module, text, ranges, addresses, ownName, userNames = new Map<number, string>() } = parts;
  const { sections, imports, exports, functions, dataSegments, globals, tables, memories, tags } = module;
  const { identifiers } = text;
  const values = globalValues(module, () => null);
  const exported = new ExportNames(module);
  const isDefined = (index: number): boolean =>
    index >= module.importedFunctions && 2 * (index - module.importedFunctions) < ranges.length;
  const functionName = (index: number): string => demangled(identifiers.nameOf('function', index) ?? '');
  const named = (space: 'global' | 'table' | 'memory' | 'tag', index: number): string =>
    identifiers.nameOf(space, index) ?? '';

  /** An item of an index space: its name is its own. */
  const item = (
    space: 'global' | 'table' | 'memory' | 'tag',
    length: number,
    type: (index: number) => string,
  ): ListRows => ({
    length,
    name: index => named(space, index),
    row: index => plainRow(index, named(space, index), [type(index), ...exported.of(space, index)].join(' · ')),
  });

  return {
    sections: {
      length: sections.length,
      name: index => sectionName(sections[index]),
      row: index => {
        const { start, end } = sections[index];
        const items = itemsOf(parts, sections[index].id);
        const detail = [`offset ${hex(start)}`, ...(items === null ? [] : [items])].join(' · ');
        const place = { image: 'file', start, length: end - start } as const;
        return { index, name: sectionName(sections[index]), detail, bytes: end - start, place, function: null };
      },
    },
    imports: {
      length: imports.length,
      name: index => `${imports[index].module}.${imports[index].name}`,
      row: index =>
        plainRow(
          index,
          `${imports[index].module}.${imports[index].name}`,
          `${imports[index].kind} ${typeText(imports[index])}`,
        ),
    },
    exports: {
      length: exports.length,
      name: index => exports[index].name,
      row: index => {
        const each = exports[index];
        const isCode = each.kind === 'function' && isDefined(each.index);
        return {
          ...plainRow(index, each.name, `${each.kind} ${each.index} · ${typeText(each)}`),
          function: isCode ? each.index : null,
        };
      },
    },
    functions: {
      length: functions.length,
      // A function that its user has renamed is found by its own name, too.
      name: index =>
        userNames.has(index) ? `${functionName(index)} ${demangled(ownName(index))}` : functionName(index),
      row: index => {
        const type = functions[index];
        const signature = type ? functionTypeText(type) : 'of an unknown type';
        const own = isDefined(index);
        const at = 2 * (index - module.importedFunctions);
        const renamed = userNames.has(index) ? [`${demangled(ownName(index))} in the module`] : [];
        const notes = [...renamed, ...exported.of('function', index), ...(own ? [] : ['imported'])];
        return {
          index,
          name: functionName(index),
          detail: [signature, ...notes].join(' · '),
          bytes: own ? ranges[at + 1] - ranges[at] : null,
          place: own ? { image: 'file', start: ranges[at], length: ranges[at + 1] - ranges[at] } : null,
          function: own ? index : null,
        };
      },
    },
    data: {
      length: dataSegments.length,
      name: index => identifiers.nameOf('data', index) ?? '',
      row: index => {
        const segment = dataSegments[index];
        const address = segment.memory === 0 ? (addresses[index] ?? null) : null;
        // The bytes of memory that are shown end at 4 GiB.
        const place =
          address === null || segment.size === 0 || address + segment.size > MAX_MEMORY_BYTES
            ? ({ image: 'file', start: segment.start, length: segment.size } as const)
            : ({ image: 'memory', start: address, length: segment.size } as const);
        const name = identifiers.nameOf('data', index) ?? '';
        return {
          index,
          name,
          detail: whereText(segment, addresses[index] ?? null),
          bytes: segment.size,
          place,
          function: null,
        };
      },
    },
    globals: item('global', globals.length, index => {
      const value = values(index);
      const isAddress = value !== null && globals[index].type === 'i32';
      return (
        globalTypeText(globals[index]) +
        (value === null ? '' : ` = ${value}${isAddress && value > 9 ? ` (${hex(value)})` : ''}`)
      );
    }),
    tables: item('table', tables.length, index => `${tables[index].element} ${limitsText(tables[index].limits)}`),
    memories: item('memory', memories.length, index => `${limitsText(memories[index])} pages of 64 KiB`),
    tags: item('tag', tags.length, index => {
      const type = tags[index];
      return type ? functionTypeText(type) : '';
    }),
  };
}

const plainRow = (index: number, name: string, detail: string): ModuleRow => ({
  index,
  name,
  detail,
  bytes: null,
  place: null,
  function: null,
});

function whereText({ memory }: { readonly memory: number | null }, address: number | null): string {
  if (memory === null) return 'passive: memory.init puts it into memory';
  const where = memory === 0 ? '' : ` of memory ${memory}`;
  return address === null ? `at an address that its loader chooses${where}` : `at ${hex(address)}${where}`;
}

/** How many items a section has, in words; null of one that has none. */
function itemsOf({ module }: RowsOf, id: number): string | null {
  const own = <T>(items: readonly T[], kind: string): number =>
    items.length - module.imports.filter(each => each.kind === kind).length;
  switch (id) {
    case SECTION.import:
      return count(module.imports.length, 'import');
    case SECTION.function:
    case SECTION.code:
      return count(own(module.functions, 'function'), 'function');
    case SECTION.table:
      return count(own(module.tables, 'table'), 'table');
    case SECTION.global:
      return count(own(module.globals, 'global'), 'global');
    case SECTION.export:
      return count(module.exports.length, 'export');
    case SECTION.data:
      return count(module.dataSegments.length, 'segment');
    default:
      return null;
  }
}

/** Names that items are exported by. */
class ExportNames {
  private readonly names = new Map<string, string[]>();

  constructor({ exports }: Module) {
    for (const { kind, index, name } of exports) {
      const key = `${kind} ${index}`;
      const names = this.names.get(key);
      if (names) names.push(name);
      else this.names.set(key, [name]);
    }
  }

  of(kind: string, index: number): string[] {
    const names = this.names.get(`${kind} ${index}`) ?? [];
    return names.length === 0
      ? []
      : [`exported as ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ' …' : ''}`];
  }
}

/** Export names of one item in its row. */
const MOST_NAMES = 4;
