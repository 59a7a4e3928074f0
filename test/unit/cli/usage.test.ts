// The help is a fold over the commands: of two made up here it is known what it says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Command, defineCommand, type Option } from '../../../src/cli/command.ts';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { usage } from '../../../src/cli/usage.ts';
import { ROOT } from '../support/fixtures.ts';

const option = (name: string, placeholder: string | null, help: string): Option<string | null> => ({
  name,
  placeholder,
  help,
  read: text => text,
});

const command = (name: string, file: string, options: Readonly<Record<string, Option<unknown>>>): Command =>
  defineCommand({
    name,
    usage: `[${file}] [options]`,
    about: `${name} does much.`,
    operands: { placeholder: file, help: 'what it is done to', read: () => ({}) },
    options,
    run: async () => 0,
  });

/** Label and text of each entry of the list, its lines joined. */
const entriesOf = (text: string): string[] =>
  text
    .split('\n\n')[2]
    .split('\n')
    .join('\n')
    .replace(/\n {3,}/g, ' ')
    .split('\n')
    .map(line => line.trim().replace(/ {2,}/, ' | '));

describe('the help', () => {
  const both = option('level', 'L', 'how much');
  const help = usage([
    command('eat', 'FOOD', { both, one: option('fast', null, 'in a hurry') }),
    command('drink', 'FOOD', { both, other: option('from', 'GLASS', `out of this ${'very '.repeat(12)}large glass`) }),
    command('sleep', 'BED', { both: option('level', 'L', 'how deep'), other: option('fast', null, 'in a hurry') }),
  ]);

  it('begins with the forms, and what each command does', () => {
    expect(help.split('\n\n').slice(0, 2)).toEqual([
      'Usage: wasm-shared-memory eat [FOOD] [options]\n       wasm-shared-memory drink [FOOD] [options]\n       wasm-shared-memory sleep [BED] [options]',
      'eat does much. drink does much. sleep does much.',
    ]);
  });

  it('tells everything once, with the commands that take it', () => {
    expect(entriesOf(help)).toEqual([
      'FOOD | eat, drink: what it is done to',
      'BED | sleep: what it is done to',
      '--level L | eat, drink: how much',
      '--fast | eat, sleep: in a hurry',
      '--from GLASS | drink: out of this very very very very very very very very very very very very large glass',
      '--level L | sleep: how deep',
      '--help | print this',
      '--version | print the version',
    ]);
  });

  it('names no commands where all take it, and keeps within 80 columns', () => {
    expect(entriesOf(usage([command('eat', 'FOOD', { both })]))).toContain('--level L | how much');
    // Texts begin behind the longest label (12) with two blanks on both sides, so 64 columns are left: 18 characters of
    // 'drink: out of this' and nine times five are 63.
    const texts = [`drink: out of this ${Array(9).fill('very').join(' ')}`, 'very very very large glass'];
    expect(help).toContain(`\n  --from GLASS  ${texts[0]}\n${' '.repeat(16)}${texts[1]}\n`);
    for (const line of usage(COMMANDS).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

it('the help of the real commands has each setting with its limits', () => {
  const entries = entriesOf(usage(COMMANDS));
  for (const limits of ['1 to 64, default 3', '0.001 to 3600, default 10', '1 to 65536, default 512'])
    expect(entries.filter(entry => entry.endsWith(`(${limits})`))).toHaveLength(1);
  expect(entries).toContainEqual(
    expect.stringMatching(/^--record LEVEL .*: calls \(.*\), stores \(.*default\), all \(.*\)$/),
  );
  expect(entries).toContain('--record LEVEL | record: stores or all');
});

it('README has the same forms', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  expect(readme.filter(line => line.startsWith('wasm-shared-memory '))).toEqual(
    COMMANDS.map(({ name, usage: form }) => `wasm-shared-memory ${name} ${form}`),
  );
});
