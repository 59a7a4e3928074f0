// What detectors see of a run: its modules and instances, and the answers of its recording. Nothing else, so that a live run, a recording
// that ended and one that was opened from a file are the same to them.
import type { SiteView, WriteView } from '../protocol/access.ts';
import { type CallFilter, type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import type { CallStack } from '../protocol/callStack.ts';
import type { AllocatorRole } from '../protocol/claims.ts';
import type { Finding } from '../protocol/finding.ts';
import { lastAtMost } from '../protocol/lastAtMost.ts';
import type { SeenLostViews } from '../protocol/lostViews.ts';
import type { Answers } from '../protocol/queries.ts';
import type { InstanceSummary } from '../protocol/run.ts';
import { type SeparatedModule, separate } from '../protocol/separation.ts';
import type { SeenThreadDuplicate } from '../protocol/threadAllocations.ts';
import type { Step } from '../protocol/units.ts';
import type { Ground } from './ground.ts';
import type { HeapFault } from './heap/heapWatch.ts';

/** What detectors may ask. They ask as a client does, and get what a client gets. */
export type Asked = Pick<Answers, 'calls' | 'accessesTo' | 'accesses' | 'access' | 'lastChange' | 'madeBy' | 'bytes'>;

export interface Context {
  readonly ask: Asked;
  readonly firstStep: Step;
  readonly lastStep: Step;
  /** Number of the first access that is kept. */
  readonly firstAccess: number;
  /** The first change that no record explains: the number of its access. Null where all are explained. */
  readonly unexplained: { readonly access: number; readonly count: number } | null;
  /** Whether single accesses are recorded; else what a call changed counts as its writes. */
  readonly hasAccesses: boolean;
  readonly instances: readonly InstanceSummary[];
  /** By the index of the module. */
  readonly grounds: readonly Ground[];
  /** The function that a call was made of, by `CallRecord.index`. */
  readonly functionOf: (call: number) => string;
  /** A call by its index, and the number of its first access. */
  readonly call: (index: number) => CallRecord & { readonly firstAccess: number };
  /** What imports gave back in the calls of the host, in their order. */
  readonly imported: () => Iterable<ImportedResults>;
  /** Calls of functions of allocators, also those that a module makes of its own; none where accesses are not recorded. */
  readonly allocations: () => Iterable<Allocation>;
  /** Null for one of the many that are not kept. */
  readonly allocation: (index: number) => Allocation | null;
  /** An instruction by the number of its site; null where it is not known. */
  readonly siteOf: (site: number) => SiteView | null;
  readonly heapFaults: readonly HeapFault[];
  /** Where the stack pointer was in calls, by `CallRecord.index`, where that was worth to be told. */
  readonly stacks: ReadonlyMap<number, CallStack>;
  /** Who of a program may write by views that are cut off. */
  readonly lostViews: readonly SeenLostViews[];
  /** What allocators handed out to two threads of a program. */
  readonly threadDuplicates: readonly SeenThreadDuplicate[];
}

/** Calls of an import that followed each other and ended alike. */
export interface ImportedResults {
  /** Of the host, by `CallRecord.index`; 0 is the making of the first instances. */
  readonly call: number;
  /** Number of the import among those of all modules. */
  readonly import: number;
  readonly count: number;
  /** The first result; null where there is none, it is no integer, or the import threw. */
  readonly result: number | null;
}

/** A call of a function of an allocator. Addresses and sizes in bytes; 0 stands for none. */
export interface Allocation {
  readonly index: number;
  /** The instance whose memory it is, and the call that it is a part of. */
  readonly instance: number;
  readonly call: number;
  readonly module: number;
  /** Function index. */
  readonly function: number;
  readonly role: AllocatorRole;
  /** The block that it was given, and what was asked for. */
  readonly block: number;
  readonly size: number;
  /** Allocator calls that enclose it. */
  readonly depth: number;
  /** Memory before it is memory at this step. */
  readonly stepBefore: number;
  /** Null while it is under way. */
  readonly end: { readonly step: number; readonly made: number } | null;
}

/** Looks for one kind of fault, or for kinds that are found together. */
export type Detector = (context: Context) => Iterable<Finding>;

/** What follows from a run, worked out once for all who ask in one context. */
export function once<Made extends NonNullable<unknown>>(make: (context: Context) => Made): (context: Context) => Made {
  const known = new WeakMap<Context, Made>();
  return context => {
    const made = known.get(context) ?? make(context);
    known.set(context, made);
    return made;
  };
}

/** The same for each module, by its index. */
export function onceOfModule<Made extends NonNullable<unknown>>(
  make: (context: Context, module: number) => Made,
): (context: Context, module: number) => Made {
  const all = once(() => new Map<number, Made>());
  return (context, module) => {
    const made = all(context).get(module) ?? make(context, module);
    all(context).set(module, made);
    return made;
  };
}

const CALLS_AT_ONCE = 1000;

/** The calls that have ended and that a filter lets through, in the order in which they began. */
export function* callsOf({ ask }: Context, filter: CallFilter = EVERY_CALL): Generator<CallRecord> {
  for (let from = 0; ; from += CALLS_AT_ONCE) {
    const { calls } = ask.calls({ filter, from, count: CALLS_AT_ONCE });
    yield* calls;
    if (calls.length < CALLS_AT_ONCE) return;
  }
}

/** By instance: its last call. */
const lastCalls = once(context => {
  const last = new Map<number, number>();
  for (const each of callsOf(context)) if (each.kind === 'call') last.set(each.instance, each.index);
  return last;
});

/** Whether an instance is called after another call began, or goes on with one then, as far as is recorded. @param call `CallRecord.index` */
export function isCalledAfter(context: Context, instance: number, call: number): boolean {
  if ((lastCalls(context).get(instance) ?? 0) > call) return true;
  if (call === 0) return false; // before the first one
  for (let { parent } = context.call(call); parent !== null; { parent } = context.call(parent))
    if (context.call(parent).instance === instance) return true;
  return false;
}

/** By instance, of its calls of allocators that no other one encloses: the steps behind which they began, and at which they ended. */
const allocatingOf = once(context => {
  const found = new Map<number, { readonly after: number[]; readonly upTo: number[] }>();
  for (const { instance, depth, stepBefore, end } of context.allocations()) {
    if (depth > 0) continue;
    const of = found.get(instance) ?? { after: [], upTo: [] };
    found.set(instance, of);
    of.after.push(stepBefore);
    of.upTo.push(end?.step ?? Number.POSITIVE_INFINITY);
  }
  return found;
});

/** Whether an instance wrote while a function of its allocator was under way, whichever function it was that wrote. */
export function isAllocating(context: Context, { step: at, owner }: WriteView): boolean {
  const of = owner.kind === 'instance' ? allocatingOf(context).get(owner.instance) : undefined;
  if (!of) return false;
  const last = lastAtMost(of.after, at - 1);
  return last >= 0 && at <= of.upTo[last];
}

/** Index of the module of an instance; -1 of one that is not known. */
export const moduleOf = ({ instances }: Context, instance: number): number => instances[instance]?.module ?? -1;

export const groundOf = (context: Context, instance: number): Ground | null =>
  context.grounds[moduleOf(context, instance)] ?? null;

/** Whether a module hands out what lies among its own statics: that is no heap. */
export const isOwnStatic = (context: Context, instance: number, span: { address: number; length: number }): boolean =>
  (groundOf(context, instance)?.statics.overlap(span) ?? null) !== null;

/** By instance: calls in which its stack came down farther than in all before, with how far. */
type Lowered = Map<number, { readonly calls: number[]; readonly lowest: number[] }>;
const loweredIn = once((context): Lowered => {
  const found: Lowered = new Map();
  for (const [index, told] of [...context.stacks].sort(([a], [b]) => a - b)) {
    const { instance } = context.call(index);
    const of = found.get(instance) ?? { calls: [], lowest: [] };
    found.set(instance, of);
    if (told.lowest >= (of.lowest.at(-1) ?? Number.POSITIVE_INFINITY)) continue;
    of.calls.push(index);
    of.lowest.push(told.lowest);
  }
  return found;
});

/** Functions that call no other one may use so many bytes below the stack pointer without moving it (LLVM's WebAssemblyFrameLowering). */
export const RED_ZONE_BYTES = 128;

/** How far down the stack of an instance was seen to be used up to a call; of one that is not followed, where it may end. */
export function lowestStack(context: Context, instance: number, upTo: number): number {
  const stack = groundOf(context, instance)?.stack;
  if (!stack) return 0;
  if (!stack.isFollowed || !context.hasAccesses) return stack.low;
  const of = loweredIn(context).get(instance);
  const at = of ? of.calls.findLastIndex(index => index <= upTo) : -1;
  const lowest = of && at >= 0 ? Math.min(stack.pointer, of.lowest[at]) : stack.pointer;
  return Math.max(Math.min(stack.low, lowest), lowest - RED_ZONE_BYTES);
}

/** Whether a write lies in the stack of who wrote, which came down so far. */
export function isPushed(context: Context, { address: at, call, owner }: WriteView): boolean {
  if (call === null || owner.kind !== 'instance') return false;
  const stack = groundOf(context, owner.instance)?.stack;
  return stack != null && at >= lowestStack(context, owner.instance, call) && at < stack.pointer;
}

/** Where the modules of the run would have to lie. */
export const separationOf = ({ grounds }: Context): readonly SeparatedModule[] =>
  separate(grounds.map(({ separable }) => separable));

export const contains = ({ address, length }: { address: number; length: number }, at: number): boolean =>
  at >= address && at < address + length;

/** What two ranges have in common; null where that is nothing. */
export function common(a: { address: number; length: number }, b: { address: number; length: number }) {
  const address = Math.max(a.address, b.address);
  const length = Math.min(a.address + a.length, b.address + b.length) - address;
  return length > 0 ? { address, length } : null;
}
