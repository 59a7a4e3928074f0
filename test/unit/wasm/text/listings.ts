// What tests compare of texts of functions, ours and wabt's: the same words in the same lines, whatever the way to write a number.

import { readModule } from '../../../../src/wasm/module.ts';
import { functionRanges } from '../../../../src/wasm/record/functionBody.ts';
import { FunctionListing } from '../../../../src/wasm/text/functionListing.ts';
import type { Names } from '../../../../src/wasm/text/identifiers.ts';
import { ModuleText } from '../../../../src/wasm/text/moduleText.ts';

/** A listing of each function of the code section. */
export function listingsOf(bytes: Uint8Array, options: { names?: Names; targets?: number } = {}): FunctionListing[] {
  const module = readModule(bytes);
  const text = new ModuleText(module, options);
  const ranges = functionRanges(module);
  return Array.from(
    { length: ranges.length / 2 },
    (_, i) => new FunctionListing(text, module.importedFunctions + i, ranges[2 * i], ranges[2 * i + 1]),
  );
}

export const textOf = (listing: FunctionListing): string =>
  Array.from(listing.lines(), ({ indent, text }) => '  '.repeat(indent) + text).join('\n');

/** A module's text as wabt writes it, in its functions and what stands between them. */
function pieces(text: string): { readonly isFunction: boolean; readonly lines: string[] }[] {
  const found: { isFunction: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const starts = /^ {2}\(/.test(line);
    const isFunction = line.startsWith('  (func ');
    const before = found.at(-1);
    if (starts || !before) found.push({ isFunction, lines: [line] });
    else before.lines.push(line);
  }
  return found;
}

export const functionsIn = (text: string): string[] =>
  pieces(text.trimEnd()).flatMap(({ isFunction, lines }) => (isFunction ? [lines.join('\n')] : []));

/** The same module with other functions. */
export function withFunctions(text: string, functions: readonly string[]): string {
  let next = 0;
  const parts = pieces(text.trimEnd()).map(({ isFunction, lines }) =>
    isFunction ? functions[next++] : lines.join('\n'),
  );
  // The last definition has the parenthesis that ends the module.
  return parts.join('\n') + (parts.at(-1) === functions.at(-1) ? ')' : '');
}

/** A float as its bits; a hexadecimal one, as wabt writes them, is worked out here. */
function floatBits(type: string, text: string): string {
  const nan = /^(-?)nan(?::0x([0-9a-f]+))?$/.exec(text);
  if (nan) return `${nan[1]}nan ${nan[2] ?? (type === 'f32' ? '400000' : '8000000000000')}`;
  const hex = /^([-+]?)0x([0-9a-f]+)(?:\.([0-9a-f]*))?(?:p([-+]?\d+))?$/.exec(text);
  const value = hex
    ? (hex[1] === '-' ? -1 : 1) *
      Number.parseInt(hex[2] + (hex[3] ?? ''), 16) *
      2 ** (Number(hex[4] ?? 0) - 4 * (hex[3] ?? '').length)
    : Number(text.replace('inf', 'Infinity'));
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f32') view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

/** The words of a function, a line each. */
export function normal(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const words = line
      .replace(/^ *\)$/, '')
      .replace(/^( *\(local .*\)) *;;.*/, '$1')
      .replace(
        /(f32|f64)\.const (\S+)( \(;=.*;\))?/,
        (_, type: string, value: string) => `${type}.const ${floatBits(type, value.replace(/\)+$/, ''))}`,
      )
      .replace(/^( *(?:block|loop|if|try|try_table)\b.*?) \(type \S+\)/, '$1')
      .replace(/\s+/g, ' ')
      .trim();
    if (words === '') continue;
    if (words.startsWith('(local ')) {
      const before = lines.at(-1);
      if (before?.startsWith('(local ')) lines[lines.length - 1] = merged(`${before} ${words}`);
      else lines.push(merged(words));
    } else lines.push(words);
  }
  return balanced(lines);
}

/** `(local i32) (local i32)` is `(local i32 i32)`. */
const merged = (locals: string): string => {
  const shorter = locals.replace(/\((local (?!\$)[^()]*(?:\([^()]*\)[^()]*)*)\) \(local (?!\$)/, '($1 ');
  return shorter === locals ? locals : merged(shorter);
};

/** Without the parenthesis that ends the function, which wabt writes behind its last line. */
function balanced(lines: readonly string[]): string[] {
  let open = 0;
  for (const line of lines)
    for (const character of line.replace(/\(;.*?;\)|;;.*/g, ''))
      open += character === '(' ? 1 : character === ')' ? -1 : 0;
  const last = lines.at(-1) ?? '';
  return open === 0 ? [...lines.slice(0, -1), last.replace(/\)$/, '')] : [...lines];
}
