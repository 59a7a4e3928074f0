// The answer of `who`: as one line, and as the JSON document that schemas/who.schema.json describes.
import type { LastChange } from '../protocol/access.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { hex } from '../protocol/text.ts';
import type { Address, Step } from '../protocol/units.ts';
import { writeText } from './accesses.ts';
import { recordingDocument } from './json.ts';
import { writeDocument } from './writes.ts';

/** The question, and what the recording answers. */
export interface Answer {
  readonly address: Address;
  readonly step: Step;
  readonly change: LastChange;
}

/** `0x548 at step 16: #2 in push+0x12 (i32.store), step 16, call 16, 333 -> 356` */
export function answerLine(answer: Answer, run: RunSnapshot): string {
  return `${hex(answer.address)} at step ${answer.step}: ${changeText(answer, run)}`;
}

/** `initial data`, `#2 in push+0x12 (i32.store), step 16, call 16, 333 -> 356`, … */
export function changeText(
  { change, address }: Omit<Answer, 'step'>,
  run: Pick<RunSnapshot, 'firstStep' | 'modules' | 'instances'>,
): string {
  switch (change.kind) {
    case 'write':
      return writeText(change.write, address, InstanceNames.of(run));
    case 'initial':
      return 'initial data';
    case 'never':
      return 'never written';
    case 'dropped':
      return `written before step ${run.firstStep}, from where on history is kept`;
  }
}

/** The question after all accesses to a range. */
export interface AllOf {
  readonly address: Address;
  readonly length: number;
  readonly step: Step;
  /** Whether loads are in question, too. */
  readonly reads: boolean;
}

/** What stands before the accesses. */
export const droppedLines = ({ firstStep }: RunSnapshot): string[] =>
  firstStep > 0 ? [`history is kept from step ${firstStep} on: earlier writes are missing`] : [];

/** What stands in their place where there are none. */
export function nobodyLine({ address, length, step, reads }: AllOf): string {
  const range = length === 1 ? hex(address) : `${hex(address)} to ${hex(address + length - 1)}`;
  return `${range}: nobody ${reads ? 'read or wrote' : 'wrote'} there up to step ${step}`;
}

/**
 * The head of the document; the accesses come behind it.
 * @param file the path as the user gave it, or `bundled`
 */
export function allDocument(file: string, { address, length, step }: AllOf, run: RunSnapshot) {
  return { file, address, length, step, ...recordingDocument(run) };
}

/** @param file the path as the user gave it, or `bundled` */
export function whoDocument(file: string, answer: Answer, run: RunSnapshot) {
  const { address, step, change } = answer;
  return { file, address, step, ...recordingDocument(run), lastWriter: changeDocument(change) };
}

export function changeDocument(change: LastChange) {
  if (change.kind !== 'write') return { kind: change.kind };
  return { kind: change.kind, call: change.write.call, write: writeDocument(change.write) };
}
