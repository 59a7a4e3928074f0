// `wasm-shared-memory who`: who last wrote a byte, seen from a step, or everybody who wrote to a range.
import type { Recording, Run } from '../../engine/client.ts';
import type { WriteView } from '../../protocol/access.ts';
import { parseAddress } from '../../protocol/addressExpression.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { isAsExpected, isNoGuest } from '../../protocol/runStatus.ts';
import { hex } from '../../protocol/text.ts';
import { type Address, MAX_MEMORY_BYTES, type Step, step } from '../../protocol/units.ts';
import { defineCommand, type Option, UsageError } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { nameOf, problemLine, runOrOpen } from '../input.ts';
import { type Answer, allDocument, allLines, answerLine, whoDocument } from '../lastWriter.ts';
import { DIGITS, JSON_FLAG, MODULE_OR_RECORDING, RUN_OPTIONS, type RunOptions } from '../options.ts';
import { CommandError, print, say } from '../output.ts';
import { runNotes } from '../report.ts';

const ADDRESS: Option<Address> = {
  name: 'address',
  placeholder: 'A',
  help: 'the byte, for example 1352, 0x548 or 0x548+8',
  read(text) {
    if (text === null) throw new UsageError("'who' needs the byte in question: --address A.");
    const result = parseAddress(text, MAX_MEMORY_BYTES);
    if (!result.ok) throw new UsageError(`--address '${text}': ${result.message}`);
    return result.address;
  },
};

/** Which steps there are is known only after the run; null for the last. */
const STEP: Option<number | null> = {
  name: 'step',
  placeholder: 'S',
  help: 'the moment; the last step where it is not given',
  read(text) {
    if (text === null) return null;
    const value = Number(text);
    if (!DIGITS.test(text) || !Number.isSafeInteger(value))
      throw new UsageError(`--step takes a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, not '${text}'.`);
    return value;
  },
};

const ALL: Option<boolean> = {
  name: 'all',
  placeholder: null,
  help: 'every write to the bytes up to the moment, the oldest first',
  read: text => text !== null,
};

/** Null where it is not given. */
const LENGTH: Option<number | null> = {
  name: 'length',
  placeholder: 'N',
  help: 'with --all: how many bytes, from A on (default 1)',
  read(text) {
    if (text === null) return null;
    const value = Number(text);
    if (!DIGITS.test(text) || value < 1 || value > MAX_MEMORY_BYTES)
      throw new UsageError(`--length takes a whole number from 1 to ${MAX_MEMORY_BYTES}, not '${text}'.`);
    return value;
  },
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
  options: { ...RUN_OPTIONS, json: JSON_FLAG, address: ADDRESS, step: STEP, all: ALL, length: LENGTH },
  async run(line) {
    if (line.length !== null && !line.all) throw new UsageError('--length goes with --all.');
    const run = await runOrOpen(line);
    try {
      const ended = await run.done;
      if (ended.initialMemoryBytes === null) {
        if (ended.problem) say(problemLine(line, ended.problem));
        return EXIT.cannotRun;
      }
      const { document, lines } = line.all ? await askAll(line, run, ended) : await askLast(line, run, ended);
      await print(line.json ? `${JSON.stringify(document, null, 2)}\n` : lines.map(each => `${each}\n`).join(''));
      for (const note of runNotes(ended)) say(note);
      if (ended.problem) say(problemLine(line, ended.problem));
      // A module that fits no scenario has memory all the same: that of its instances.
      return isAsExpected(ended) || isNoGuest(ended) ? EXIT.expected : EXIT.unexpected;
    } finally {
      run.dispose();
    }
  },
});

/** An answer as a JSON document, and as lines. */
interface Told {
  readonly document: object;
  readonly lines: readonly string[];
}

async function askLast(question: Question, { recording }: Run, run: RunSnapshot): Promise<Told> {
  const { address } = question;
  const at = stepIn(question, run);
  await checkRange(question, recording, at, 1);
  const answer: Answer = { address, step: at, change: await recording.ask('lastChange', { step: at, address }) };
  return { document: whoDocument(nameOf(question), answer, run), lines: [answerLine(answer, run)] };
}

async function askAll(question: Question, { recording }: Run, run: RunSnapshot): Promise<Told> {
  const { address } = question;
  const length = question.length ?? 1;
  const at = stepIn(question, run);
  await checkRange(question, recording, at, length);
  const writes: WriteView[] = [];
  for (let upTo = at; upTo > run.firstStep; ) {
    const part = await recording.ask('writesTo', { step: upTo, address, length, count: WRITES_AT_ONCE });
    writes.push(...part);
    if (part.length < WRITES_AT_ONCE) break;
    upTo = step(part[part.length - 1].step - 1);
  }
  writes.reverse();
  const answer = { address, length, step: at, writes };
  return { document: allDocument(nameOf(question), answer, run), lines: allLines(answer, run) };
}

async function checkRange(question: Question, recording: Recording, at: Step, length: number): Promise<void> {
  const { memoryBytes } = await recording.ask('describeStep', { step: at });
  const last = question.address + length - 1;
  if (last < memoryBytes) return;
  const size =
    memoryBytes === 0 ? `which has no byte at step ${at}` : `whose last byte at step ${at} is ${hex(memoryBytes - 1)}`;
  throw new CommandError(`${nameOf(question)}: ${hex(last)} is outside the memory, ${size}.`);
}

function stepIn(question: Question, { firstStep, lastStep }: RunSnapshot): Step {
  const at = question.step ?? lastStep;
  if (at < firstStep || at > lastStep)
    throw new CommandError(`${nameOf(question)}: the recording has steps ${firstStep} to ${lastStep}, not ${at}.`);
  return step(at);
}
