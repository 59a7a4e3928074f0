// What VS Code translates: the texts of package.json, and those of the extension's code.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { BUNDLE, bundleOf, localizedTexts, localizedTextsOf } from '../../scripts/lib/localizedTexts.ts';
import { ROOT } from './support/fixtures.ts';

const folder = join(ROOT, 'src', 'extension');
const sources = readdirSync(folder).map(file => ({ file, source: readFileSync(join(folder, file), 'utf8') }));

describe('texts of the extension', () => {
  it('are found in each kind of quotes, with what they hold of others', () => {
    const source = [
      "vscode.l10n.t('a {0}', x);",
      'l10n.t(\n  "it\'s {0}",\n  x);',
      'l10n.t(`both \' and "`);',
      "l10n.t('an \\'escaped\\' one');",
      "html.t('not this');",
    ].join('\n');
    expect(localizedTextsOf(source)).toEqual(['a {0}', "it's {0}", 'both \' and "', "an 'escaped' one"]);
  });

  it('are all in the bundle that translators start from, and nothing else is (npm run l10n)', () => {
    expect(manifest.l10n).toBe('./l10n');
    expect(readFileSync(join(ROOT, BUNDLE), 'utf8')).toBe(bundleOf(localizedTexts()));
    expect(localizedTexts().length).toBeGreaterThan(80);
  });

  it('number what they insert from 0 on, without a gap', () => {
    for (const text of localizedTexts()) {
      const inserted = [...new Set(Array.from(text.matchAll(/\{(\d+)\}/g), ([, digits]) => Number(digits)))].sort();
      expect([text, inserted]).toEqual([text, inserted.map((_, i) => i)]);
    }
  });

  it('insert nothing by template literals, which no bundle could hold', () => {
    for (const { file, source } of sources)
      expect([file, source.match(/l10n\.t\(\s*`[^`]*\$\{/g)]).toEqual([file, null]);
  });

  it.each(['showErrorMessage', 'showWarningMessage', 'showInformationMessage', 'new Error'])(
    'are what users are told by %s',
    told => {
      // A language model reads English.
      const bare = sources
        .filter(({ file }) => file !== 'languageModelTools.ts')
        .filter(({ source }) => new RegExp(`\\b${told}\\(\\s*['"\`]`).test(source));
      expect(bare.map(({ file }) => file)).toEqual([]);
    },
  );
});
