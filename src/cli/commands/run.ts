// `wasm-shared-memory run`
import { basename } from 'node:path';
import { findingLines } from '../../answers/findingLines.ts';
import type { Run } from '../../engine/client.ts';
import type { CallRecord } from '../../protocol/call.ts';
import type { Finding } from '../../protocol/finding.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { type AllocatedValue, allocatedValues } from '../allocatedValues.ts';
import { callsOf } from '../calls.ts';
import { defineCommand, UsageError } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { hasErrors } from '../findings.ts';
import { endingOf, nameOf, runGuest, tookPlace } from '../input.ts';
import { runDocument, type WrittenCall } from '../json.ts';
import { EXPORT, FINDINGS, JSON_FLAG, MODULE_FILES, RUN_OPTIONS, type RunOptions, SARIF } from '../options.ts';
import { checkTarget, print, say, writeWhole } from '../output.ts';
import { notes, transcript } from '../report.ts';
import { writeSarif } from '../sarif.ts';
import { showingWork } from '../workLine.ts';
import { writesOf } from '../writes.ts';

export const runCommand = defineCommand({
  name: 'run',
  usage: '[FILE…] [--json] [--export OUT.wsmrec] [options]',
  about:
    'run runs the shared-memory demo: N instances of a module over one linear memory, alloc_11 once on #0, then five rounds of add_23 over all instances. Of several modules each has one instance, which allocates for itself, and they take turns. It prints the transcript, and what went wrong because the instances share the memory.',
  operands: MODULE_FILES,
  options: { ...RUN_OPTIONS, json: JSON_FLAG, exportTo: EXPORT, findings: FINDINGS, sarif: SARIF },
  async run(line) {
    if (line.sarif !== null && !line.findings)
      throw new UsageError('--sarif has nothing to write with --findings off.');
    if (line.exportTo !== null) await checkTarget(line.exportTo, line.files);
    if (line.sarif !== null)
      await checkTarget(line.sarif, line.exportTo === null ? line.files : [...line.files, line.exportTo]);
    const started = performance.now();
    const run = await runGuest(line);
    try {
      const ended = await run.done;
      const elapsedMs = performance.now() - started;
      if (tookPlace(ended)) {
        const calls = await callsOf(run, nameOf(line));
        const values = await allocatedValues(run, calls);
        // First, since a reader of standard output may end the process.
        if (line.exportTo !== null)
          await writeWhole(line.exportTo, await run.recording.exportFile(showingWork(basename(line.exportTo))));
        const findings = line.findings ? await run.recording.ask('findings', {}) : null;
        if (findings) await writeSarif(line, findings, InstanceNames.of(ended));
        await print(line.json ? await documentText(line, run, calls, findings, values) : transcriptText(ended, calls));
        for (const note of notes(ended, calls, elapsedMs, values)) say(note);
        const names = InstanceNames.of(ended);
        for (const finding of findings ?? []) for (const text of findingLines(nameOf(line), finding, names)) say(text);
        if (findings && hasErrors(findings)) {
          endingOf(line, ended);
          return EXIT.unexpected;
        }
      }
      return endingOf(line, ended);
    } finally {
      run.dispose();
    }
  },
});

const transcriptText = (run: RunSnapshot, calls: readonly CallRecord[]): string =>
  transcript(run, calls)
    .map(line => `${line}\n`)
    .join('');

async function documentText(
  line: RunOptions,
  run: Run,
  calls: readonly CallRecord[],
  findings: readonly Finding[] | null,
  values: readonly AllocatedValue[],
): Promise<string> {
  const { recording, snapshot } = run;
  const written: WrittenCall[] = [];
  for (const call of calls) written.push({ call, writes: await writesOf(recording, call, snapshot.firstStep) });
  return `${JSON.stringify(runDocument(nameOf(line), line.state, snapshot, written, findings, values), null, 2)}\n`;
}
