// The calls of a file come into the table of calls: each is checked against those before.
import type { Calls } from './calls.ts';
import type { KeptCall } from './toldCalls.ts';

/**
 * Lets an empty table take over the calls of another recording, in the order in which they began; some of the last may be under way.
 * @param step, access where the recording ends
 * @returns takes the next one, and ends where there is none any more; both throw a RangeError where calls do not lie in the recording, or
 * do not follow or enclose each other
 */
export function restoring(
  calls: Calls,
  step: number,
  access: number,
): { readonly add: (call: KeptCall) => void; readonly end: () => void } {
  /** The call that began before. */
  let before = { stepBefore: 0, firstAccess: 0 };
  /** What is known of the end of calls that have begun, and that enclose the next one. */
  const open = new Map<number, KeptCall[]>();
  const endLast = (thread: readonly KeptCall[], by: KeptCall | null): void => {
    const call = thread.at(-1);
    if (!call?.ended || (by && (call.endAccess > by.firstAccess || call.lastStep > by.stepBefore)))
      throw new RangeError(`call ${by?.index ?? call?.index} does not follow the call before it`);
    const enclosing = thread.at(-2);
    if (enclosing?.ended && (call.endAccess > enclosing.endAccess || call.lastStep > enclosing.lastStep))
      throw new RangeError(`call ${call.index} ends after the call that it is in`);
    calls.end(call.thread, call, call.lastStep, call.endAccess, call.bytesChanged);
  };
  const add = (call: KeptCall): void => {
    const { stepBefore, lastStep, firstAccess, endAccess } = call;
    if (stepBefore < before.stepBefore || lastStep < stepBefore || lastStep > step)
      throw new RangeError(`the steps of call ${call.index} do not lie in the recording behind those before`);
    if (firstAccess < before.firstAccess || endAccess < firstAccess || endAccess > access)
      throw new RangeError(`the accesses of call ${call.index} do not lie in the recording behind those before`);
    before = call;
    const thread = open.get(call.thread) ?? [];
    open.set(call.thread, thread);
    while (thread.length > 0 && thread.at(-1)?.index !== call.parent) {
      endLast(thread, call);
      thread.pop();
    }
    if (call.index !== calls.count || (thread.at(-1)?.index ?? null) !== call.parent)
      throw new RangeError(`call ${call.index} is not in the call that it says it is in`);
    calls.begin(call, call.stepBefore, call.firstAccess);
    if (call.stack) calls.keepStack(call.thread, call.stack);
    for (const text of call.printed) calls.print(call.thread, { kind: 'text', text });
    thread.push(call);
  };
  const end = (): void => {
    for (const thread of open.values()) for (; thread.at(-1)?.ended; thread.pop()) endLast(thread, null);
    calls.stopWaiting();
  };
  return { add, end };
}
