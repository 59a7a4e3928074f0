// The user's jumps, as a browser remembers pages. Moves with the arrow keys are not jumps.
import type { Address } from '../../src/protocol/units.ts';

const LIMIT = 100;

/** Positions before and after the current one. Immutable. */
export class AddressHistory {
  private constructor(
    private readonly past: readonly Address[],
    private readonly future: readonly Address[],
  ) {}

  static readonly empty = new AddressHistory([], []);

  get canGoBack(): boolean {
    return this.past.length > 0;
  }

  get canGoForward(): boolean {
    return this.future.length > 0;
  }

  /** Remembers a jump away from `from`, and forgets the way forward. */
  leave(from: Address): AddressHistory {
    return new AddressHistory([...this.past, from].slice(-LIMIT), []);
  }

  /** Goes one jump back from `current`; undefined at the beginning. */
  back(current: Address): { history: AddressHistory; address: Address } | undefined {
    const address = this.past.at(-1);
    if (address === undefined) return undefined;
    return { history: new AddressHistory(this.past.slice(0, -1), [current, ...this.future]), address };
  }

  forward(current: Address): { history: AddressHistory; address: Address } | undefined {
    const [address, ...future] = this.future;
    if (address === undefined) return undefined;
    return { history: new AddressHistory([...this.past, current], future), address };
  }
}
