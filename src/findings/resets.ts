// An instance is made late, and its data segments or its start function put back what others have written since: variables, and the state
// of allocators. Told of the first bytes of each segment that are others than before, and had been written.
import type { LastChange, WriteView } from '../protocol/access.ts';
import { type CallRecord, EVERY_CALL, INSTANTIATION } from '../protocol/call.ts';
import type { Finding, FindingDetails } from '../protocol/finding.ts';
import { address, step } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import { BlockSet } from './blockSet.ts';
import { type Context, callsOf, isAllocating, isOwnStatic, moduleOf } from './context.ts';
import { isOfAllocator, isOfDemo } from './ground.ts';
import { areJobs } from './jobs.ts';
import { isLoadedAgain } from './loadedModules.ts';
import { instanceOf } from './writesIn.ts';

/** Accesses that are asked for at a time. */
const AT_ONCE = 1000;
/** Of a longer segment, the first bytes are looked at. */
const MOST_BYTES = 2 ** 24;
/** Of the bytes that went back, so many are asked about until one was written by somebody. */
const MOST_ASKED = 256;
/** Bytes of an address, in memories with 32 bits and with 64. */
const ADDRESS_BYTES = [4, 8];
/** Integers that can be torn, in bytes. */
const INTEGERS = [2, 4, 8];

export function* resets(context: Context): Generator<Finding> {
  if (context.instances.every(({ call }) => call === null)) return;
  for (const call of callsOf(context, { ...EVERY_CALL, text: INSTANTIATION })) {
    if (call.kind !== 'instantiation' || call.stepBefore < context.firstStep) continue;
    // The first instance of a module puts nothing back: it may be made where a loader has cleared memory for it.
    if (hasEarlier(context, call.instance) && !areJobs(context, moduleOf(context, call.instance)))
      yield* resetsOf(context, call);
  }
}

function hasEarlier({ instances }: Context, made: number): boolean {
  const first = instances.findIndex(({ module }) => module === instances[made]?.module);
  return first >= 0 && first < made;
}

function* resetsOf(context: Context, call: CallRecord): Generator<Finding> {
  /** By segment, of which the start function is none, and kind. */
  const told = new Map<string, Finding>();
  for (let from = 0; ; from += AT_ONCE) {
    const accesses = context.ask.accesses({ call: call.index, from, count: AT_ONCE });
    for (const access of accesses) {
      if (access.kind !== 'write' || access.owner.kind !== 'instance' || access.owner.instance !== call.instance)
        continue;
      // Data of a position-independent module lies elsewhere each time, or should.
      const isOwn = isOwnStatic(context, call.instance, access) || isLoadedAgain(context, call.instance, access);
      for (const found of isOwn ? resetsBy(context, call, access) : []) {
        const key = `${access.segment} ${found.kind}`;
        const known = told.get(key);
        told.set(key, known ? { ...known, count: known.count + 1 } : found);
      }
    }
    if (accesses.length < AT_ONCE) break;
  }
  for (const finding of told.values()) {
    if (finding.kind !== 'allocator-reset') {
      yield finding;
      continue;
    }
    const { hasLive, collision } = collisionAfter(context, call);
    // An allocator of which all blocks had been given back has nothing to forget.
    if (hasLive || collision) yield { ...finding, details: { ...finding.details, collision } };
  }
}

/** Where an allocator that was put back meets what it had handed out before; and whether somebody had any of that, as far as it is seen. */
function collisionAfter(
  context: Context,
  { index, instance }: CallRecord,
): { readonly hasLive: boolean; readonly collision: AllocatorCollision } {
  const module = moduleOf(context, instance);
  const old = new BlockSet();
  const live = new Set<number>();
  let hasAllocated = false;
  let allocations = 0;
  const found = (collision: AllocatorCollision) => ({ hasLive: !hasAllocated || live.size > 0, collision });
  for (const { call, step: at, freed, made } of allocationsOf(context)) {
    if (moduleOf(context, call.instance) !== module) continue;
    if (freed !== null) old.free(freed);
    if (freed !== null && call.index < index) live.delete(freed);
    if (!made) continue;
    if (call.index < index) {
      hasAllocated = true;
      live.add(made.address);
      for (const other of old.overlapping(made)) old.remove(other); // it was freed without being seen
      old.add({ span: made, call, step: at });
      continue;
    }
    allocations++;
    const [met] = old.overlapping(made);
    if (met) return found({ allocations, call, block: made, old: { span: met.span, made: met.call } });
  }
  return found(null);
}

type AllocatorCollision = FindingDetails['allocator-reset']['collision'];

/** The first bytes that a write of the making of an instance put back, and who had written them. */
interface Lost {
  readonly write: WriteView;
  /** In the bytes that were put back. */
  readonly offset: number;
}

/**
 * What a write of the making of an instance undid of what was written since: variables, the state of an allocator, or both. What the
 * making itself writes once more behind it (a start function that sets up what a segment has cleared) is as it was.
 */
function resetsBy(context: Context, call: CallRecord, write: WriteView): Finding[] {
  const length = Math.min(write.length, MOST_BYTES);
  const before = context.ask.bytes({ step: step(write.step - 1), address: write.address, length });
  const after = context.ask.bytes({ step: write.step, address: write.address, length });
  const made = context.ask.bytes({ step: call.step, address: write.address, length });
  const changed: number[] = [];
  for (let i = 0; i < length; i++) if (before[i] !== after[i] && after[i] === made[i]) changed.push(i);
  let variable: Lost | null = null;
  let state: Lost | null = null;
  for (let i = 0, asked = 0; i < changed.length && asked < MOST_ASKED && !(variable && state); i++, asked++) {
    const offset = changed[i];
    const last = lostAt(context, write, offset);
    // What the making itself has written is not lost.
    if (last.kind !== 'write' || last.write.step > call.stepBefore || isNoLoss(last.write, before[offset])) continue;
    if (isAllocators(context, write, last.write)) state ??= { write: last.write, offset };
    else variable ??= { write: last.write, offset };
    const end = last.write.address + last.write.length - write.address;
    while (changed[i + 1] < end) i++;
  }
  const findingOf = ({ write: lost, offset }: Lost, kind: 'allocator-reset' | 'segment-overwrite'): Finding => {
    let end = offset + 1;
    while (end < length && before[end] !== after[end] && after[end] === made[end]) end++;
    const instances = lost.owner.kind === 'instance' ? [lost.owner.instance, call.instance] : [call.instance];
    const torn = tornOf(context, call, write, lost);
    const isFirst = variable === null || state === null || offset < Math.max(variable.offset, state.offset);
    const details = { made: call.instance, segment: write.segment, bytes: changed.length, isFirst, lost, torn };
    return {
      ...(kind === 'allocator-reset' ? { kind, details: { ...details, collision: null } } : { kind, details }),
      step: write.step,
      call: call.index,
      instances: [...new Set(instances)].sort((a, b) => a - b),
      range: { address: address(write.address + offset), length: end - offset },
      count: 1,
    };
  };
  // What goes wrong with variables is their own affair; an allocator's goes on.
  return [
    ...(state ? [findingOf(state, 'allocator-reset')] : []),
    ...(variable ? [findingOf(variable, 'segment-overwrite')] : []),
  ];
}

/** Whether what was lost is the state of an allocator. */
function isAllocators(context: Context, write: WriteView, lost: WriteView): boolean {
  const writer = lost.site;
  const ground = writer && context.grounds[writer.module];
  if (!ground) return false;
  const isDemos = isOfDemo(ground, writer.function) && !isPosition(context, write, lost);
  return (isOfAllocator(ground, writer.function) && !isDemos) || isAllocating(context, lost);
}

/** Says that a reactor was initialised, and is of no use behind that. */
const INITIALIZE = '_initialize';

/** The host had cleared memory, or a guard went back that nobody looks at any more. */
const isNoLoss = ({ owner, site }: WriteView, byte: number): boolean =>
  (owner.kind === 'host' && byte === 0) || site?.function === INITIALIZE;

/** Whether what went back was where an allocator goes on: an address from the first one on that it handed out. */
function isPosition(context: Context, write: WriteView, lost: WriteView): boolean {
  if (!ADDRESS_BYTES.includes(lost.length)) return false;
  const value = unsigned(context.ask.bytes({ step: step(write.step - 1), address: lost.address, length: lost.length }));
  const module = moduleOf(context, instanceOf(lost) ?? -1);
  for (const { call, made } of allocationsOf(context))
    if (made && moduleOf(context, call.instance) === module) return value >= made.address;
  return false;
}

const lostAt = ({ ask }: Context, write: WriteView, offset: number): LastChange =>
  ask.lastChange({ step: step(write.step - 1), address: address(write.address + offset) });

/** An integer of which only some bytes went back, as it was stored last. */
function tornOf({ ask }: Context, { step: after }: CallRecord, write: WriteView, lost: WriteView): FindingTorn {
  if (!INTEGERS.includes(lost.length)) return null;
  const range = { address: lost.address, length: lost.length };
  const was = unsigned(ask.bytes({ step: step(write.step - 1), ...range }));
  const is = unsigned(ask.bytes({ step: write.step, ...range }));
  // What somebody stores there before the making ends is another value.
  if (is !== unsigned(ask.bytes({ step: after, ...range }))) return null;
  const whole = write.address <= lost.address && write.address + write.length >= lost.address + lost.length;
  return whole || was === is ? null : { was, is };
}

type FindingTorn = { readonly was: number; readonly is: number } | null;

function unsigned(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
