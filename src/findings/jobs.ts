// Programs that make an instance for each job over a memory that stays: what the one before left there is of no use any more.
import { type Context, isCalledAfter } from './context.ts';

/** Fewer may be a program that was to go on. */
const LEAST_JOBS = 3;

/** Whether a program makes an instance of the module for each job, and has no more of the one before: it is to begin anew. */
export function areJobs(context: Context, module: number): boolean {
  const made = context.instances.flatMap((each, index) => (each.module === module ? [{ index, call: each.call }] : []));
  const isDropped = ({ index }: { index: number }, at: number): boolean =>
    at + 1 === made.length || !isCalledAfter(context, index, made[at + 1].call ?? 0);
  return made.length >= LEAST_JOBS && made.every(isDropped);
}
