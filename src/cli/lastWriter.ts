// The answer of `who` as the JSON document that schemas/who.schema.json describes.
import type { AllOf, Answer } from '../answers/lastWriterLines.ts';
import type { LastChange } from '../protocol/access.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { growDocument } from './accesses.ts';
import { recordingDocument } from './json.ts';
import { writeDocument } from './writes.ts';

/**
 * The head of the document; the accesses come behind it.
 * @param file the path as the user gave it, or `bundled`
 */
export function allDocument(file: string, { address, length, step }: AllOf, run: RunSnapshot) {
  return { file, address, length, step, ...recordingDocument(run) };
}

/** @param file the path as the user gave it, or `bundled` */
export function whoDocument(file: string, answer: Answer, run: RunSnapshot) {
  const { address, step, memoryBytes, change, madeBy } = answer;
  const lastWriter = change && changeDocument(change);
  return {
    file,
    address,
    step,
    ...recordingDocument(run),
    memoryBytes,
    lastWriter,
    madeBy: madeByDocument(madeBy),
  };
}

function madeByDocument(madeBy: Answer['madeBy']) {
  if (madeBy.kind !== 'growth') return { kind: madeBy.kind };
  return { kind: madeBy.kind, call: madeBy.grow.call, grow: growDocument(madeBy.grow) };
}

export function changeDocument(change: LastChange) {
  if (change.kind !== 'write') return { kind: change.kind };
  return { kind: change.kind, call: change.write.call, write: writeDocument(change.write) };
}
