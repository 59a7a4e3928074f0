// A module for threads sets up memory once: its start function looks at a flag there. What it would set in globals, too, further instances
// never get: where their thread-locals are. Or two of them are told the same place.

import { addressOf, type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import { type Context, callsOf, common, contains, groundOf, moduleOf } from './context.ts';
import { involved } from './deadFrames.ts';

export function* threadLocals(context: Context): Generator<Finding> {
  if (context.grounds.every(({ lostThreadLocals }) => lostThreadLocals === 0)) return;
  yield* untold(context);
  yield* toldTwice(context);
}

/** Further instances that nobody tells where their thread-locals are. */
function* untold(context: Context): Generator<Finding> {
  const first = new Map<number, Finding>();
  for (const [made, { module, call, step }] of context.instances.entries()) {
    const bytes = groundOf(context, made)?.lostThreadLocals ?? 0;
    const isFirst = context.instances.findIndex(each => each.module === module) === made;
    if (bytes === 0 || isFirst || isGivenOwn(context, made)) continue;
    const known = first.get(module);
    if (known) first.set(module, { ...known, instances: [...known.instances, made], count: known.count + 1 });
    else
      first.set(module, {
        kind: 'shared-thread-locals',
        step,
        call,
        instances: [made],
        range: { address: address(0), length: bytes },
        count: 1,
        details: { made, bytes, given: null },
      });
  }
  yield* first.values();
}

/** LLD's function that sets where an instance's thread-locals are, and puts their first values there. */
const INIT = '__wasm_init_tls';

/** Calls of an instance in which it is looked for, and accesses of each: it comes before all else. */
const MOST_CALLS = 16;
const MOST_ACCESSES = 1000;

/** It is called by the host, or by a function of the module's own, which is seen by what it writes. */
function isGivenOwn(context: Context, instance: number): boolean {
  const named = [...callsOf(context, { ...EVERY_CALL, instance, text: INIT })];
  if (named.some(call => call.function === INIT)) return true;
  const { calls } = context.ask.calls({ filter: { ...EVERY_CALL, instance }, from: 0, count: MOST_CALLS });
  return calls.some(
    ({ index, kind, stepBefore }) =>
      kind === 'call' &&
      stepBefore >= context.firstStep &&
      context.ask
        .accesses({ call: index, from: 0, count: MOST_ACCESSES })
        .some(({ site, owner }) => site?.function === INIT && owner.kind === 'instance' && owner.instance === instance),
  );
}

/** A call that tells an instance where its thread-locals are. */
interface Told {
  readonly call: CallRecord;
  readonly span: ByteSpan;
}

/** One of a module: an instance is told a place that another one was told before, and which goes on without having been told another one. */
function* toldTwice(context: Context): Generator<Finding> {
  const found = new Map<number, Finding>();
  const last = new Map<number, Told>();
  for (const told of toldIn(context)) {
    const { call, span } = told;
    const module = moduleOf(context, call.instance);
    const first = [...last.values()].find(
      each =>
        each.call.instance !== call.instance &&
        moduleOf(context, each.call.instance) === module &&
        common(each.span, span) !== null &&
        goesOn(context, each.call.instance, call.index) &&
        !isFreedBetween(context, each, told),
    );
    last.set(call.instance, told);
    if (!first) continue;
    const known = found.get(module);
    const instances = [...(known?.instances ?? []), first.call.instance, call.instance];
    const sorted = [...new Set(instances)].sort((a, b) => a - b);
    if (known) {
      found.set(module, { ...known, instances: sorted, count: known.count + 1 });
      continue;
    }
    const given = { first: involved(first.call), again: involved(call) };
    found.set(module, {
      kind: 'shared-thread-locals',
      step: call.step,
      call: call.index,
      instances: sorted,
      range: span,
      count: 1,
      details: { made: call.instance, bytes: span.length, given },
    });
  }
  yield* found.values();
}

function* toldIn(context: Context): Generator<Told> {
  for (const call of callsOf(context, { ...EVERY_CALL, text: INIT })) {
    const bytes = groundOf(context, call.instance)?.lostThreadLocals ?? 0;
    const at = addressOf(call.args[0]);
    if (call.function === INIT && call.end === 'returned' && bytes > 0 && at > 0)
      yield { call, span: { address: address(at), length: bytes } };
  }
}

/** Whether an instance is called after a call began, and is not told a place first. */
function goesOn(context: Context, instance: number, call: number): boolean {
  for (const each of callsOf(context, { ...EVERY_CALL, instance }))
    if (each.index > call && each.kind === 'call') return each.function !== INIT;
  return false;
}

/** Whether the block in which a place lies was given back after the first call told it: then it is another one. */
function isFreedBetween(context: Context, first: Told, again: Told): boolean {
  const blocks = new Map<number, ByteSpan>();
  for (const { call, freed, made } of allocationsOf(context)) {
    if (call.index > again.call.index) return false;
    const block = freed === null ? undefined : blocks.get(freed);
    if (block && call.index > first.call.index && contains(block, first.span.address)) return true;
    if (freed !== null) blocks.delete(freed);
    if (made) blocks.set(made.address, made);
  }
  return false;
}
