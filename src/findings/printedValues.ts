// A guest prints one number, and memory holds another one at the address that it handed out: it works on a copy.
import { EVERY_CALL, isDifference } from '../protocol/call.ts';
import type { Finding } from '../protocol/finding.ts';
import { type Context, callsOf } from './context.ts';

export function* printedValues(context: Context): Generator<Finding> {
  const differing = [...callsOf(context, { ...EVERY_CALL, differs: true })];
  const [first] = differing;
  if (!first || !isDifference(first.watched)) return;
  yield {
    kind: 'printed-value-differs',
    step: first.step,
    call: first.index,
    instances: [first.instance],
    range: null,
    count: differing.length,
    details: { printed: first.watched.printed, actual: first.watched.after },
  };
}
