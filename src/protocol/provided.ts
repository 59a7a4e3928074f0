// What the host gives for an import: one row a label. The check of a recording's file takes its labels from here, the panel its
// words, and a test holds the schema of a run to it.

const STUB_RETURNS = { stub: 'zeros', 'wasi-stub': 'the error number 52 (not supported)' } as const;

/** Each label in the panel's words. */
export const PROVIDED = {
  memory: 'the run’s memory',
  abort: 'ends the call with the guest’s message',
  print: 'recorded',
  wasi: 'provided as WASI has it',
  'wasi-stub': `stub that returns ${STUB_RETURNS['wasi-stub']}`,
  stub: `stub that returns ${STUB_RETURNS.stub}`,
  placeholder: 'placeholder with zero contents',
  program: 'provided by the program',
} as const;

export type Provided = keyof typeof PROVIDED;

/** What a stub returns to guests that call it. */
export const stubReturns = (provided: Provided): string =>
  provided === 'wasi-stub' ? STUB_RETURNS['wasi-stub'] : STUB_RETURNS.stub;
