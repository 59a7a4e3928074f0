// `wasm-shared-memory trace`: the calls of a run for a trace viewer.
import type { CallRecord } from '../../protocol/call.ts';
import { callsOf } from '../calls.ts';
import { defineCommand, type Option, UsageError } from '../command.ts';
import { endingOf, nameOf, runOrOpen, tookPlace } from '../input.ts';
import { MODULES_OR_RECORDING, outputFile, RUN_OPTIONS } from '../options.ts';
import { checkTarget, print, say, writeWhole } from '../output.ts';
import { runNotes, trappedNotes } from '../report.ts';
import { isTimed, traceDocument } from '../traceEvents.ts';

const FORMAT: Option<'chrome'> = {
  name: 'format',
  placeholder: 'chrome',
  help: 'the format of the trace (there is one)',
  read(text) {
    if (text !== null && text !== 'chrome') throw new UsageError(`--format takes chrome, not '${text}'.`);
    return 'chrome';
  },
};

export const traceCommand = defineCommand({
  name: 'trace',
  usage: '[FILE…] [--output OUT.json] [options]',
  about: 'trace writes its calls as Trace Event JSON, which Perfetto and Chrome open.',
  operands: MODULES_OR_RECORDING,
  options: {
    ...RUN_OPTIONS,
    format: FORMAT,
    output: outputFile('output', 'OUT.json', 'write to a file rather than to standard output'),
  },
  async run(line) {
    if (line.output !== null) await checkTarget(line.output, line.files);
    const run = await runOrOpen(line);
    try {
      const ended = await run.done;
      if (tookPlace(ended)) {
        const calls = await callsOf(run, nameOf(line));
        const text = `${JSON.stringify(traceDocument(nameOf(line), ended, calls))}\n`;
        await (line.output === null ? print(text) : writeWhole(line.output, text));
        for (const note of [...runNotes(ended), ...trappedNotes(ended), ...untimedNotes(calls)]) say(note);
      }
      return endingOf(line, ended);
    } finally {
      run.dispose();
    }
  },
});

/** No clock stands between two instances, nor is one read where a call is suspended. */
function untimedNotes(calls: readonly CallRecord[]): string[] {
  const untimed = calls.filter(call => !isTimed(call)).length;
  if (untimed === 0) return [];
  const are = untimed === 1 ? 'call is' : 'calls are';
  return [
    `note: ${untimed} ${are} not in the trace, since no times are known of calls that one instance makes of another, or that were made by WebAssembly.promising.`,
  ];
}
