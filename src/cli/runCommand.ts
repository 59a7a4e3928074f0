// `wasm-shared-memory run`
import type { Run } from '../engine/client.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { EXIT, type ExitCode } from './exitCode.ts';
import { isAsExpected, nameOf, problemLine, runGuest, tookPlace } from './input.ts';
import { runDocument } from './json.ts';
import type { RunCommand } from './options.ts';
import { print, say, writeWhole } from './output.ts';
import { notes, transcript } from './report.ts';
import { type CallWrites, writesOf } from './writes.ts';

export async function runCommand(command: RunCommand): Promise<ExitCode> {
  const started = performance.now();
  const run = await runGuest(command);
  try {
    const ended = await run.done;
    const elapsedMs = performance.now() - started;
    if (tookPlace(ended)) {
      // First, since a reader of standard output may end the process.
      if (command.exportTo !== null) await writeWhole(command.exportTo, await run.recording.exportFile());
      await print(command.json ? await documentText(command, run, ended) : transcriptText(ended));
      for (const note of notes(ended, elapsedMs)) say(note);
    }
    if (ended.problem) say(problemLine(command, ended.problem));
    if (!tookPlace(ended)) return EXIT.cannotRun;
    return isAsExpected(ended) ? EXIT.expected : EXIT.unexpected;
  } finally {
    run.dispose();
  }
}

const transcriptText = (run: RunSnapshot): string =>
  transcript(run)
    .map(line => `${line}\n`)
    .join('');

async function documentText(command: RunCommand, { recording }: Run, run: RunSnapshot): Promise<string> {
  const writes: CallWrites[] = [];
  for (const call of run.calls) writes.push(await writesOf(recording, call, run.firstStep));
  return `${JSON.stringify(runDocument(nameOf(command), run, writes), null, 2)}\n`;
}
