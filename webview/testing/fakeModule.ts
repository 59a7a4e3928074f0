// A host of the editor of modules that answers from a module that never was: any number of parts, told by their index.
import type { PageView } from '../../src/protocol/access.ts';
import type { Claim } from '../../src/protocol/claims.ts';
import {
  MODULE_LISTS,
  type ModuleList,
  type ModuleOverview,
  type ModuleProblem,
  type ModuleRow,
} from '../../src/protocol/moduleEditor.ts';
import { SHOWN_PAGE_BYTES } from '../../src/protocol/units.ts';
import type { AskModule } from '../module/session.ts';

export interface FakeModule {
  readonly ask: AskModule;
  /** What was asked for, in order. */
  readonly asked: { readonly name: string; readonly params: unknown }[];
  readonly overview: ModuleOverview;
}

const LINES = 1_000_000;
const MEMORY = 65_536;

/** @param counts of its lists; 0 of those that are left out */
export function fakeModule(
  counts: Partial<Record<ModuleList, number>>,
  problem: ModuleProblem | null = null,
  claims: readonly Claim[] = [],
): FakeModule {
  const all = Object.fromEntries(MODULE_LISTS.map(list => [list, counts[list] ?? 0])) as Record<ModuleList, number>;
  const asked: { name: string; params: unknown }[] = [];
  const overview: ModuleOverview = {
    sha256: '5a',
    fileBytes: 1000,
    memoryBytes: MEMORY,
    problem,
    counts: all,
    bars: [
      { name: 'type', bytes: 10, start: 8 },
      { name: 'code', bytes: 982, start: 18 },
    ],
    claims,
    producers: ['clang 20.1.0'],
    features: ['+simd128'],
  };
  const rowsOf = (list: ModuleList, filter: string): number[] =>
    Array.from({ length: all[list] }, (_, i) => i).filter(i => nameOf(list, i).includes(filter));
  const answers: { [Name in Parameters<AskModule>[0]]: (params: never) => unknown } = {
    overview: () => overview,
    ready: () => ({ state: { kind: 'opened', label: 'm.wasm', isDefault: false, overview }, reveal: null }),
    rows: ({ list, filter, from, count }: { list: ModuleList; filter: string; from: number; count: number }) => {
      const indices = rowsOf(list, filter);
      return { total: indices.length, rows: indices.slice(from, from + count).map(index => rowOf(list, index)) };
    },
    lines: ({ from, count }: { from: number; count: number }) => ({
      total: LINES,
      lines: Array.from({ length: Math.min(count, LINES - from) }, (_, i) => lineOf(from + i)),
    }),
    codeAt: ({ offset }: { offset: number }) => ({ function: 1, line: offset }),
    pages: ({ pages }: { pages: readonly PageView['page'][] }) =>
      pages.map(page => ({ page, bytes: new Uint8Array(SHOWN_PAGE_BYTES).fill(page + 1), changed: [], owners: null })),
    command: () => null,
    copyText: () => null,
    renameFunction: () => null,
  };
  const ask = async (name: keyof typeof answers, params: unknown): Promise<unknown> => {
    asked.push({ name, params });
    return (answers[name] as (params: unknown) => unknown)(params);
  };
  return { ask: ask as AskModule, asked, overview };
}

/** Each tenth is as long as those of C++ are. */
const nameOf = (list: ModuleList, index: number): string =>
  `${list}_${index}${index % 10 === 5 ? '::a_name_as_long_as_those_of_templates_are' : ''}`;

function rowOf(list: ModuleList, index: number): ModuleRow {
  const isData = list === 'data';
  return {
    index,
    name: nameOf(list, index),
    detail: `detail of ${index}`,
    bytes: list === 'functions' ? 10 + index : null,
    place: isData ? { image: 'memory', start: 256 * index, length: 4 } : null,
    function: list === 'functions' || list === 'exports' ? index : null,
  };
}

/** Each third line calls the function of its own number. */
const lineOf = (line: number) => ({
  offset: 100 + 2 * line,
  indent: line === 0 ? 0 : 1,
  text: line % 3 === 1 ? `call $f${line} (;x;)` : `i32.const ${line}`,
  function: line % 3 === 1 ? line : null,
});
