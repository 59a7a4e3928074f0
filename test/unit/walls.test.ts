// Who may import whom: the walls between the folders, as ARCHITECTURE.md has them.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import { ROOT } from './support/fixtures.ts';

/** The webview's floors, the lowest first. A room may import from the floors below its own; rooms of one floor do not meet. */
const FLOORS: readonly (readonly string[])[] = [
  ['theme'],
  ['data'],
  ['text'],
  ['controls'],
  ['session'],
  ['grid', 'overview', 'layout', 'heap', 'search', 'trace', 'inspector', 'templates', 'places', 'findings'],
  ['panel', 'module'],
].map(rooms => rooms.map(room => `webview/${room}`));

/** Folders of the product, and what of ours each may import besides its own files: folders, or single files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/wasm': ['src/protocol'],
  'src/protocol': [],
  'src/platform': [],
  'src/wire': ['src/wasm', 'src/platform', 'src/protocol'],
  'src/findings': ['src/protocol'],
  'src/recording': ['src/findings', 'src/wire', 'src/wasm', 'src/platform', 'src/protocol'],
  'src/scenario': ['src/wasm', 'src/protocol'],
  'src/engine': ['src/scenario', 'src/recording', 'src/wire', 'src/wasm', 'src/platform', 'src/protocol'],
  'src/answers': ['src/protocol'],
  'src/extension': ['src/answers', 'src/protocol', 'src/engine/client.ts'],
  'src/cli': ['src/answers', 'src/protocol', 'src/engine/client.ts', 'package.json'],
  webview: ['src/protocol'],
  ...Object.fromEntries(
    FLOORS.flatMap((rooms, floor) => rooms.map(room => [room, ['src/protocol', ...FLOORS.slice(0, floor).flat()]])),
  ),
};

/** Folders whose files run where there is no Node. */
const WITHOUT_NODE = [
  'src/protocol',
  'src/answers',
  'src/wasm',
  'src/wire',
  'src/findings',
  'src/recording',
  'src/scenario',
  'src/engine',
  'webview',
];
/** It records programs of Node. */
const OF_NODE = 'src/engine/program';
/** The webview's tests drive it from Node. */
const NO_PART_OF_IT = /\.test\.ts$|^webview\/testing\//;

interface Import {
  /** Path of the importing file from the root, with slashes. */
  readonly from: string;
  readonly specifier: string;
}

/** Each module that a file names: imports and re-exports, of types too, dynamic imports, `import('…')` types. */
function specifiersOf(source: string, file: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    // `source` is a string literal in each node that names a module, and only there.
    if ('source' in node && typeof node.source === 'object' && node.source !== null && 'value' in node.source) {
      if (typeof node.source.value !== 'string') throw new Error(`${file} imports something worked out`);
      found.push(node.source.value);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }, file));
  return found;
}

const importsIn = (folder: string): Import[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file).split(sep).join('/'))
    .filter(from => !NO_PART_OF_IT.test(from))
    .flatMap(from =>
      specifiersOf(readFileSync(join(ROOT, from), 'utf8'), from).map(specifier => ({ from, specifier })),
    );

/** A file without its comments. */
const codeOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

/** Path from the root of the file that a relative import names; null for a package. */
function fileOf({ from, specifier }: Import): string | null {
  if (!specifier.startsWith('.')) return null;
  return relative(ROOT, join(ROOT, dirname(from), specifier))
    .split(sep)
    .join('/');
}

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** Imports of a folder that no rule allows, as `file -> import`. */
function breaches(imports: readonly Import[], allowed: readonly string[]): string[] {
  return imports.flatMap(each => {
    const file = fileOf(each);
    return file === null || allowed.some(place => isIn(file, place)) ? [] : [`${each.from} -> ${file}`];
  });
}

describe.each(Object.entries(MAY_IMPORT))('%s', (folder, allowed) => {
  const imports = importsIn(folder);

  it(`imports, of ours, ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}`, () => {
    expect(breaches(imports, [folder, ...allowed])).toEqual([]);
  });

  it(`imports ${folder === 'src/extension' ? 'vscode' : 'no vscode'}`, () => {
    const vscode = imports.filter(({ specifier }) => specifier === 'vscode');
    if (folder === 'src/extension') expect(vscode).not.toEqual([]);
    else expect(vscode).toEqual([]);
  });
});

it.each(WITHOUT_NODE)('%s imports nothing of Node', folder => {
  const imports = importsIn(folder).filter(({ from }) => !isIn(from, OF_NODE));
  expect(imports.filter(({ specifier }) => specifier.startsWith('node:'))).toEqual([]);
});

it.each(WITHOUT_NODE)('%s uses no global of Node', folder => {
  const files = importsIn(folder)
    .map(({ from }) => from)
    .filter(from => !isIn(from, OF_NODE));
  const uses = [...new Set(files)].filter(file =>
    /\b(?:process|Buffer|NodeJS|setImmediate|__dirname)\b[.(]/.test(codeOf(file)),
  );
  expect(uses).toEqual([]);
});

describe('the rules', () => {
  it.each(['src', 'webview'])('name every folder of %s', top => {
    const folders = readdirSync(join(ROOT, top), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => `${top}/${entry.name}`)
      .filter(folder => !NO_PART_OF_IT.test(`${folder}/`));
    const named = Object.keys(MAY_IMPORT).filter(folder => folder.startsWith(`${top}/`));
    expect(folders.toSorted()).toEqual(named.toSorted());
  });

  it('let no room of the webview import one beside it or above', () => {
    const imports = [
      { from: 'webview/grid/a.ts', specifier: '../session/b.ts' },
      { from: 'webview/grid/a.ts', specifier: '../search/c.ts' },
      { from: 'webview/grid/a.ts', specifier: '../panel/d.ts' },
    ];
    expect(breaches(imports, ['webview/grid', ...(MAY_IMPORT['webview/grid'] ?? [])])).toEqual([
      'webview/grid/a.ts -> webview/search/c.ts',
      'webview/grid/a.ts -> webview/panel/d.ts',
    ]);
  });

  it('see imports of every form', () => {
    const source = `import './a.ts'; import type { B } from './b.ts'; import c, { type D } from './c.ts';
      export * from './d.ts'; export type { E } from './e.ts'; const f = await import('./f.ts');
      let g: import('./g.ts').G; // import './comment.ts'
      const text = "import './string.ts'";`;
    expect(specifiersOf(source, 'x.ts').toSorted()).toEqual('abcdefg'.split('').map(name => `./${name}.ts`));
  });

  it('find what breaks them', () => {
    const imports = [
      { from: 'src/wasm/a.ts', specifier: './b.ts' },
      { from: 'src/wasm/a.ts', specifier: '../engine/client.ts' },
      { from: 'src/wasm/a.ts', specifier: '../wasmer/c.ts' },
      { from: 'src/wasm/a.ts', specifier: 'node:fs' },
    ];
    expect(breaches(imports, ['src/wasm'])).toEqual([
      'src/wasm/a.ts -> src/engine/client.ts',
      'src/wasm/a.ts -> src/wasmer/c.ts',
    ]);
  });

  it.each(Object.keys(MAY_IMPORT))('read files of %s', folder => {
    expect(importsIn(folder).length).toBeGreaterThan(folder === 'src/protocol' ? 2 : 1);
  });
});
