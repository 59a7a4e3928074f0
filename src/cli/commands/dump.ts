// `wasm-shared-memory dump`: what memory held at a step, and who owns it.

import { DUMP_FORMATS, type DumpFormat, dumped, unitBytes } from '../../answers/memoryDump.ts';
import { joined, memoryParts } from '../../answers/memoryParts.ts';
import type { Run } from '../../engine/client.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { type Address, address } from '../../protocol/units.ts';
import { defineCommand, type Option, UsageError } from '../command.ts';
import { type DumpedRange, dumpDocument } from '../dumpDocument.ts';
import { answerOf, nameOf } from '../input.ts';
import { ADDRESS, checkRange, length, memoryBytesAt, STEP, stepIn } from '../memoryRange.ts';
import { JSON_FLAG, MODULES_OR_RECORDING, RUN_OPTIONS, type RunOptions } from '../options.ts';
import { CommandError, print, say } from '../output.ts';

const FORMAT_NAMES = [...DUMP_FORMATS.keys()].join(', ');

const FORMAT: Option<{ readonly name: string; readonly format: DumpFormat }> = {
  name: 'format',
  placeholder: 'F',
  help: `${FORMAT_NAMES} (default hex)`,
  read(text) {
    const name = text ?? 'hex';
    const format = DUMP_FORMATS.get(name);
    if (!format) throw new UsageError(`--format takes ${FORMAT_NAMES}, not '${name}'.`);
    return { name, format };
  },
};

/** Most bytes of a JSON document: what a text of JavaScript holds by far, also where each byte has another owner. */
const MAX_JSON_BYTES = 2 ** 22;

/** What is asked of a run. */
interface Question extends RunOptions {
  readonly address: Address | null;
  readonly length: number | null;
  readonly step: number | null;
  readonly format: { readonly name: string; readonly format: DumpFormat };
  readonly json: boolean;
}

export const dumpCommand = defineCommand({
  name: 'dump',
  usage: '[FILE…] [--address A] [--length N] [options]',
  about:
    'dump runs it, too, and tells what memory held, as hexdump -C does, with the owner of each byte: #0 4-7 are the bytes 4 to 7 of a row.',
  operands: MODULES_OR_RECORDING,
  options: {
    ...RUN_OPTIONS,
    json: JSON_FLAG,
    address: ADDRESS,
    length: length('how many bytes, from A on (to the end of memory)'),
    step: STEP,
    format: FORMAT,
  },
  async run(line) {
    const { name, format } = line.format;
    const size = unitBytes(format);
    if (line.length !== null && line.length % size > 0)
      throw new UsageError(`--format ${name} takes a --length that is a multiple of ${size}, not '${line.length}'.`);
    if (line.json && format.kind === 'raw')
      throw new UsageError('--format raw is no text: leave out --json, or the format.');
    if (line.json && format.kind === 'ihex')
      throw new UsageError('--format ihex is a file of its own: leave out --json, or the format.');
    return answerOf(line, (run, ended) => dump(line, run, ended));
  },
});

async function dump(question: Question, asked: Run, run: RunSnapshot): Promise<void> {
  const { recording } = asked;
  const range = await rangeOf(question, asked, run);
  if (range.length === 0) say(`${nameOf(question)}: memory has no byte at step ${range.step}.`);
  const parts = memoryParts(recording, range.step, range.address, range.length);
  if (!question.json) {
    for await (const piece of dumped(parts, range.format, InstanceNames.of(run))) await print(piece);
    return;
  }
  if (range.length > MAX_JSON_BYTES)
    throw new CommandError(
      `${nameOf(question)}: --json tells up to ${MAX_JSON_BYTES} bytes, not ${range.length}. Ask for fewer with --length, or leave out --json.`,
    );
  const document = dumpDocument(nameOf(question), range, await joined(parts, range.address), run);
  await print(`${JSON.stringify(document, null, 2)}\n`);
}

/** From the beginning to the end of memory, as far as the question says nothing else. */
async function rangeOf(question: Question, asked: Run, run: RunSnapshot): Promise<DumpedRange> {
  const file = nameOf(question);
  const { format } = question.format;
  const step = stepIn(file, question.step, run);
  const from = question.address ?? address(0);
  const memoryBytes = await memoryBytesAt(asked.recording, step);
  const isAsked = question.address !== null || question.length !== null;
  if (isAsked) await checkRange(file, asked, step, from, question.length ?? 1);
  const rest = memoryBytes - from;
  return { address: from, length: question.length ?? rest - (rest % unitBytes(format)), step, memoryBytes, format };
}
