// Accesses of calls, loaded in parts: a call can have millions.
import type { AccessView } from '../../src/protocol/run.ts';
import { messageOf } from './question.ts';

export interface AccessCacheOptions {
  /** Asks the host for `count` accesses of a call from the `from`-th on. */
  readonly read: (call: number, from: number, count: number) => Promise<readonly AccessView[]>;
  readonly arrived: () => void;
  readonly failed: (message: string) => void;
}

/** Accesses of one request. */
const PART = 256;

/** Parts that are kept; the least recently used go first. */
const CAPACITY = 64;

export class AccessCache {
  /** Changes whenever accesses came, so that whoever draws them notices. */
  loaded = 0;
  /** In order of use, the least recent first. */
  private readonly parts = new Map<string, readonly AccessView[]>();
  private wanted: readonly (readonly [call: number, part: number])[] = [];
  private inFlight = false;
  /** Counts runs: an answer about an earlier one is dropped. */
  private generation = 0;

  constructor(private readonly options: AccessCacheOptions) {}

  /** The `index`-th access of a call, from 0; undefined where it is not here (yet). */
  get(call: number, index: number): AccessView | undefined {
    const key = keyOf(call, Math.floor(index / PART));
    const part = this.parts.get(key);
    if (!part) return undefined;
    this.parts.delete(key);
    this.parts.set(key, part);
    return part[index % PART];
  }

  /** Says which accesses of a call are visible; it takes the place of what was wanted before. */
  want(call: number, from: number, to: number): void {
    const wanted: [number, number][] = [];
    for (let part = Math.floor(from / PART); part * PART < to; part++) wanted.push([call, part]);
    this.wanted = wanted;
    this.pump();
  }

  /** Forgets everything: another run is shown. */
  clear(): void {
    this.generation++;
    this.parts.clear();
    this.wanted = [];
  }

  private pump(): void {
    const next = this.wanted.find(([call, part]) => !this.parts.has(keyOf(call, part)));
    if (this.inFlight || !next) return;
    const [call, part] = next;
    const { generation } = this;
    this.inFlight = true;
    this.options.read(call, part * PART, PART).then(
      accesses => this.settle(() => this.store(generation, keyOf(call, part), accesses)),
      (error: unknown) => this.settle(() => this.fail(generation, messageOf(error))),
    );
  }

  private settle(take: () => void): void {
    this.inFlight = false;
    take();
    this.pump();
  }

  private store(generation: number, key: string, accesses: readonly AccessView[]): void {
    if (generation !== this.generation) return;
    // Also an empty part is kept: asking for it again would bring no more.
    this.parts.set(key, accesses);
    for (const oldest of this.parts.keys()) {
      if (this.parts.size <= CAPACITY) break;
      this.parts.delete(oldest);
    }
    this.loaded++;
    this.options.arrived();
  }

  private fail(generation: number, message: string): void {
    if (generation !== this.generation) return;
    // Asking again at once would fail again at once.
    this.wanted = [];
    this.options.failed(message);
  }
}

function keyOf(call: number, part: number): string {
  return `${call}:${part}`;
}
