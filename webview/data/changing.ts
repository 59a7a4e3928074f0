// Objects that change in place, and tell their listeners.

/** An object that tells its listeners when it changed. */
export interface Watchable {
  /** Calls `listener` after each change. Returns a function that ends this. */
  onChange(listener: () => void): () => void;
}

export class Changing implements Watchable {
  private readonly listeners = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells the listeners. */
  protected changed(): void {
    for (const listener of this.listeners) listener();
  }
}
