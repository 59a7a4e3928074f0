// What the watch of the heap saw, as findings.
import type { AccessView } from '../protocol/access.ts';
import { addressOf, EVERY_CALL } from '../protocol/call.ts';
import type { AllocatedBlock, Finding, InvolvedCall } from '../protocol/finding.ts';
import { address, step } from '../protocol/units.ts';
import { allocatedIn } from './allocatedIn.ts';
import { allocationsOf } from './allocations.ts';
import { type Context, callsOf, contains, moduleOf } from './context.ts';
import { isEmpty } from './given.ts';
import { isOfAllocator } from './ground.ts';
import type { HeapBlock } from './heap/blockTable.ts';
import { type HeapFault, HOST, REACH } from './heap/heapWatch.ts';

export function* heapFaults(context: Context): Generator<Finding> {
  const seen = context.heapFaults.map(fault => ({ fault: meant(context, fault), access: accessOf(context, fault) }));
  // A function inside of an allocator that nobody is told to have called: then not all of the allocator is known.
  const unknown = new Set(
    seen.flatMap(({ fault, access }) => (access && isAllocators(context, access) ? fault.modules : [])),
  );
  /** What a call does to one block is one cause, whichever instructions do it. */
  const found = new Map<string, Finding>();
  for (const { fault, access } of seen) {
    if (fault.modules.some(module => unknown.has(module)) || isCleared(context, fault, access)) continue;
    if (isOfWhole(fault, access)) continue;
    const finding = findingOf(context, fault, access);
    if (!finding) continue;
    const key = [fault.kind, fault.block.made, fault.instance, fault.call, fault.site === HOST].join(' ');
    const known = found.get(key);
    found.set(key, known ? { ...known, count: known.count + finding.count } : finding);
  }
  yield* withoutRunOn([...found.values()]);
}

/** An overflow of one block or of another: whose address the call was given is the one that it works on. */
function meant({ call }: Context, fault: HeapFault): HeapFault {
  const { block, other } = fault;
  if (!other || fault.call === null) return fault;
  const given = call(fault.call).args.map(addressOf);
  const isGiven = ({ address, size: length }: HeapBlock): boolean =>
    given.some(each => contains({ address, length }, each));
  if (isGiven(block) === isGiven(other)) return fault;
  if (isGiven(block)) return { ...fault, other: null };
  return { ...fault, block: other, other: null, into: fault.into && { ...fault.into, block } };
}

/** Functions that begin with both ends of what they fill: musl's, by as much as it has left out of its loop of 32 bytes. */
const ENDS_FIRST = 'memset';
const MOST_ENDS = 4;

/** Whether stores that go from a live block into another one may be a part of what is done to whole blocks. */
function isOfWhole({ into }: HeapFault, access: AccessView | null): boolean {
  if (!into || !access || access.kind === 'grow' || access.site?.function !== ENDS_FIRST) return false;
  return into.rest.every(({ length }) => length <= MOST_ENDS * access.length);
}

/** Stores of one function in one call that leave a block and go on in a freed one beside it are one overflow, however they come. */
function withoutRunOn(findings: readonly Finding[]): Finding[] {
  const overflows = findings.filter(each => each.kind === 'heap-overflow');
  const from = findings.map(each => overflows.find(overflow => goesOnIn(overflow, each)));
  return findings.flatMap((each, index) => {
    if (from[index]) return [];
    const more = findings.filter((_, at) => from[at] === each);
    return { ...each, count: more.reduce((sum, { count }) => sum + count, each.count) };
  });
}

function goesOnIn(overflow: Finding & { kind: 'heap-overflow' }, { kind, call, details }: Finding): boolean {
  if (kind !== 'use-after-free' || details.access.kind !== 'write' || call !== overflow.call) return false;
  const { write, block, side } = overflow.details;
  if (!write.site || write.site.function !== details.access.site?.function) return false;
  const [left, right] = side === 'behind' ? [block.span, details.block.span] : [details.block.span, block.span];
  const between = right.address - left.address - left.length;
  return between >= 0 && between < REACH;
}

/** Of one that is dropped, the bytes are not known. Null for a call of an allocator. */
function accessOf(context: Context, fault: HeapFault): AccessView | null {
  const { kind, at, isRead, instance, site, call } = fault;
  if (kind === 'double-free' || kind === 'invalid-free') return null;
  if (at >= context.firstAccess) return context.ask.access({ access: at });
  const owner = site === HOST ? ({ kind: 'host' } as const) : ({ kind: 'instance', instance } as const);
  const who = { access: at, step: step(fault.step), call, owner };
  const where = { site: context.siteOf(site), segment: null, import: null, between: null };
  const range = { address: address(fault.address), length: fault.length };
  const none = new Uint8Array(0);
  if (isRead) return { kind: 'read', ...who, ...where, ...range, value: none };
  return { kind: 'write', ...who, ...where, ...range, before: none, after: none, since: null, isStale: false };
}

function isAllocators({ grounds }: Context, { site }: AccessView): boolean {
  const ground = site && grounds[site.module];
  return ground ? isOfAllocator(ground, site.function) : false;
}

/** What an allocator keeps before a block, in bytes. */
const HEAD_BYTES = 8;

/**
 * Whether the host cleared the whole heap between calls, and no instance that had it is called any more: the program begins anew, or is over.
 */
function isCleared(context: Context, { block: { instance }, site }: HeapFault, access: AccessView | null): boolean {
  if (site !== HOST || !access?.between) return false;
  const { after, before } = access.between;
  const module = moduleOf(context, instance);
  const hadIt = context.instances.flatMap((each, index) =>
    each.module === module && (each.call ?? 0) <= after ? [index] : [],
  );
  for (const each of hadIt)
    for (const { index } of callsOf(context, { ...EVERY_CALL, instance: each })) if (index > after) return false;
  let [start, end, count] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const { call, made } of allocationsOf(context)) {
    if (!made || call.index > after || !hadIt.includes(call.instance)) continue;
    start = Math.min(start, Math.max(0, made.address - HEAD_BYTES));
    end = Math.max(end, made.address + made.length);
    count++;
  }
  const at = before === null ? context.lastStep : context.call(before).stepBefore;
  if (count === 0 || !isEmpty(context.ask, { address: address(start), length: end - start }, at)) return false;
  const was = context.call(after).step;
  // Of a block alone the head must have gone, too.
  return (
    count > 1 ||
    (was >= context.firstStep && !isEmpty(context.ask, { address: address(start), length: HEAD_BYTES }, was))
  );
}

function findingOf(context: Context, fault: HeapFault, access: AccessView | null): Finding | null {
  const { kind, block, count } = fault;
  const [made, freed] = [block.made, block.freed].map(index => callOf(context, index));
  if (!made) return null;
  const allocated = allocatedOf(context, block, made);
  const { span } = allocated;
  const instances = [...new Set([block.instance, fault.instance])].sort((a, b) => a - b);
  const told = { step: step(fault.step), instances, count };
  if (kind === 'double-free') {
    const again = callOf(context, fault.at);
    if (!freed || !again) return null;
    return { kind, call: again.index, range: span, ...told, details: { block: allocated, freed, again } };
  }
  if (kind === 'invalid-free') {
    const by = callOf(context, fault.at);
    const range = { address: address(fault.address), length: fault.length };
    return by && { kind, call: by.index, range, ...told, details: { block: allocated, by } };
  }
  // A late instance's data is no code of its own.
  if (!access || access.kind === 'grow' || access.segment !== null) return null;
  const range = { address: access.address, length: access.length };
  const where = { call: access.call, range, ...told };
  if (kind === 'use-after-free') return freed && { kind, ...where, details: { access, block: allocated, freed } };
  if (access.kind !== 'write') return null;
  const side = access.address >= block.address ? 'behind' : 'before';
  const otherMade = fault.other && callOf(context, fault.other.made);
  const other = fault.other && otherMade && allocatedOf(context, fault.other, otherMade);
  const intoMade = fault.into && callOf(context, fault.into.block.made);
  const into = fault.into && intoMade && allocatedOf(context, fault.into.block, intoMade);
  return { kind: 'heap-overflow', ...where, details: { write: access, block: allocated, side, other, into } };
}

/** All of a block: a part of it may have been handed out anew. */
function allocatedOf(context: Context, block: HeapBlock, made: InvolvedCall): AllocatedBlock {
  const whole = context.allocation(block.made);
  const [start, length] = whole?.end ? [whole.end.made, whole.size] : [block.address, block.size];
  return { span: { address: address(start), length }, made };
}

/** Who did it; null where nobody did, or it is not kept. */
function callOf(context: Context, index: number | null): InvolvedCall | null {
  const allocation = index === null ? null : context.allocation(index);
  return allocation && allocatedIn(context, allocation);
}
