// What kept a run from ending as it should.

export type ProblemKind =
  // The input can't be run at all.
  | 'unreadable-file'
  | 'empty-file'
  | 'not-wasm'
  | 'component'
  | 'relocatable-object'
  | 'truncated'
  | 'malformed'
  | 'unsupported-feature'
  | 'no-memory'
  | 'unsupported-memory'
  | 'memory-not-available'
  | 'link-error'
  // The module can be instantiated, but is no guest of the demo.
  | 'no-scenario'
  // The run ended early, or not as expected.
  | 'trap'
  | 'timed-out'
  | 'cancelled'
  | 'address-outside-memory'
  | 'wrong-value'
  | 'engine-failure'
  // A program ended, and nothing of it is recorded.
  | 'nothing-recorded'
  // An exported recording can't be opened.
  | 'bad-recording'
  // Not run on purpose.
  | 'untrusted-workspace';

export interface Problem {
  readonly kind: ProblemKind;
  /** One sentence: what is wrong, and where. Ends with a full stop. */
  readonly message: string;
  /** One sentence: what to do next. Ends with a full stop. */
  readonly remedy: string;
}
