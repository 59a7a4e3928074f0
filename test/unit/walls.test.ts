// Who may import whom: the walls between the folders, as ARCHITECTURE.md has them.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import { ROOT } from './support/fixtures.ts';

/** Folders of the product, and what of ours each may import besides its own files: folders, or single files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/wasm': [],
  'src/protocol': [],
  'src/wire': ['src/wasm', 'src/protocol'],
  'src/recording': ['src/wire', 'src/wasm', 'src/protocol'],
  'src/scenario': ['src/wasm', 'src/protocol'],
  'src/engine': ['src/scenario', 'src/recording', 'src/wire', 'src/wasm', 'src/protocol'],
  'src/extension': ['src/protocol', 'src/engine/client.ts'],
  'src/cli': ['src/protocol', 'src/engine/client.ts', 'package.json'],
  webview: ['src/protocol'],
};

/** Folders whose files run where there is no Node. */
const WITHOUT_NODE = ['src/protocol', 'webview'];
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
  expect(importsIn(folder).filter(({ specifier }) => specifier.startsWith('node:'))).toEqual([]);
});

describe('the rules', () => {
  it('name every folder of src', () => {
    const folders = readdirSync(join(ROOT, 'src')).map(folder => `src/${folder}`);
    expect(folders.toSorted()).toEqual(
      Object.keys(MAY_IMPORT)
        .filter(folder => folder.startsWith('src/'))
        .toSorted(),
    );
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
