// The user's place in a recording. The user moves it, and it follows new steps by itself.

import { step } from '../../src/protocol/units.ts';
import {
  type Direction,
  defaultGranularity,
  type FindPlace,
  firstPlace,
  type Granularity,
  lastPlace,
  neighbour,
  type Place,
} from '../data/moments.ts';
import type { Run } from '../data/run.ts';

export class Standpoint {
  place: Place = { step: step(0), call: null };
  /** The place follows new steps until the user picks one. */
  private following = true;

  /** Finds the place that the user wants to go to; defined while it is not known. */
  private sought: FindPlace | undefined;

  /** The user waits for a place that is not known yet. */
  get isSeeking(): boolean {
    return this.sought !== undefined;
  }

  /** The place is the last one, or on its way there. */
  isAtEnd({ lastStep }: Run): boolean {
    if (this.sought) return this.sought === lastPlace;
    return this.following || this.place.step === lastStep;
  }

  /** @param chosen the user's choice; undefined where it is the panel's */
  constructor(public chosen?: Granularity) {}

  /** The unit that step buttons and slider move by. */
  granularity(run: Run | null): Granularity {
    if (!run || run.record === 'calls') return 'calls';
    return this.chosen ?? defaultGranularity(run);
  }

  /** Begins with another run. */
  start(run: Run): void {
    this.following = true;
    this.sought = undefined;
    this.place = firstPlace(run);
  }

  /** Goes to a place. One that is not known yet is tried again at the next `follow`. */
  goTo(find: FindPlace, run: Run): void {
    const place = find(run);
    this.sought = place ? undefined : find;
    if (!place) return;
    this.place = place;
    const last = lastPlace(run);
    this.following = place.step === last?.step && place.call === last.call;
  }

  /** Finds the place that a step button leads to; undefined at the end of the recording. */
  neighbour(direction: Direction, run: Run): FindPlace | undefined {
    return neighbour(run, this.place, this.granularity(run), direction === 'next' ? 1 : -1);
  }

  /** Takes a newer snapshot: it has further steps, and may have dropped early ones. */
  follow(run: Run): void {
    if (this.sought) this.goTo(this.sought, run);
    else if (this.following) this.place = lastPlace(run) ?? this.place;
    else if (this.place.step < run.firstStep) this.place = firstPlace(run);
  }
}
