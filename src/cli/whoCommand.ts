// `wasm-shared-memory who`: who last wrote a byte, seen from a step.
import type { Run } from '../engine/client.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { hex } from '../protocol/text.ts';
import { type Step, step } from '../protocol/units.ts';
import { EXIT, type ExitCode } from './exitCode.ts';
import { isAsExpected, nameOf, problemLine, runOrOpen } from './input.ts';
import { type Answer, answerLine, whoDocument } from './lastWriter.ts';
import type { WhoCommand } from './options.ts';
import { CommandError, print, say } from './output.ts';
import { recordingNotes } from './report.ts';

export async function whoCommand(command: WhoCommand): Promise<ExitCode> {
  const run = await runOrOpen(command);
  try {
    const ended = await run.done;
    if (ended.initialMemoryBytes === null) {
      if (ended.problem) say(problemLine(command, ended.problem));
      return EXIT.cannotRun;
    }
    const answer = await ask(command, run, ended);
    await print(
      command.json
        ? `${JSON.stringify(whoDocument(nameOf(command), answer, ended), null, 2)}\n`
        : `${answerLine(answer, ended)}\n`,
    );
    for (const note of recordingNotes(ended)) say(note);
    if (ended.problem) say(problemLine(command, ended.problem));
    // A module that is no guest of the demo has memory all the same: that of its instances.
    return isAsExpected(ended) || ended.problem?.kind === 'demo-exports-missing' ? EXIT.expected : EXIT.unexpected;
  } finally {
    run.dispose();
  }
}

async function ask(command: WhoCommand, { recording }: Run, run: RunSnapshot): Promise<Answer> {
  const { address } = command;
  const at = stepIn(command, run);
  const { memoryBytes } = await recording.describeStep(at);
  if (address >= memoryBytes)
    throw new CommandError(
      `${nameOf(command)}: ${hex(address)} is outside the memory, whose last byte at step ${at} is ${hex(memoryBytes - 1)}.`,
    );
  return { address, step: at, change: await recording.lastChange(at, address) };
}

function stepIn(command: WhoCommand, { firstStep, lastStep }: RunSnapshot): Step {
  const at = command.step ?? lastStep;
  if (at < firstStep || at > lastStep)
    throw new CommandError(`${nameOf(command)}: the recording has steps ${firstStep} to ${lastStep}, not ${at}.`);
  return step(at);
}
