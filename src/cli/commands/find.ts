// `wasm-shared-memory find`: what is wrong with the memory of a run, or of a recording.

import { findingLines } from '../../answers/findingLines.ts';
import { unjudgedText } from '../../protocol/heapBlocks.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { findingDocument, hasErrors } from '../findings.ts';
import { answerOf, nameOf } from '../input.ts';
import { recordingDocument } from '../json.ts';
import { JSON_FLAG, MODULES_OR_RECORDING, RUN_OPTIONS, SARIF } from '../options.ts';
import { checkTarget, print } from '../output.ts';
import { writeSarif } from '../sarif.ts';

const ONLY_CALLS =
  'Single accesses are not recorded: only allocations, thread-locals and printed values were looked at. --record stores looks at all.';

export const findCommand = defineCommand({
  name: 'find',
  usage: '[FILE…] [--json] [--sarif OUT.sarif] [options]',
  about:
    'find tells what went wrong because instances share a memory: who overwrote what, how it came to that, and what to do. Its status is 1 where memory is wrong.',
  operands: MODULES_OR_RECORDING,
  options: { ...RUN_OPTIONS, json: JSON_FLAG, sarif: SARIF },
  async run(line) {
    if (line.sarif !== null) await checkTarget(line.sarif, line.files);
    let isWrong = false;
    const code = await answerOf(line, async ({ recording }, run) => {
      const findings = await recording.ask('findings', {});
      // The same at each step: the first one has the fewest blocks to look for.
      const { unjudged } = await recording.ask('heapBlocks', { step: run.firstStep, from: 0, count: 1 });
      isWrong = hasErrors(findings);
      const names = InstanceNames.of(run);
      const file = nameOf(line);
      await writeSarif(line, findings, names);
      if (line.json) {
        const document = {
          file,
          ...recordingDocument(run),
          unjudged,
          findings: findings.map(finding => findingDocument(finding, names)),
        };
        await print(`${JSON.stringify(document, null, 2)}\n`);
        return;
      }
      const lines = findings.flatMap(finding => findingLines(file, finding, names));
      if (lines.length === 0) lines.push(`${file}: nothing was found.`);
      if (run.record === 'calls') lines.push(ONLY_CALLS);
      // Who has no allocator has no blocks of which to be in doubt.
      else for (const each of unjudged) if (each.because !== 'no-allocator') lines.push(unjudgedText(each, names));
      await print(`${lines.join('\n')}\n`);
    });
    return code === EXIT.expected && isWrong ? EXIT.unexpected : code;
  },
});
