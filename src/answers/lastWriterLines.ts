// Who last wrote a byte, and since when it exists, as lines.
import type { LastChange, MadeBy } from '../protocol/access.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { count, hex } from '../protocol/text.ts';
import type { Address, Step } from '../protocol/units.ts';
import { growText, writeText } from './accessLines.ts';

/** The question, and what the recording answers. */
export interface Answer {
  readonly address: Address;
  readonly step: Step;
  /** Size of memory at the step, in bytes. */
  readonly memoryBytes: number;
  /** Null where memory does not reach the byte at the step: it does later. */
  readonly change: LastChange | null;
  /** Seen from the last step. */
  readonly madeBy: Exclude<MadeBy, { kind: 'outside' }>;
}

/**
 * `0x548 at step 16: #2 in push+0x12 (i32.store), step 16, call 16, 333 -> 356`, and where memory did not have the byte from the first on:
 * `0x10000 exists since step 12: #0 in grow+0x5 (memory.grow) grew memory from 1 to 2 pages, call 3`.
 */
export function answerLines({ address, step, memoryBytes, change, madeBy }: Answer, run: RunSnapshot): string[] {
  const told = change
    ? changeText({ address, change }, run)
    : `not there yet, memory had ${memoryBytes === 0 ? 'no byte' : `only ${count(memoryBytes, 'byte')}`}`;
  const growth = growthText(madeBy, run);
  return [`${hex(address)} at step ${step}: ${told}`, ...(growth === null ? [] : [`${hex(address)} exists ${growth}`])];
}

/** Since when a byte exists; null where memory had it from the first on. */
function growthText(madeBy: Answer['madeBy'], run: RunSnapshot): string | null {
  switch (madeBy.kind) {
    case 'initial':
      return null;
    case 'growth': {
      const { grow } = madeBy;
      const call = grow.call === null ? '' : `, call ${grow.call}`;
      return `since step ${grow.step}: ${growText(grow, InstanceNames.of(run))}${call}`;
    }
    case 'dropped':
      return `since some step up to ${run.firstStep}, from where on history is kept`;
  }
}

/** `initial data`, `#2 in push+0x12 (i32.store), step 16, call 16, 333 -> 356`, … */
export function changeText(
  { change, address }: { readonly change: LastChange; readonly address: Address },
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
