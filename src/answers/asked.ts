// Whom questions are put to: a run under way, an ended one, or an opened recording.
import type { Answer, Params, QueryName } from '../protocol/queries.ts';
import type { RunSnapshot } from '../protocol/run.ts';

export interface Asked {
  readonly snapshot: RunSnapshot;
  /** Fails with a RangeError's message outside of what is recorded. */
  ask<Name extends QueryName>(name: Name, params: Params<Name>): Promise<Answer<Name>>;
}
