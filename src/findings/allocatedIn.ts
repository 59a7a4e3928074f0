// Which function of an allocator did something, and in which call.
import type { InvolvedCall } from '../protocol/finding.ts';
import type { Allocation, Context } from './context.ts';

export function allocatedIn(context: Context, { call, instance, module, function: index }: Allocation): InvolvedCall {
  const allocator = context.grounds[module]?.allocatorsByIndex.get(index)?.name ?? `func[${index}]`;
  const name = context.functionOf(call);
  return { index: call, instance, function: name, allocator: name === allocator ? null : allocator };
}
