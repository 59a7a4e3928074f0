// What a panel shows, and what its commands depend on.
import type { Problem } from '../protocol/problem.ts';
import type { AskedInstances, ShownRun } from './runs.ts';
import type { Source } from './sources.ts';

/** What a panel shows. */
export type PanelContent =
  | { readonly kind: 'empty' }
  | { readonly kind: 'run'; readonly shown: ShownRun }
  | {
      readonly kind: 'failed';
      readonly source: Source;
      readonly asked: AskedInstances;
      readonly problem: Problem;
    };

/** What the panel's commands depend on. */
export type PanelActivity =
  | 'empty'
  | 'running'
  /** there is a recording to export, and the run can be repeated */
  | 'ended'
  /** the file can't be run or was only looked at: that can be repeated, but nothing was recorded */
  | 'not-run'
  /** a program that was recorded: its recording can be exported, nothing can be repeated */
  | 'program-ended'
  /** a recording that was opened: nothing can be repeated */
  | 'opened';
