// Ctrl+C in the terminal: what there is of a recording is worth keeping, so it takes three of them to end the command itself.
import type { CancelEffect } from '../engine/client.ts';
import { say } from './output.ts';

const MESSAGES: Readonly<Record<CancelEffect, string>> = {
  'ends-guest':
    'Interrupted; what was done until now is still recorded. Ctrl+C again leaves out what is not recorded yet.',
  'leaves-rest':
    'Interrupted; what is not recorded yet is left out. Ctrl+C again ends the command, and nothing is written.',
};

/**
 * Has Ctrl+C end what runs, then leave out what is not recorded yet, then end the command as it does by default.
 * @param interrupt does the first of these that there still is to do
 */
export function onInterrupt(interrupt: () => CancelEffect): void {
  const listener = (): void => {
    const effect = interrupt();
    // Before the message: whoever reads it may interrupt at once, and a signal that the leaving listener takes is lost.
    if (effect === 'leaves-rest') process.off('SIGINT', listener);
    say(MESSAGES[effect]);
  };
  process.on('SIGINT', listener);
}
