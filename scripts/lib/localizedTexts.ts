// The texts of the extension's code that translations replace: the keys of VS Code's bundles (l10n/bundle.l10n.json).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.ts';

/** From the project's root: where translators find the texts, and put `bundle.l10n.<language>.json` beside them. */
export const BUNDLE = join('l10n', 'bundle.l10n.json');

/** A text in quotes, as the first argument. */
const LOCALIZED = /\bl10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

/** What stands in a file of the extension, in its order. */
export const localizedTextsOf = (source: string): string[] =>
  Array.from(source.matchAll(LOCALIZED), ([, single, double, template]) =>
    (single ?? double ?? template ?? '').replace(/\\(.)/g, '$1'),
  );

/** All texts of the extension, each once, in the order of their letters. */
export function localizedTexts(): string[] {
  const folder = join(ROOT, 'src', 'extension');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  return [...new Set(files.flatMap(file => localizedTextsOf(readFileSync(join(folder, file), 'utf8'))))].sort();
}

/** The contents of {@link BUNDLE}: English, so that each text stands for itself. */
export const bundleOf = (texts: readonly string[]): string =>
  `${JSON.stringify(Object.fromEntries(texts.map(text => [text, text])), null, 2)}\n`;
