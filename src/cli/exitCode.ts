// The exit status of every command.

export const EXIT = {
  expected: 0,
  /** The run did not end as it should: another value, a trap, the time limit. Of `diff`: there are differences. */
  unexpected: 1,
  /** The command line, the input or the output is at fault: nothing was answered. */
  cannotRun: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
