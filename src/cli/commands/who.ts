// `wasm-shared-memory who`: who last wrote a byte, seen from a step, or everybody who wrote to a range.

import { accessLine } from '../../answers/accessLines.ts';
import { type AllOf, type Answer, answerLines, droppedLines, nobodyLine } from '../../answers/lastWriterLines.ts';
import type { Run } from '../../engine/client.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import type { Answer as AnswerTo } from '../../protocol/queries.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import type { Address } from '../../protocol/units.ts';
import { accessDocument } from '../accesses.ts';
import { defineCommand, type Option, UsageError } from '../command.ts';
import { answerOf, nameOf } from '../input.ts';
import { allDocument, whoDocument } from '../lastWriter.ts';
import { ADDRESS, checkRange, length, memoryBytesAt, outside, STEP, stepIn } from '../memoryRange.ts';
import { JSON_FLAG, MODULES_OR_RECORDING, RUN_OPTIONS, type RunOptions } from '../options.ts';
import { CommandError, print, printWithList } from '../output.ts';

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

const READS: Option<boolean> = {
  name: 'reads',
  placeholder: null,
  help: 'with --all: every load from the bytes, too, where it is recorded: with --record all',
  read: text => text !== null,
};

/** Accesses that are asked for at a time. */
const AT_ONCE = 10_000;

/** What is asked of a run. */
interface Question extends RunOptions {
  readonly address: Address;
  readonly step: number | null;
  readonly all: boolean;
  readonly reads: boolean;
  readonly length: number | null;
  readonly json: boolean;
}

export const whoCommand = defineCommand({
  name: 'who',
  usage: '[FILE…] --address A [--step S] [--all] [options]',
  about:
    'who runs it, too, and tells who last wrote a byte, or with --all everybody who wrote to a range (with --reads: or read it).',
  operands: MODULES_OR_RECORDING,
  options: {
    ...RUN_OPTIONS,
    json: JSON_FLAG,
    address: BYTE,
    step: STEP,
    all: ALL,
    reads: READS,
    length: length('with --all: how many bytes, from A on (default 1)'),
  },
  async run(line) {
    if (line.length !== null && !line.all) throw new UsageError('--length goes with --all.');
    if (line.reads && !line.all) throw new UsageError('--reads goes with --all.');
    return answerOf(line, (run, ended) => (line.all ? tellAll : tellLast)(line, run, ended));
  },
});

async function tellLast(question: Question, { recording }: Run, run: RunSnapshot): Promise<void> {
  const { address } = question;
  const file = nameOf(question);
  const at = stepIn(file, question.step, run);
  const memoryBytes = await memoryBytesAt(recording, at);
  const madeBy = await recording.ask('madeBy', { step: run.lastStep, address });
  if (madeBy.kind === 'outside') throw outside(file, at, memoryBytes, address, madeBy);
  const change = address < memoryBytes ? await recording.ask('lastChange', { step: at, address }) : null;
  const answer: Answer = { address, step: at, memoryBytes, change, madeBy };
  const text = question.json
    ? JSON.stringify(whoDocument(file, answer, run), null, 2)
    : answerLines(answer, run).join('\n');
  await print(`${text}\n`);
}

/** As it is found: there may be more than can be held. */
async function tellAll(question: Question, asked: Run, run: RunSnapshot): Promise<void> {
  const { recording } = asked;
  const { address, reads } = question;
  const file = nameOf(question);
  const length = question.length ?? 1;
  const at = stepIn(file, question.step, run);
  await checkRange(file, asked, at, address, length);
  if (reads && run.record !== 'all')
    throw new CommandError(
      `${file}: loads are not recorded at level ${run.record}, so nobody knows who read. Run or record it with --record all.`,
    );
  const range: AllOf = { address, length, step: at, reads };
  const parts = async function* () {
    for (let next: number | null = 0; next !== null; ) {
      const part: AnswerTo<'accessesTo'> = await recording.ask('accessesTo', { ...range, from: next, count: AT_ONCE });
      if (part.accesses.length > 0) yield part.accesses;
      next = part.next;
    }
  };
  if (question.json) {
    const name = reads ? 'accesses' : 'writes';
    await printWithList(allDocument(file, range, run), name, parts(), accessDocument);
    return;
  }
  await print(
    droppedLines(run)
      .map(line => `${line}\n`)
      .join(''),
  );
  const names = InstanceNames.of(run);
  let isEmpty = true;
  for await (const accesses of parts()) {
    if (accesses.some(({ kind }) => kind !== 'grow')) isEmpty = false;
    await print(accesses.map(access => `${accessLine(access, names, reads)}\n`).join(''));
  }
  if (isEmpty) await print(`${nobodyLine(range)}\n`);
}
