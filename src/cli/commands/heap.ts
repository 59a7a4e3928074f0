// `wasm-shared-memory heap`: which blocks of allocators are live at a step.
import type { Recording, Run } from '../../engine/client.ts';
import { callText } from '../../protocol/findingWords.ts';
import { doubtsText, type LiveBlock, PARTIAL_HEAP } from '../../protocol/heapBlocks.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { count, hex } from '../../protocol/text.ts';
import type { Step } from '../../protocol/units.ts';
import { defineCommand } from '../command.ts';
import { answerOf, nameOf } from '../input.ts';
import { recordingDocument } from '../json.ts';
import { STEP, stepIn } from '../memoryRange.ts';
import { JSON_FLAG, MODULES_OR_RECORDING, RUN_OPTIONS, type RunOptions } from '../options.ts';
import { print } from '../output.ts';

/** Blocks that are asked for at a time. */
const AT_ONCE = 10_000;

const ONLY_CALLS = 'Single accesses are not recorded, and calls of allocators neither: --record stores records them.';

interface Question extends RunOptions {
  readonly step: number | null;
  readonly json: boolean;
}

export const heapCommand = defineCommand({
  name: 'heap',
  usage: '[FILE…] [--step S] [--json] [options]',
  about:
    'heap runs it, too, and tells which blocks allocators have handed out and not taken back at a step: where each lies, how long it is, and who asked for it. At the end of a program these are its leaks.',
  operands: MODULES_OR_RECORDING,
  options: { ...RUN_OPTIONS, json: JSON_FLAG, step: STEP },
  run: line => answerOf(line, (run, ended) => tell(line, run, ended)),
});

async function tell(question: Question, { recording }: Run, run: RunSnapshot): Promise<void> {
  const file = nameOf(question);
  const step = stepIn(file, question.step, run);
  const { blocks, ...heap } = await allBlocks(recording, step);
  if (question.json) {
    const document = { file, ...recordingDocument(run), step, ...heap, blocks: blocks.map(blockDocument) };
    await print(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const names = InstanceNames.of(run);
  const lines = blocks.map(block => blockLine(block, names));
  lines.push(`${file}: ${count(heap.total, 'block')} of ${count(heap.bytes, 'byte')} in all at step ${step}.`);
  if (run.record === 'calls') lines.push(ONLY_CALLS);
  else lines.push(...doubtsText({ ...heap, blocks }, names));
  if (heap.isPartial) lines.push(PARTIAL_HEAP);
  await print(`${lines.join('\n')}\n`);
}

async function allBlocks(recording: Recording, step: Step) {
  const first = await recording.ask('heapBlocks', { step, from: 0, count: AT_ONCE });
  const blocks = [...first.blocks];
  while (blocks.length < first.total)
    blocks.push(...(await recording.ask('heapBlocks', { step, from: blocks.length, count: AT_ONCE })).blocks);
  return { ...first, blocks };
}

/** `0x408: 16 bytes, from malloc in call 1, main on #0, at step 2` */
const blockLine = ({ span, made, step }: LiveBlock, names: InstanceNames): string =>
  `${hex(span.address)}: ${count(span.length, 'byte')}, from ${callText(made, names)}, at step ${step}`;

const blockDocument = ({ span, made, step }: LiveBlock) => ({ ...span, step, made });
