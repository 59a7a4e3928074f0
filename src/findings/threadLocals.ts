// A module for threads sets up memory once: its start function looks at a flag there. What it would set in globals, too, further instances
// never get: where their thread-locals are.

import { EVERY_CALL } from '../protocol/call.ts';
import type { Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { type Context, callsOf, groundOf } from './context.ts';

export function* threadLocals(context: Context): Generator<Finding> {
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
        details: { made, bytes },
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
