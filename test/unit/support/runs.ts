// Runs of guests in tests: with the built worker, or in this process with every event at hand.
import { type Run, startRun } from '../../../src/engine/client.ts';
import { execute } from '../../../src/engine/execute.ts';
import type { EngineEvent } from '../../../src/protocol/engine.ts';
import type { PageView, RunSnapshot } from '../../../src/protocol/run.ts';
import { pageIndex, SHOWN_PAGE_BYTES, type Step } from '../../../src/protocol/units.ts';
import { readGuest, WORKER } from './fixtures.ts';

export interface RunOptions {
  readonly instances?: number;
  readonly timeLimitMs?: number;
}

/** Long enough for any guest that ends, on a busy machine. */
const PATIENCE_MS = 60_000;

/** Starts a guest, by name or by its bytes, in the built worker. Whoever starts it disposes of it. */
export function start(guest: string | Uint8Array, { instances = 3, timeLimitMs = PATIENCE_MS }: RunOptions = {}): Run {
  const bytes = typeof guest === 'string' ? readGuest(guest) : guest;
  return startRun({ bytes, instances, timeLimitMs, workerPath: WORKER });
}

/** Runs a guest in the built worker to its end; the run is disposed of. */
export async function runToEnd(guest: string | Uint8Array, options?: RunOptions): Promise<RunSnapshot> {
  const run = start(guest, options);
  const ended = await run.done;
  run.dispose();
  return ended;
}

/**
 * Runs a guest in this process.
 * @param seen told each event at once, while the guests' memory is as the event says
 * @returns the events, in their order
 */
export function eventsOf(
  guest: string | Uint8Array,
  instances = 3,
  seen: (event: EngineEvent) => void = () => {},
): EngineEvent[] {
  const events: EngineEvent[] = [];
  const bytes = typeof guest === 'string' ? readGuest(guest) : guest;
  execute({ bytes, instances }, event => {
    events.push(event);
    seen(event);
  });
  return events;
}

/** The events of one type. */
export function eventsOfType<T extends EngineEvent['type']>(events: readonly EngineEvent[], type: T) {
  return events.filter((event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type);
}

interface Recorded {
  readPages(at: Step, pages: readonly ReturnType<typeof pageIndex>[]): PageView[];
}

/** Memory at a step, put together from its pages. */
export function memoryAt(recorded: Recorded, at: Step, memoryBytes: number): Buffer {
  const memory = Buffer.alloc(memoryBytes);
  for (let page = 0; page * SHOWN_PAGE_BYTES < memoryBytes; page++) {
    const [{ bytes }] = recorded.readPages(at, [pageIndex(page)]);
    if (bytes) memory.set(bytes, page * SHOWN_PAGE_BYTES);
  }
  return memory;
}
