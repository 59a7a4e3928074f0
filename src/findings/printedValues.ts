// A guest prints one number, and memory holds another one at the address that it handed out: it works on a copy.
import { addressOf, type CallRecord, EVERY_CALL, isDifference } from '../protocol/call.ts';
import { DEMO_ALLOCATOR } from '../protocol/claims.ts';
import type { Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { type Context, callsOf } from './context.ts';
import { involved } from './deadFrames.ts';

/** The i32 that the call hands out, or takes behind its instance. */
function watchedAt({ function: name, args, results }: CallRecord): Finding['range'] {
  const at = name === DEMO_ALLOCATOR.name ? results[0] : args.at(-1);
  return typeof at === 'number' ? { address: address(addressOf(at)), length: DEMO_ALLOCATOR.bytes } : null;
}

export function* printedValues(context: Context): Generator<Finding> {
  const differing = [...callsOf(context, { ...EVERY_CALL, differs: true })];
  const [first] = differing;
  if (!first || !isDifference(first.watched)) return;
  yield {
    kind: 'printed-value-differs',
    step: first.step,
    call: first.index,
    instances: [first.instance],
    range: watchedAt(first),
    count: differing.length,
    details: { printing: involved(first), printed: first.watched.printed, actual: first.watched.after },
  };
}
