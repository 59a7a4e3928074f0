// Completes a trap by an access outside memory: what was accessed, and where the recording has its pointer from.
import { accessorText } from '../protocol/access.ts';
import type { StackFrame, Trap } from '../protocol/call.ts';
import {
  type FaultyPointer,
  longNumber,
  OUT_OF_BOUNDS_MESSAGE,
  type OutOfBounds,
  type OutsideRange,
  type PointerWriter,
} from '../protocol/outOfBounds.ts';
import type { RecordLevel } from '../protocol/run.ts';
import { address } from '../protocol/units.ts';
import type { Module } from '../wasm/module.ts';
import type { PointerSource, StoppedAccess } from '../wasm/record/accessVisitor.ts';
import { isRecorded } from '../wasm/record/fixedRecord.ts';
import type { Site } from '../wasm/record/sites.ts';
import type { LastWriter, ReadAccess } from './access.ts';
import { AccessViews } from './accessViews.ts';
import type { RecordingReader } from './recordingReader.ts';
import type { RecordingStore } from './recordingStore.ts';
import type { DecodedModule, ModuleSites } from './siteTable.ts';

/** How a call was stopped. */
export interface StoppedCall {
  /** Null where the log does not tell. */
  readonly stopped: StoppedAccess | null;
  /** Size of the memory then, in bytes. */
  readonly memoryBytes: number;
  readonly level: RecordLevel;
}

const UNKNOWN: FaultyPointer = { kind: 'unknown' };

export class OutOfBoundsTeller {
  private readonly views: AccessViews;
  /**
   * Of the calls that were made out of the one under way, by their traps, since a trap goes on through the calls around; null where
   * several of them look the same.
   */
  private readonly inner = new Map<string, OutOfBounds | null>();

  constructor(
    private readonly store: RecordingStore,
    private readonly reader: RecordingReader,
    private readonly sites: ModuleSites,
  ) {
    this.views = new AccessViews(store.calls, () => sites);
  }

  /** What the innermost call of a thread trapped by, with the access outside memory where it is one; null where it did not trap. */
  complete(thread: number, trap: Trap | null, call: StoppedCall): Trap | null {
    const { calls } = this.store;
    const fault = trap?.message === OUT_OF_BOUNDS_MESSAGE ? this.faultOf(thread, trap, call) : null;
    if (calls.innermost(thread) === calls.outermost(thread)) this.inner.clear();
    return trap && fault ? { ...trap, outOfBounds: fault } : trap;
  }

  private faultOf(thread: number, trap: Trap, call: StoppedCall): OutOfBounds | null {
    const key = `${thread} ${JSON.stringify(trap.stack)}`;
    const known = this.inner.get(key);
    if (known?.range && !call.stopped) return known;
    const fault = this.faultAt(trap, call);
    const isSame = known === undefined || JSON.stringify(known) === JSON.stringify(fault);
    this.inner.set(key, isSame ? fault : null);
    return fault;
  }

  private faultAt({ stack }: Trap, { stopped, memoryBytes, level }: StoppedCall): OutOfBounds | null {
    const frame = stack.at(0);
    const decoded = frame && this.sites.modules[frame.module];
    if (!decoded) return null;
    const site = stopped?.site.offset === frame.offset ? stopped.site : siteOf(frame, decoded);
    if (!site) return null; // it trapped in code that is not recorded
    const range = stopped?.site === site ? outsideRange(stopped, decoded.module, memoryBytes) : null;
    if (!range && site.fromMemory !== 0) return null; // it may lie outside of the other memory
    const pointer: FaultyPointer =
      stopped && range
        ? this.pointerOf(stopped, decoded, level)
        : { kind: isRecorded(site.instruction, level) ? 'unknown' : 'not-recorded' };
    return { instruction: site.instruction.name, memoryBytes, range, pointer };
  }

  private pointerOf({ operand, source }: StoppedAccess, decoded: DecodedModule, level: RecordLevel): FaultyPointer {
    if (source.kind !== 'loaded') return source;
    if (!isRecorded(source.site.instruction, level)) return { kind: 'not-recorded' };
    const load = this.reader.accesses.lastLoadBy(decoded.firstSite + source.site.id, source.skipped);
    if (!load || load.step < this.store.firstStep) return UNKNOWN;
    const value = loadedValue(operand, source, decoded.module);
    // What memory held then has to agree.
    if (!isIn(load, value)) return UNKNOWN;
    return {
      kind: 'loaded',
      address: load.address,
      length: load.length,
      value: longNumber(value),
      step: load.step,
      writers: this.writersOf(load),
    };
  }

  /** Who had written what a load read, bytes side by side that one write left together. */
  private writersOf(load: ReadAccess): PointerWriter[] {
    const writers: PointerWriter[] = [];
    for (let i = 0; i < load.length; i++) {
      const writer = this.writer(load.address + i, this.reader.lastWriter(load.step, address(load.address + i)));
      const last = writers.at(-1);
      if (last && isSameWriter(last, writer)) writers[writers.length - 1] = { ...last, length: last.length + 1 };
      else writers.push(writer);
    }
    return writers;
  }

  private writer(of: number, last: LastWriter): PointerWriter {
    const bytes = { address: address(of), length: 1 };
    if (last.kind !== 'write') return { ...bytes, kind: last.kind };
    const write = this.views.write(last.write);
    const { step, call, owner, site } = write;
    return { ...bytes, kind: 'write', step, call, owner, by: accessorText(write), site };
  }
}

function siteOf({ functionIndex, offset }: StackFrame, { module, sites }: DecodedModule): Site | undefined {
  const defined = functionIndex - module.importedFunctions;
  return defined < 0 ? undefined : sites?.ofFunction(defined).find(site => site.offset === offset);
}

/** Null where the access lies in memory: then it is not what the guest trapped by. */
function outsideRange(
  { site, operand, bulk }: StoppedAccess,
  module: Module,
  memoryBytes: number,
): OutsideRange | null {
  const isOutside = (start: bigint, length: number): boolean => start + BigInt(length) > BigInt(memoryBytes);
  if (!bulk) {
    const start = operand + BigInt(site.memoryOffset);
    if (!isOutside(start, site.width)) return null;
    return { of: 'memory', address: longNumber(start), offset: site.memoryOffset, length: site.width };
  }
  const { size, from } = bulk;
  const { form } = site.instruction;
  if (isOutside(operand, size))
    return { of: form === 'fill' ? 'memory' : 'destination', address: longNumber(operand), offset: 0, length: size };
  if (form === 'copy' && site.fromMemory === 0 && isOutside(BigInt(from), size))
    return { of: 'source', address: from, offset: 0, length: size };
  if (form !== 'init') return null;
  const { segment } = site;
  return { of: 'segment', segment, segmentBytes: module.dataSegments[segment]?.size ?? 0, address: from, length: size };
}

/** What was loaded: all bits of the address, without what was added. */
const loadedValue = (operand: bigint, { added }: PointerSource & { kind: 'loaded' }, { memories }: Module): bigint =>
  BigInt.asUintN(memories[0].is64 ? 64 : 32, operand - added);

/** Whether the bytes that were loaded are the lower ones of a value. */
const isIn = ({ value: bytes }: ReadAccess, value: bigint): boolean =>
  bytes.every((byte, i) => byte === Number((value >> BigInt(8 * i)) & 0xffn));

function isSameWriter(a: PointerWriter, b: PointerWriter): boolean {
  if (a.kind === 'write' && b.kind === 'write') return a.step === b.step;
  return a.kind === b.kind;
}
