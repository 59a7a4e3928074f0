// Where in a recording the user stands, and how it changes: by the user, or by itself while new steps come.
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { step } from '../../src/protocol/units.ts';
import { defaultGranularity, firstPlace, type Granularity, lastPlace, neighbour, type Place } from '../data/moments.ts';

export class Standpoint {
  place: Place = { step: step(0), call: null };
  /** New steps are shown as they come, until the user picks one. */
  private following = true;

  /** @param chosen the user's choice; undefined where it is the panel's */
  constructor(public chosen?: Granularity) {}

  /** What buttons and slider go over. */
  granularity(run: RunSnapshot | null): Granularity {
    if (!run || run.record === 'calls') return 'calls';
    return this.chosen ?? defaultGranularity(run);
  }

  /** A run is shown that was not until now. */
  start(run: RunSnapshot): void {
    this.following = true;
    this.place = firstPlace(run);
  }

  goTo(place: Place, run: RunSnapshot): void {
    this.place = place;
    const last = lastPlace(run);
    this.following = place.step === last.step && place.call === last.call;
  }

  /** Where the buttons lead; undefined at the end of the recording. */
  neighbour(direction: 'next' | 'previous', run: RunSnapshot): Place | undefined {
    return neighbour(run, this.place, this.granularity(run), direction === 'next' ? 1 : -1);
  }

  /** Takes up what became of the run: further steps, and early ones that were dropped. */
  follow(run: RunSnapshot): void {
    if (this.following) this.place = lastPlace(run);
    else if (this.place.step < run.firstStep) this.place = firstPlace(run);
  }
}
