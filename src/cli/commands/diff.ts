// `wasm-shared-memory diff`: what differs between two steps of a recording, or where two recordings part.
import type { Run } from '../../engine/client.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import { defineCommand, type Operands, UsageError } from '../command.ts';
import { compareRecordings, divergenceDocument, divergenceLines, isAlike } from '../compareRecordings.ts';
import {
  comparedSteps,
  differenceDocument,
  differenceLine,
  differences,
  stepsDocument,
  stepsLines,
} from '../compareSteps.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { openFile } from '../input.ts';
import { stepIn, stepOption } from '../memoryRange.ts';
import { JSON_FLAG } from '../options.ts';
import { print, printWithList, say } from '../output.ts';
import { runNotes } from '../report.ts';

const RECORDINGS: Operands<{ readonly file: string; readonly other: string | null }> = {
  placeholder: 'A [B]',
  help: 'exported recordings (.wsmrec)',
  read([file, other = null, ...rest]) {
    if (file === undefined) throw new UsageError("'diff' needs a recording, or two.");
    if (rest.length > 0) throw new UsageError(`'diff' takes one recording or two: '${rest[0]}' is one too many.`);
    return { file, other };
  },
};

/** What is asked. */
interface Question {
  readonly step: number | null;
  readonly to: number | null;
  readonly json: boolean;
}

export const diffCommand = defineCommand({
  name: 'diff',
  usage: 'A.wsmrec [B.wsmrec] [--step S] [--to T] [--json]',
  about:
    'diff tells which bytes and owners differ between two steps of a recording, or the first call, access and byte in which two recordings differ.',
  operands: RECORDINGS,
  options: {
    json: JSON_FLAG,
    step: stepOption(
      'step',
      'S',
      'of one recording: compare this step (the first); of two: compare up to it (to the end)',
    ),
    to: stepOption('to', 'T', 'of one recording: with this step (the last)'),
  },
  async run({ file, other, ...question }) {
    if (other !== null && question.to !== null)
      throw new UsageError('--to goes with one recording. Two are compared up to --step.');
    const runs: Run[] = [];
    try {
      for (const each of other === null ? [file] : [file, other]) runs.push(await openFile(each));
      const [run, second] = runs;
      const code =
        other === null
          ? await diffSteps(file, run, question)
          : await diffRecordings([file, other], [run, second], question);
      for (const [index, { snapshot }] of runs.entries())
        for (const note of runNotes(snapshot)) say(other === null ? note : `${index === 0 ? file : other}: ${note}`);
      return code;
    } finally {
      for (const run of runs) run.dispose();
    }
  },
});

async function diffSteps(file: string, { recording, snapshot }: Run, { step, to, json }: Question): Promise<ExitCode> {
  const [from, upTo] = [stepIn(file, step ?? snapshot.firstStep, snapshot), stepIn(file, to, snapshot)];
  if (from > upTo) throw new UsageError(`--to takes a step from ${from} on, which --step says, not '${upTo}'.`);
  const steps = await comparedSteps(recording, from, upTo);
  let differs = steps.memoryBefore !== steps.memoryAfter;
  const found = async function* () {
    for await (const part of differences(recording, steps)) {
      differs = true;
      yield part;
    }
  };
  if (json) {
    await printWithList(stepsDocument(file, steps, snapshot), 'ranges', found(), differenceDocument);
  } else {
    const names = InstanceNames.of(snapshot);
    // As with diff(1), nothing is said where nothing differs.
    let heading = stepsLines(file, steps);
    const tell = async (lines: readonly string[]): Promise<void> => {
      await print([...heading, ...lines].map(line => `${line}\n`).join(''));
      heading = [];
    };
    if (differs) await tell([]);
    for await (const part of found()) await tell(part.map(each => differenceLine(each, names)));
  }
  return differs ? EXIT.unexpected : EXIT.expected;
}

async function diffRecordings(
  files: readonly [string, string],
  runs: readonly [Run, Run],
  { step, json }: Question,
): Promise<ExitCode> {
  const side = (index: 0 | 1) => {
    const [file, run] = [files[index], runs[index]];
    return { file, run, upTo: stepIn(file, step, run.snapshot) };
  };
  const sides = [side(0), side(1)] as const;
  const divergence = await compareRecordings(sides);
  const lines = divergenceLines(divergence, sides).map(line => `${line}\n`);
  await print(json ? `${JSON.stringify(divergenceDocument(divergence, sides), null, 2)}\n` : lines.join(''));
  if (divergence.accessNote !== null) say(divergence.accessNote);
  return isAlike(divergence) ? EXIT.expected : EXIT.unexpected;
}
