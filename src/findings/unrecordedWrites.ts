// Bytes that changed without a record: code ran that is not recorded.
import type { Finding } from '../protocol/finding.ts';
import type { Context } from './context.ts';

export function* unrecordedWrites({ ask, unexplained, firstAccess }: Context): Generator<Finding> {
  if (!unexplained || unexplained.access < firstAccess) return;
  const write = ask.access({ access: unexplained.access });
  if (write.kind !== 'write') return;
  yield {
    kind: 'unrecorded-write',
    step: write.step,
    call: write.call,
    instances: [],
    range: { address: write.address, length: write.length },
    count: unexplained.count,
    details: { write },
  };
}
