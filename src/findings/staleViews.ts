// Growth of memory cuts off the views that a program has of it: what the program writes by them is lost, and nothing says so. That is told where an
// import, or what comes before calls of an export, wrote each time and writes no more since, and the program has read no new buffer.
import type { Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import type { Context } from './context.ts';

/** Programs that make views anew where they need one may have had nothing to write in between: once is no habit then. */
const LEAST_IF_RENEWED = 2;

export function* staleViews({ ask, lostViews, firstStep }: Context): Generator<Finding> {
  for (const { by, wrote, missed, bytes, isReadAgain, call, step } of lostViews) {
    if (step < firstStep || (isReadAgain && wrote < LEAST_IF_RENEWED)) continue;
    const made = ask.madeBy({ step, address: address(bytes) });
    if (made.kind !== 'growth' && made.kind !== 'dropped') continue;
    yield {
      kind: 'stale-view',
      step,
      call,
      instances: [by.instance],
      range: null,
      count: missed,
      details: { by, wrote, missed, isReadAgain, grow: made.kind === 'growth' ? made.grow : null },
    };
  }
}
