// Accesses of calls, loaded in parts: a call can have millions.
import type { AccessView } from '../../src/protocol/access.ts';
import { PartCache } from './partCache.ts';

export interface AccessCacheOptions {
  /** Asks the host for `count` accesses of a call from the `from`-th on. */
  readonly read: (call: number, from: number, count: number) => Promise<readonly AccessView[]>;
  readonly failed: (message: string) => void;
}

/** Accesses of one request. */
const PART = 256;

/** Parts that are kept. */
const CAPACITY = 64;

interface PartOfCall {
  readonly call: number;
  readonly part: number;
}

/** Holds accesses of one run; `clear` begins with another. */
export class AccessCache extends PartCache<PartOfCall, readonly AccessView[]> {
  constructor(private readonly options: AccessCacheOptions) {
    super({ capacity: CAPACITY, failed: options.failed });
  }

  /** The `index`-th access of a call, from 0; undefined where it is not loaded. */
  get(call: number, index: number): AccessView | undefined {
    return this.use(keyOf({ call, part: Math.floor(index / PART) }))?.[index % PART];
  }

  /** Says which accesses of a call are visible, `from` … `to` (exclusive). Only these are asked for. */
  want(call: number, from: number, to: number): void {
    const wanted: PartOfCall[] = [];
    for (let part = Math.floor(from / PART); part * PART < to; part++) wanted.push({ call, part });
    this.request(wanted);
  }

  protected override missing(request: PartOfCall): PartOfCall | undefined {
    return this.has(keyOf(request)) ? undefined : request;
  }

  protected override async load(request: PartOfCall): Promise<[string, readonly AccessView[]][]> {
    // An empty part is kept, too: asking for it again would bring nothing.
    return [[keyOf(request), await this.options.read(request.call, request.part * PART, PART)]];
  }
}

function keyOf({ call, part }: PartOfCall): string {
  return `${call}:${part}`;
}
