// A thread that writes events until it is ended: { n } or, by the port, { n, bytes }, as many as it is told to.
import { type MessagePort, workerData } from 'node:worker_threads';
import { type EventRingMemory, EventWriter } from '../../../src/wire/eventRing.ts';

export interface WriterTask {
  readonly ring: EventRingMemory;
  readonly port: MessagePort;
  readonly count: number;
  /** Every so many events one goes by the port. */
  readonly postedEvery: number;
  /** Characters in each event beside its number. */
  readonly padding: number;
  /** Shared: events that were written, how often the writer began to wait, and how often it went on. */
  readonly told: Int32Array<SharedArrayBuffer>;
}

export type Numbered =
  | { readonly n: number; readonly padding: string }
  | { readonly n: number; readonly bytes: Uint8Array };

const { ring, port, count, postedEvery, padding, told } = workerData as WriterTask; // given by the tests, which alone start this script
const writer = new EventWriter<Numbered>(ring, port, waits => {
  Atomics.add(told, waits ? 1 : 2, 1);
});
const text = 'p'.repeat(padding);
for (let n = 0; n < count; n++) {
  if (n % postedEvery === 0) {
    const bytes = new Uint8Array(8).fill(n);
    writer.post({ n, bytes }, [bytes.buffer]);
  } else writer.write({ n, padding: text });
  Atomics.store(told, 0, n + 1);
}
