// What is told of a call when it begins and when it ends, and what a recording keeps of it.
import type { BegunCall, EndedCall } from '../../protocol/call.ts';
import type { CallStack } from '../../protocol/callStack.ts';

/** A call's place in the recording. Call 0 is the making of the instances before the first call. */
export interface CallSpan {
  readonly call: number;
  /** Memory before the call is memory at this step … */
  readonly stepBefore: number;
  /** … and memory after it at this one: the step of the last write until its end, or `stepBefore` where there was none. */
  readonly lastStep: number;
  /** Its accesses are those of its thread among the numbers `firstAccess` … `endAccess − 1`. */
  readonly firstAccess: number;
  readonly endAccess: number;
  readonly ended: boolean;
}

/** What is told when a call begins. */
export type NewCall = Omit<BegunCall, 'index' | 'parent' | 'depth'>;

/** What is told when a call ends, without what the store finds out itself. */
export type CallOutcome = Omit<EndedCall, 'memoryBytes'>;

/** What the table knows of a call beside its place. */
export interface ToldCall extends BegunCall, CallOutcome {
  readonly printed: readonly string[];
  readonly bytesChanged: number;
}

export type KeptCall = ToldCall & Omit<CallSpan, 'call'> & { readonly stack?: CallStack };
