// The table of settings, and what package.json, its texts and README say of them. What the terminal says is in help.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contributes } from '../../../package.json';
import texts from '../../../package.nls.json';
import { isAllowed, SETTINGS } from '../../../src/protocol/settings.ts';
import { capitalized } from '../../../src/protocol/text.ts';
import { ROOT } from '../support/fixtures.ts';

const { properties } = contributes.configuration;
const numbers = SETTINGS.flatMap(setting => ('minimum' in setting ? [setting] : []));
const choices = SETTINGS.flatMap(setting => ('choices' in setting ? [setting] : []));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');

/** The settings editor's text of a setting or level. */
const editorText = ({ summary, details }: { summary: string; details: string }): string =>
  `${capitalized(summary)}. ${details}`.trim();

/** In README: the last of several stands behind an `or`. */
function valuesText(of: readonly { readonly value: string; readonly summary: string }[]): string {
  const texts = of.map(({ value, summary }) => `\`${value}\` (${summary})`);
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** All keys that begin so, without that, in order. */
const keysOf = (table: object, start: string): string[] =>
  Object.keys(table).flatMap(key => (key.startsWith(start) ? [key.slice(start.length)] : []));

it('numbers have these limits', () => {
  expect(
    numbers.map(({ name, minimum, maximum, fallback, whole, scale }) => [
      name,
      minimum,
      maximum,
      fallback,
      whole,
      scale,
    ]),
  ).toEqual([
    ['instances', 1, 64, 3, true, 1],
    ['timeLimit', 0.001, 3600, 10, false, 1000], // seconds, of which a run takes milliseconds
    ['recordingLimit', 1, 65_536, 512, true, 1_048_576], // MB, of which a run takes bytes
  ]);
});

it.each(numbers)('$name may be its limits, and nothing beyond', setting => {
  const { minimum, maximum, whole } = setting;
  for (const value of [minimum, maximum]) expect(isAllowed(setting, value)).toBe(true);
  for (const value of [minimum - 0.001, maximum + 0.001, Number.NaN, Infinity, String(minimum), null])
    expect(isAllowed(setting, value)).toBe(false);
  expect(isAllowed(setting, 2.5)).toBe(!whole);
});

describe('package.json', () => {
  it('declares these settings and no other', () => {
    expect(keysOf(properties, 'wasmSharedMemory.')).toEqual(SETTINGS.map(({ name }) => name));
  });

  it.each(SETTINGS)('declares $name as the table has it', setting => {
    const markdownDescription = `%setting.${setting.name}%`;
    const declared = new Map<string, unknown>(Object.entries(properties)).get(`wasmSharedMemory.${setting.name}`);
    expect(declared).toEqual(
      'choices' in setting
        ? {
            type: 'string',
            default: setting.fallback,
            enum: setting.choices.map(({ value }) => value),
            markdownEnumDescriptions: setting.choices.map(({ value }) => `%setting.${setting.name}.${value}%`),
            markdownDescription,
          }
        : 'minimum' in setting
          ? {
              type: setting.whole ? 'integer' : 'number',
              default: setting.fallback,
              minimum: setting.minimum,
              maximum: setting.maximum,
              markdownDescription,
            }
          : { type: 'string', default: setting.fallback, markdownDescription },
    );
  });

  it('says of each what the table says', () => {
    const said = keysOf(texts, 'setting.').map(key => [key, new Map(Object.entries(texts)).get(`setting.${key}`)]);
    expect(Object.fromEntries(said)).toEqual({
      ...Object.fromEntries(SETTINGS.map(setting => [setting.name, editorText(setting)])),
      ...Object.fromEntries(
        choices.flatMap(({ name, choices }) => choices.map(choice => [`${name}.${choice.value}`, editorText(choice)])),
      ),
    });
  });
});

it('README says of each what the table says', () => {
  expect(readme.filter(line => line.startsWith('| `wasmSharedMemory.'))).toEqual(
    SETTINGS.map(setting => {
      const [fallback, values] =
        'choices' in setting
          ? [`\`${setting.fallback}\``, `: ${valuesText(setting.choices)}`]
          : 'minimum' in setting
            ? [setting.fallback, ` (${setting.minimum} to ${setting.maximum})`]
            : ['none', ''];
      return `| \`wasmSharedMemory.${setting.name}\` | ${fallback} | ${setting.summary}${values} |`;
    }),
  );
});
