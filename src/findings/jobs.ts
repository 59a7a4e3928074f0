// Programs that make an instance for each job over a memory that stays: what the one before left there is of no use any more.
import { isCalledAfter, onceOfModule } from './context.ts';

/** Fewer may be a program that was to go on. */
const LEAST_JOBS = 3;

/** Whether a program makes an instance of the module for each job, and has no more of the one before: it is to begin anew. */
export const areJobs = onceOfModule((context, module): boolean => {
  const made = context.instances.flatMap((each, index) => (each.module === module ? [{ index, call: each.call }] : []));
  if (made.length < LEAST_JOBS) return false;
  return made.slice(1).every(({ call }, before) => !isCalledAfter(context, made[before].index, call ?? 0));
});
