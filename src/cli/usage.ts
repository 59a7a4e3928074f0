// What `--help` prints, from the list of commands.
import type { Command, Option } from './command.ts';

const WIDTH = 80;

/** @returns lines of at most `width` characters, broken at spaces */
function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const paragraph = (text: string): string => wrapped(text, WIDTH).join('\n');

const ENDING =
  'Standard output is what was asked for and nothing else; notes go to standard error. A file is written whole or not at all. Ctrl+C (or SIGTERM, or the closing of the terminal) ends the guest or the script, and what it did until then is kept; a second one leaves out what is not recorded yet; a third one ends the command, and nothing is written.';
const EXIT_STATUS =
  "Exit status: 0 the value in memory is the expected one; 1 it is not, or a guest trapped or ran out of time; 2 the input can't be run or read, or the output can't be written. Of diff: 0 nothing differs, 1 something does, 2 as above. Of record: that of the script, or 2 if there is no recording. Of inspect: 0, or 2 if a file is no module.";

/** What may be said, and what it is for. */
type Entry = readonly [label: string, help: string];

const optionLabel = ({ name, placeholder }: Option<unknown>): string =>
  placeholder === null ? `--${name}` : `--${name} ${placeholder}`;

/** Operands, then options, each with the commands that take it, unless all do. */
function entries(commands: readonly Command[]): Entry[] {
  const told = [
    ...commands.map(({ name, operands }) => ({ name, label: operands.placeholder, help: operands.help })),
    ...commands.flatMap(({ name, options }) =>
      options.map(option => ({ name, label: optionLabel(option), help: option.help })),
    ),
  ];
  const alike = (label: string, help: string) => told.filter(each => each.label === label && each.help === help);
  return told.flatMap(({ name, label, help }): Entry[] => {
    const names = alike(label, help).map(each => each.name);
    if (name !== names[0]) return [];
    return [[label, names.length === commands.length ? help : `${names.join(', ')}: ${help}`]];
  });
}

export function usage(commands: readonly Command[]): string {
  const list: readonly Entry[] = [...entries(commands), ['--help', 'print this'], ['--version', 'print the version']];
  const column = 4 + Math.max(...list.map(([label]) => label.length));
  const lines = list.flatMap(([label, help]) => {
    const [first, ...rest] = wrapped(help, WIDTH - column);
    return [`  ${label}`.padEnd(column) + first, ...rest.map(line => ' '.repeat(column) + line)];
  });
  const forms = commands.map(({ name, usage: form }) => `wasm-shared-memory ${name} ${form}`);
  return `Usage: ${forms.join('\n       ')}

${paragraph(commands.map(({ about }) => about).join(' '))}

${lines.join('\n')}

${paragraph(ENDING)}
${paragraph(EXIT_STATUS)}
`;
}
