// All findings of a run: a fold over the detectors.
import type { Finding } from '../protocol/finding.ts';
import type { Context, Detector } from './context.ts';
import { deadStackPointers } from './deadStackPointers.ts';
import { duplicateAllocations } from './duplicateAllocations.ts';
import { foreignBlocks } from './foreignBlocks.ts';
import { heapFaults } from './heapFaults.ts';
import { loadedModules } from './loadedModules.ts';
import { missingImports } from './missingImports.ts';
import { printedValues } from './printedValues.ts';
import { resets } from './resets.ts';
import { roomOverlaps } from './stackRooms.ts';
import { stackLeaks, stackOverflows, stackOverlaps } from './stacks.ts';
import { nullPageWrites, staticOverlaps } from './strayWrites.ts';
import { threadLocals } from './threadLocals.ts';
import { unrecordedWrites } from './unrecordedWrites.ts';

/** They need calls, and what modules claim. */
const OF_CALLS: readonly Detector[] = [duplicateAllocations, threadLocals, printedValues];
/** They need single accesses, too. */
const OF_ACCESSES: readonly Detector[] = [
  resets,
  missingImports,
  unrecordedWrites,
  deadStackPointers,
  heapFaults,
  stackOverlaps,
  roomOverlaps,
  stackOverflows,
  stackLeaks,
  staticOverlaps,
  foreignBlocks,
  loadedModules,
  nullPageWrites,
];

/** What is wrong, in the order in which it happened. */
export function findingsOf(context: Context): Finding[] {
  const detectors = context.hasAccesses ? [...OF_CALLS, ...OF_ACCESSES] : OF_CALLS;
  return detectors.flatMap(detector => [...detector(context)]).sort((a, b) => a.step - b.step);
}
