// The text of functions against wabt's, instruction by instruction; and assembled again by wabt, the same code.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import wabtFactory from 'wabt';
import { readSections, SECTION, sectionOf } from '../../../../src/wasm/module.ts';
import { GUESTS, ROOT, withoutNames } from '../../support/fixtures.ts';
import { assemble, disassemble, text } from '../../support/wabt.ts';
import { functionsIn, listingsOf, normal, textOf, withFunctions } from './listings.ts';

const wabt = await wabtFactory();
const FEATURES = {
  exceptions: true,
  threads: true,
  function_references: true,
  tail_call: true,
  gc: true,
  memory64: true,
};
const PACKAGES = [
  '@chainsafe/as-sha256/build/untouched.simd',
  'argon2-browser/dist/argon2-simd',
  'source-map/lib/mappings',
  'sql.js/dist/sql-wasm',
  'tree-sitter-html/tree-sitter-html',
  'web-tree-sitter/web-tree-sitter',
  'yoga-wasm-web/dist/yoga',
];

const guests = readdirSync(GUESTS, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.wasm') && !file.startsWith('bad'))
  .map(file => ({ name: file, bytes: new Uint8Array(readFileSync(join(GUESTS, file))) }));
const packages = PACKAGES.map(name => ({
  name,
  bytes: new Uint8Array(readFileSync(join(ROOT, 'node_modules', `${name}.wasm`))),
}));

/** The code section, as wabt encodes the module again. */
function codeOf(bytes: Uint8Array): Uint8Array {
  const module = wabt.readWasm(bytes, { readDebugNames: false, ...FEATURES });
  const encoded = module.toBinary({}).buffer;
  module.destroy();
  const section = sectionOf(readSections(encoded), SECTION.code);
  return section ? encoded.slice(section.contents, section.end) : new Uint8Array(0);
}

/** wabt takes minutes to assemble larger ones. */
const LARGE = 150_000;

describe.each([...guests, ...packages])('$name', ({ bytes }) => {
  const bare = withoutNames(bytes);

  it('has the instructions that wabt prints', () => {
    const ours = listingsOf(bare, { names: 'none' }).map(listing => normal(textOf(listing)));
    const theirs = functionsIn(text(bare)).map(normal);
    expect(ours.length).toBe(theirs.length);
    for (const [i, lines] of ours.entries()) expect(lines.join('\n')).toBe(theirs[i]?.join('\n'));
  });

  if (bytes.length > LARGE) return;

  it('is the same code when wabt assembles it', () => {
    const ours = listingsOf(bare, { names: 'none' }).map(textOf);
    const whole = withFunctions(text(bare), ours);
    expect(codeOf(assemble(whole, { names: false }))).toEqual(codeOf(bare));
  });

  it('has a line at the offset of each instruction', () => {
    const offsets = listingsOf(bare).flatMap(listing => {
      const lines = Array.from(listing.lines());
      const first = lines.findIndex(({ text: line }, i) => i > 0 && !line.startsWith('(local '));
      return lines.slice(first).map(({ offset }) => offset);
    });
    // wabt's rows for locals are no instructions, nor is the rest of one that is longer than its row.
    const theirs = [...disassemble(bare)].filter(([, instruction]) => !/^local\[|^$/.test(instruction));
    expect(offsets.length).toBe(theirs.length);
    expect(theirs.filter(([offset], i) => offset !== offsets[i]).slice(0, 5)).toEqual([]);
  });
});

describe('names', () => {
  it('are those of the name section, as wabt has them', () => {
    // wabt names nothing by its export, and writes no quotes.
    const named = [...guests, ...packages].flatMap(({ bytes }) => {
      const theirs = functionsIn(text(bytes)).map(normal);
      const ours = listingsOf(bytes).map(listing => normal(textOf(listing).replace(/^(\(func \$\S+) \(;\d+;\)/, '$1')));
      return ours.map((lines, i) => [lines, theirs[i]] as const);
    });
    const same = named.filter(([, theirs]) => theirs?.[0]?.startsWith('(func $'));
    expect(same.length).toBeGreaterThan(200);
    // An import or export that the name section leaves out has a name in ours alone.
    const differing = same.flatMap(([ours, theirs = []]) => {
      const words = theirs.join(' ').split(' ');
      return ours
        .join(' ')
        .split(' ')
        .flatMap((word, i) =>
          word === words[i] || /^\d+\)*$/.test(words[i] ?? '') ? [] : [`${word} is not ${words[i]}`],
        );
    });
    expect(differing.slice(0, 10)).toEqual([]);
  });
});
