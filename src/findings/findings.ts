// All findings of a run: a fold over the detectors.
import type { Finding } from '../protocol/finding.ts';
import type { Context, Detector } from './context.ts';
import { deadStackPointers } from './deadStackPointers.ts';
import { duplicateAllocations } from './duplicateAllocations.ts';
import { printedValues } from './printedValues.ts';
import { resets } from './resets.ts';
import { nullPageWrites, staticOverlaps } from './strayWrites.ts';
import { threadLocals } from './threadLocals.ts';

const DETECTORS: readonly Detector[] = [
  duplicateAllocations,
  resets,
  deadStackPointers,
  staticOverlaps,
  nullPageWrites,
  threadLocals,
  printedValues,
];

/** What is wrong, in the order in which it happened. */
export function findingsOf(context: Context): Finding[] {
  return DETECTORS.flatMap(detector => [...detector(context)]).sort((a, b) => a.step - b.step);
}
