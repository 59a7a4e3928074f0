// What the state of a run says at once.
import type { RunSnapshot } from './run.ts';

export const isUnderWay = ({ status }: Pick<RunSnapshot, 'status'>): boolean =>
  status === 'starting' || status === 'running';

/** Whether a run ended as it should. */
export const isAsExpected = ({ status, problem }: RunSnapshot): boolean => status === 'completed' && problem === null;

/** Whether the instances were made and nothing was called, since the module fits no scenario: nothing is expected of it. */
export const isNoGuest = ({ status, verdict, problem }: RunSnapshot): boolean =>
  status === 'completed' && verdict === null && problem !== null;
