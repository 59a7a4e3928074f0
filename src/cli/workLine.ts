// One line on the terminal that tells how far something is, while it goes on. Where standard error is no terminal, there is none.
import { type TellWork, type Work, workText } from '../protocol/work.ts';

/**
 * The cursor's place is kept, and what stands behind it is cleared: a program may have left its last line unfinished, which is to stay.
 */
const KEEP_PLACE = '\x1b7';
const CLEAR = '\x1b8\x1b[J';

/** Of terminals that do not say. */
const COLUMNS = 80;

let isShown = false;

/** Shows it in the place of what was shown before. @param name of the file that it is done to */
export function showWork(work: Work, name: string): void {
  const { stderr, env } = process;
  if (!stderr.isTTY || env.TERM === 'dumb') return;
  // A line that is broken would move the place.
  const text = workText(work, name).slice(0, (stderr.columns || COLUMNS) - 1);
  stderr.write(`${isShown ? CLEAR : KEEP_PLACE}${text}`);
  isShown = true;
}

export const showingWork =
  (name: string): TellWork =>
  work =>
    showWork(work, name);

/** Before anything else is written, and in the end. */
export function clearWork(): void {
  if (isShown) process.stderr.write(CLEAR);
  isShown = false;
}
