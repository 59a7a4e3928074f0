// The sentences for runs that did not end as they should: what is wrong, where, and what to do next.

import type { Trap } from '../protocol/call.ts';
import type { Problem } from '../protocol/problem.ts';
import { capitalized, hex } from '../protocol/text.ts';

/** @param where subject of the sentence: `Call 3, push on #1,` */
export function trapProblem(where: string, trap: Trap): Problem {
  const frame = trap.stack[0];
  const place = frame ? ` in ${frame.function}${frame.offset === null ? '' : ` at offset ${hex(frame.offset)}`}` : '';
  return {
    kind: 'trap',
    message: `${where} trapped: ${trap.message}${place}.`,
    remedy: 'Look at the stack of the call and at memory before it.',
  };
}

/**
 * An instance was not made: there is no call whose stack one could look at.
 * @param where as for {@link trapProblem}
 */
export function makingProblem(where: string, trap: Trap): Problem {
  const at = trap.stack[0]?.function;
  const remedy =
    at === undefined
      ? 'Memory is shown as it was then, before the first call: look at how many pages the module declares, and at where its data segments lie.'
      : `Memory is shown as it was then, before the first call: look at what ${at} and the functions that it is called by expect there, since they run while an instance is made.`;
  return { ...trapProblem(where, trap), remedy };
}

export function timedOut(seconds: number, where: string): Problem {
  return {
    kind: 'timed-out',
    message: `${capitalized(where)} was still running when the time limit of ${seconds} s was reached.`,
    remedy: 'Look at what was recorded until then, or set a higher time limit.',
  };
}

export function cancelled(where: string): Problem {
  return {
    kind: 'cancelled',
    message: `The run was cancelled while ${where} was under way.`,
    remedy: 'Look at what was recorded until then, or run it again.',
  };
}

export function engineFailure(reason: string): Problem {
  return {
    kind: 'engine-failure',
    message: `The engine ended unexpectedly: ${reason}.`,
    remedy: 'Run it again; if it happens again, report it together with the file.',
  };
}
