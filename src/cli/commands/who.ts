// `wasm-shared-memory who`: who last wrote a byte, seen from a step.
import type { Run } from '../../engine/client.ts';
import { parseAddress } from '../../protocol/addressExpression.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { isAsExpected, isNoGuest } from '../../protocol/runStatus.ts';
import { hex } from '../../protocol/text.ts';
import { type Address, MAX_MEMORY_BYTES, type Step, step } from '../../protocol/units.ts';
import { defineCommand, type Option, UsageError } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { nameOf, problemLine, runOrOpen } from '../input.ts';
import { type Answer, answerLine, whoDocument } from '../lastWriter.ts';
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

/** What is asked of a run. */
interface Question extends RunOptions {
  readonly address: Address;
  readonly step: number | null;
}

export const whoCommand = defineCommand({
  name: 'who',
  usage: '[FILE] --address A [--step S] [--json] [options]',
  about: 'who runs it, too, and tells who last wrote a byte.',
  operands: MODULE_OR_RECORDING,
  options: { ...RUN_OPTIONS, json: JSON_FLAG, address: ADDRESS, step: STEP },
  async run(line) {
    const run = await runOrOpen(line);
    try {
      const ended = await run.done;
      if (ended.initialMemoryBytes === null) {
        if (ended.problem) say(problemLine(line, ended.problem));
        return EXIT.cannotRun;
      }
      const answer = await ask(line, run, ended);
      await print(
        line.json
          ? `${JSON.stringify(whoDocument(nameOf(line), answer, ended), null, 2)}\n`
          : `${answerLine(answer, ended)}\n`,
      );
      for (const note of runNotes(ended)) say(note);
      if (ended.problem) say(problemLine(line, ended.problem));
      // A module that fits no scenario has memory all the same: that of its instances.
      return isAsExpected(ended) || isNoGuest(ended) ? EXIT.expected : EXIT.unexpected;
    } finally {
      run.dispose();
    }
  },
});

async function ask(question: Question, { recording }: Run, run: RunSnapshot): Promise<Answer> {
  const { address } = question;
  const at = stepIn(question, run);
  const { memoryBytes } = await recording.ask('describeStep', { step: at });
  if (address >= memoryBytes) {
    const size =
      memoryBytes === 0
        ? `which has no byte at step ${at}`
        : `whose last byte at step ${at} is ${hex(memoryBytes - 1)}`;
    throw new CommandError(`${nameOf(question)}: ${hex(address)} is outside the memory, ${size}.`);
  }
  return { address, step: at, change: await recording.ask('lastChange', { step: at, address }) };
}

function stepIn(question: Question, { firstStep, lastStep }: RunSnapshot): Step {
  const at = question.step ?? lastStep;
  if (at < firstStep || at > lastStep)
    throw new CommandError(`${nameOf(question)}: the recording has steps ${firstStep} to ${lastStep}, not ${at}.`);
  return step(at);
}
