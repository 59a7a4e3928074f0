// `wasm-shared-memory who`: who last wrote a byte, seen from a step, or everybody who wrote to a range.
import type { Run } from '../../engine/client.ts';
import type { WriteView } from '../../protocol/access.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { type Address, step } from '../../protocol/units.ts';
import { defineCommand, type Option, UsageError } from '../command.ts';
import { answerOf, nameOf } from '../input.ts';
import { type Answer, allDocument, allLines, answerLine, whoDocument } from '../lastWriter.ts';
import { ADDRESS, checkRange, length, STEP, stepIn } from '../memoryRange.ts';
import { JSON_FLAG, MODULE_OR_RECORDING, RUN_OPTIONS, type RunOptions } from '../options.ts';
import { print } from '../output.ts';

const BYTE: Option<Address> = {
  ...ADDRESS,
  read(text) {
    const address = ADDRESS.read(text);
    if (address === null) throw new UsageError("'who' needs the byte in question: --address A.");
    return address;
  },
};

const ALL: Option<boolean> = {
  name: 'all',
  placeholder: null,
  help: 'every write to the bytes up to the moment, the oldest first',
  read: text => text !== null,
};

/** Writes that are asked for at a time. */
const WRITES_AT_ONCE = 10_000;

/** What is asked of a run. */
interface Question extends RunOptions {
  readonly address: Address;
  readonly step: number | null;
  readonly all: boolean;
  readonly length: number | null;
}

export const whoCommand = defineCommand({
  name: 'who',
  usage: '[FILE] --address A [--step S] [--all] [options]',
  about: 'who runs it, too, and tells who last wrote a byte, or with --all everybody who wrote to a range.',
  operands: MODULE_OR_RECORDING,
  options: {
    ...RUN_OPTIONS,
    json: JSON_FLAG,
    address: BYTE,
    step: STEP,
    all: ALL,
    length: length('with --all: how many bytes, from A on (default 1)'),
  },
  async run(line) {
    if (line.length !== null && !line.all) throw new UsageError('--length goes with --all.');
    return answerOf(line, async (run, ended) => {
      const { document, lines } = line.all ? await askAll(line, run, ended) : await askLast(line, run, ended);
      await print(line.json ? `${JSON.stringify(document, null, 2)}\n` : lines.map(each => `${each}\n`).join(''));
    });
  },
});

/** An answer as a JSON document, and as lines. */
interface Told {
  readonly document: object;
  readonly lines: readonly string[];
}

async function askLast(question: Question, { recording }: Run, run: RunSnapshot): Promise<Told> {
  const { address } = question;
  const at = stepIn(nameOf(question), question.step, run);
  await checkRange(nameOf(question), recording, at, address, 1);
  const answer: Answer = { address, step: at, change: await recording.ask('lastChange', { step: at, address }) };
  return { document: whoDocument(nameOf(question), answer, run), lines: [answerLine(answer, run)] };
}

async function askAll(question: Question, { recording }: Run, run: RunSnapshot): Promise<Told> {
  const { address } = question;
  const bytes = question.length ?? 1;
  const at = stepIn(nameOf(question), question.step, run);
  await checkRange(nameOf(question), recording, at, address, bytes);
  const writes: WriteView[] = [];
  for (let upTo = at; upTo > run.firstStep; ) {
    const part = await recording.ask('writesTo', { step: upTo, address, length: bytes, count: WRITES_AT_ONCE });
    writes.push(...part);
    if (part.length < WRITES_AT_ONCE) break;
    upTo = step(part[part.length - 1].step - 1);
  }
  writes.reverse();
  const answer = { address, length: bytes, step: at, writes };
  return { document: allDocument(nameOf(question), answer, run), lines: allLines(answer, run) };
}
