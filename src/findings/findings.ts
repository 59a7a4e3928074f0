// All findings of a run: a fold over the detectors.
import { addressOf } from '../protocol/call.ts';
import type { Finding, FindingKind } from '../protocol/finding.ts';
import { type Context, type Detector, moduleOf } from './context.ts';
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
import { staleViews } from './staleViews.ts';
import { nullPageWrites, staticOverlaps } from './strayWrites.ts';
import { threadAllocations } from './threadAllocations.ts';
import { threadLocals } from './threadLocals.ts';
import { unrecordedWrites } from './unrecordedWrites.ts';

/** They need calls, and what modules claim. */
const OF_CALLS: readonly Detector[] = [duplicateAllocations, threadAllocations, threadLocals, printedValues];
/** They need single accesses, too. */
const OF_ACCESSES: readonly Detector[] = [
  resets,
  missingImports,
  unrecordedWrites,
  staleViews,
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

/** Who finds something else where its pointers were, or comes to the end of its stack, stores anywhere: also below all that it has. */
const LEAD_BELOW: ReadonlySet<FindingKind> = new Set([
  'duplicate-allocation',
  'segment-overwrite',
  'allocator-reset',
  'missing-import',
  'foreign-write',
  'stack-overflow',
]);

/** What is wrong, in the order in which it happened. */
export function findingsOf(context: Context): Finding[] {
  const detectors = context.hasAccesses ? [...OF_CALLS, ...OF_ACCESSES] : OF_CALLS;
  const found = detectors.flatMap(detector => [...detector(context)]).sort((a, b) => a.step - b.step);
  const isLedTo = (below: Finding): boolean => found.some(each => hasLedTo(context, each, below));
  return found.flatMap(finding => {
    if (finding.kind === 'null-page-write' && isLedTo(finding)) return [];
    return finding.kind === 'duplicate-allocation' ? withReset(finding, found) : finding;
  });
}

/** An allocator hands out a block twice since the making of an instance put it back. */
function withReset(twice: Finding & { kind: 'duplicate-allocation' }, found: readonly Finding[]): Finding {
  const { details: of } = twice;
  if ('threads' in of) return twice;
  const { first, again } = of;
  for (const reset of found) {
    const { kind, call, details, instances } = reset;
    if (kind !== 'allocator-reset' || call === null || !instances.includes(first.instance)) continue;
    if (call > first.index && call <= again.index) return { ...twice, details: { ...of, resetBy: details.made } };
  }
  return twice;
}

/**
 * Whether a fault explains that instances of a module store through what looks like a null pointer: all of them take part in it, and nobody gave
 * them the pointer as it is.
 */
function hasLedTo(context: Context, fault: Finding, below: Finding): boolean {
  if (isPassed(context, below)) return false;
  const module = moduleOf(context, below.instances[0] ?? -1);
  // What two modules have at one place, they have there from the beginning, whenever one of them writes.
  if (fault.kind === 'static-overlap') return fault.details.modules.includes(module);
  const isLed = LEAD_BELOW.has(fault.kind) && (fault.step <= below.step || fault.call === below.call);
  return isLed && context.instances.every((each, index) => each.module !== module || fault.instances.includes(index));
}

/** So far behind a null pointer a store to what it points to may lie. */
const NEAR_BYTES = 64;

/** Whether the host gave the address of a store, or one a little before it, to the call. */
function isPassed(context: Context, { call, range }: Finding): boolean {
  if (call === null || !range) return false;
  const { args } = context.call(call);
  return args.some(arg => range.address >= addressOf(arg) && range.address - addressOf(arg) < NEAR_BYTES);
}
