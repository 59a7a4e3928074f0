// The five first steps: those of the walkthrough, and of a panel in which nothing was run yet.

/** Also the ids of the walkthrough's steps in package.json. */
export type TourStep = 'run' | 'store' | 'corruption' | 'program' | 'own';

export interface TourEntry {
  readonly step: TourStep;
  /** As the walkthrough's texts in package.nls.json have it. */
  readonly title: string;
  /** What comes of it, for a list of the steps. */
  readonly hint: string;
  /** It runs files of the user, which an untrusted workspace does not allow. */
  readonly needsTrust: boolean;
}

/** In their order. */
export const TOUR: readonly TourEntry[] = [
  { step: 'run', title: 'Run the demo', hint: 'Three instances, one memory: 356', needsTrust: false },
  { step: 'store', title: 'Follow a byte', hint: 'Who wrote it, when, and what was there before', needsTrust: false },
  {
    step: 'corruption',
    title: 'See a corruption, and cure it',
    hint: 'Three instances allocate the same block',
    needsTrust: false,
  },
  {
    step: 'program',
    title: 'Record a program',
    hint: 'Any Node script that uses WebAssembly, as it is',
    needsTrust: true,
  },
  {
    step: 'own',
    title: 'Run a module of your own',
    hint: 'Any .wasm file, alone or two over one memory',
    needsTrust: true,
  },
];
