// Loaded parts of large data, and the loading of further ones. Fast scrolling passes thousands of parts: after each answer, the
// cache asks only for the parts that are wanted by then.
import { messageOf } from '../../src/protocol/text.ts';
import { Changing } from './changing.ts';

export interface PartCacheOptions {
  /** A read failed; the message is the host's. The cache reads again when it is next told what is wanted. */
  readonly failed: (message: string) => void;
  /** Parts that are kept; the least recently used go first. */
  readonly capacity: number;
}

/** Changes whenever parts arrive. */
export abstract class PartCache<Request, Part> extends Changing {
  /** In order of use, the least recent first. */
  private readonly parts = new Map<string, Part>();
  private wanted: readonly Request[] = [];
  private inFlight = false;
  /** Counts calls of `clear`: an answer from before one is dropped. */
  private generation = 0;

  constructor(private readonly cacheOptions: PartCacheOptions) {
    super();
  }

  /** Forgets everything. */
  clear(): void {
    this.generation++;
    this.parts.clear();
    this.wanted = [];
  }

  /** The part of a request that is not loaded, no larger than one message may be; undefined where all is loaded. */
  protected abstract missing(request: Request): Request | undefined;

  /** Asks the host. If the iteration throws, the parts before that are kept. */
  protected abstract load(request: Request): Promise<Iterable<readonly [key: string, part: Part]>>;

  protected has(key: string): boolean {
    return this.parts.has(key);
  }

  /** The part, if it is loaded; it becomes the most recently used. */
  protected use(key: string): Part | undefined {
    const part = this.parts.get(key);
    if (part === undefined) return undefined;
    this.parts.delete(key);
    this.parts.set(key, part);
    return part;
  }

  /** Replaces the list of wanted requests, the most urgent first. */
  protected request(requests: readonly Request[]): void {
    this.wanted = requests;
    void this.pump();
  }

  private async pump(): Promise<void> {
    const request = this.next();
    if (this.inFlight || request === undefined) return;
    const { generation } = this;
    let problem: string | undefined;
    this.inFlight = true;
    try {
      const parts = await this.load(request);
      if (generation === this.generation) this.store(parts);
    } catch (error) {
      problem = messageOf(error);
    }
    this.inFlight = false;
    if (generation === this.generation) this.settle(problem);
    void this.pump();
  }

  private next(): Request | undefined {
    for (const request of this.wanted) {
      const missing = this.missing(request);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  private store(parts: Iterable<readonly [key: string, part: Part]>): void {
    for (const [key, part] of parts) this.parts.set(key, part);
    for (const oldest of this.parts.keys()) {
      if (this.parts.size <= this.cacheOptions.capacity) break;
      this.parts.delete(oldest);
    }
  }

  private settle(problem: string | undefined): void {
    if (problem === undefined) {
      this.changed();
      return;
    }
    // Asking again at once would fail again at once.
    this.wanted = [];
    this.cacheOptions.failed(problem);
  }
}
