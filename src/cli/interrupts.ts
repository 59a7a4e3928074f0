// Ctrl+C in the terminal, SIGTERM, and a terminal that was closed: what there is of a recording is worth keeping, so it takes three of them to end the command itself.
import { constants } from 'node:os';
import type { CancelEffect, ProgramRun } from '../engine/client.ts';
import { say } from './output.ts';

/** Node ends at each of them by default, at SIGHUP also where it was started by `nohup`. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const MESSAGES: Readonly<Record<CancelEffect, string>> = {
  'ends-guest':
    'Interrupted; what was done until now is still recorded. Ctrl+C again leaves out what is not recorded yet.',
  'leaves-rest':
    'Interrupted; what is not recorded yet is left out. Ctrl+C again ends the command, and nothing is written.',
};

/** A program that handles signals itself gets so many of them; then it is ended. */
const LEFT_TO_PROGRAM = 2;

/**
 * Has these signals end what runs, then leave out what is not recorded yet, then end the command as they do by default.
 * @param interrupt does the first of these that there still is to do
 * @param isHandled whether the program handles a signal itself: it is told of the first ones
 * @returns tells what a shell says of a process that the first of the signals ended; null where there was none
 */
export function onInterrupt(
  interrupt: () => CancelEffect,
  isHandled: (signal: NodeJS.Signals) => boolean = () => false,
): () => number | null {
  let status: number | null = null;
  let handled = 0;
  const listener = (signal: (typeof SIGNALS)[number]): void => {
    if (isHandled(signal) && handled++ < LEFT_TO_PROGRAM) return;
    // A terminal that is closed tells it more than once.
    if (signal === 'SIGHUP' && status !== null) return;
    status ??= 128 + constants.signals[signal];
    const effect = interrupt();
    // Before the message: whoever reads it may interrupt at once, and a signal that the leaving listener takes is lost.
    if (effect === 'leaves-rest') for (const each of SIGNALS) process.off(each, listener);
    say(MESSAGES[effect]);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => status;
}

/** Has SIGUSR2 pause and resume recording, where the program does not handle it itself. @returns ends that */
export function onSwitch(run: Pick<ProgramRun, 'snapshot' | 'setPaused' | 'handles'>): () => void {
  const listener = (): void => {
    if (run.handles('SIGUSR2')) return;
    const paused = !run.snapshot.isPaused;
    if (run.setPaused(paused)) say(`Recording is ${paused ? 'off' : 'on'}, from the next call on.`);
  };
  process.on('SIGUSR2', listener);
  return () => void process.off('SIGUSR2', listener);
}
