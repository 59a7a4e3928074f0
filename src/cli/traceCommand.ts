// `wasm-shared-memory trace`: the calls of a run for a trace viewer.
import { EXIT, type ExitCode } from './exitCode.ts';
import { isAsExpected, nameOf, problemLine, runOrOpen, tookPlace } from './input.ts';
import type { TraceCommand } from './options.ts';
import { print, say, writeWhole } from './output.ts';
import { recordingNotes } from './report.ts';
import { traceDocument } from './traceEvents.ts';

export async function traceCommand(command: TraceCommand): Promise<ExitCode> {
  const run = await runOrOpen(command);
  try {
    const ended = await run.done;
    if (tookPlace(ended)) {
      const text = `${JSON.stringify(traceDocument(nameOf(command), ended))}\n`;
      await (command.output === null ? print(text) : writeWhole(command.output, text));
      for (const note of recordingNotes(ended)) say(note);
    }
    if (ended.problem) say(problemLine(command, ended.problem));
    if (!tookPlace(ended)) return EXIT.cannotRun;
    return isAsExpected(ended) ? EXIT.expected : EXIT.unexpected;
  } finally {
    run.dispose();
  }
}
