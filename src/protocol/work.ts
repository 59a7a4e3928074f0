// Work that may take long, and how far it is. Whoever does it tells, and the terminal and VS Code show it in the words that stand here.

/** How far it is; `done` is from 0 to 1. */
export type Work =
  /** A program has ended, and what it did is still being recorded. */
  | { readonly kind: 'taking-in'; readonly done: number; readonly lastStep: number }
  /** A recording's file; or what is asked of it. */
  | { readonly kind: 'writing' | 'opening' | 'comparing' | 'listing-calls'; readonly done: number };

export type TellWork = (work: Work) => void;

/** Nobody waits for what takes less than the first; later news come in the distance of the others. In milliseconds. */
export const WORK_NEWS_MS = { first: 1000, next: 100 } as const;

/** Tells nothing of work that is done soon, and not more than can be read. The work begins now. */
export function paced(tell: TellWork, nowMs: () => number = () => performance.now()): TellWork {
  let nextMs = nowMs() + WORK_NEWS_MS.first;
  return work => {
    const now = nowMs();
    if (now < nextMs) return;
    nextMs = now + WORK_NEWS_MS.next;
    tell(work);
  };
}

/** A whole number from 0 to 100. */
export const percentOf = ({ done }: Work): number => Math.floor(100 * done);

/** What is done, as far as it is. @param name of the file, or of both */
export function workText(work: Work, name: string): string {
  const percent = `${percentOf(work)} %`;
  switch (work.kind) {
    case 'taking-in':
      return `Recording what is left: ${percent}, up to step ${work.lastStep}`;
    case 'writing':
      return `Writing ${name}: ${percent}`;
    case 'opening':
      return `Opening ${name}: ${percent}`;
    case 'comparing':
      return `Comparing ${name}: ${percent}`;
    case 'listing-calls':
      return `Reading the calls of ${name}: ${percent}`;
  }
}
