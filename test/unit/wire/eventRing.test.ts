import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TRANSFORM_TYPES } from '../../../scripts/lib/project.ts';
import {
  EventPump,
  EventReader,
  type EventRingMemory,
  EventWriter,
  leaveEventRing,
  newEventRing,
} from '../../../src/wire/eventRing.ts';
import type { Numbered, WriterTask } from './eventWriterThread.ts';

const MEBIBYTE = 2 ** 20;
const POSTED_EVERY = 7;

/** A writer and a reader in this thread. What is posted arrives when it is delivered. */
function bothEnds<Event>(ring: EventRingMemory = newEventRing()) {
  const posted: unknown[] = [];
  const port = { postMessage: (message: unknown): void => void posted.push(message) };
  const reader = new EventReader<Event>(ring);
  const deliver = (): void => {
    for (const message of posted.splice(0)) reader.receive(message);
  };
  return {
    ring,
    writer: new EventWriter<Event>(ring, port),
    reader,
    posted,
    deliver,
    /** All that can be taken now. */
    takeAll(): Event[] {
      deliver();
      const all: Event[] = [];
      for (let taken = reader.take(); taken.length > 0; taken = reader.take()) all.push(...taken);
      return all;
    },
  };
}

describe('events', () => {
  it('are taken in the order in which they were written and posted, each once', () => {
    const { writer, takeAll } = bothEnds<unknown>();
    writer.write({ a: 1 });
    writer.write('two\nlines, and "quotes"');
    writer.post(new Uint8Array(3));
    writer.post({ b: null });
    writer.write([]);
    writer.post(6);
    expect(takeAll()).toEqual([{ a: 1 }, 'two\nlines, and "quotes"', new Uint8Array(3), { b: null }, [], 6]);
    writer.write(7);
    expect(takeAll()).toEqual([7]);
    expect(takeAll()).toEqual([]);
  });

  it('behind one that is still on its way over the port are not taken before it', () => {
    const { writer, reader, deliver } = bothEnds<number>();
    writer.write(1);
    writer.post(2);
    writer.write(3);
    expect([reader.take(), reader.take()]).toEqual([[1], []]);
    deliver();
    expect([reader.take(), reader.take()]).toEqual([[2, 3], []]);
  });

  it('that came before their place in the ring wait for it', () => {
    const { writer, reader, deliver } = bothEnds<number>();
    reader.receive(2); // posted, and not yet in the ring
    writer.write(1);
    expect(reader.take()).toEqual([1]);
    expect(reader.take()).toEqual([]);
    deliver();
    expect(reader.rest()).toEqual([2]);
    expect(reader.rest()).toEqual([]);
  });

  it('that are handed over are gone for who gave them', () => {
    const { port1 } = new MessageChannel();
    const bytes = new Uint8Array(5);
    new EventWriter(newEventRing(), port1).post({ bytes }, [bytes.buffer]);
    expect(bytes).toHaveLength(0);
    port1.close();
  });

  it.each([
    ['65,536 characters', 65_536, 0],
    ['one more', 65_537, 1],
  ])('of %s of text go by the ring, longer ones by the port', (_, length, byPort) => {
    const { writer, posted, takeAll } = bothEnds<string>();
    const event = '€'.repeat(length - 2); // and two quotation marks
    writer.write('before');
    writer.write(event);
    expect(posted).toHaveLength(byPort);
    writer.write('behind');
    expect(takeAll()).toEqual(['before', event, 'behind']);
  });

  it.each([
    ['from the beginning', 0],
    ['over the end of 31 bits', 2 ** 31 - 1000],
    ['over the end of 32 bits', -1000],
  ])('are the same wherever in the ring they stand: %s', (_, from) => {
    const ring = newEventRing();
    ring.words.fill(from, 0, 2); // bytes that were written and taken so far
    const { writer, takeAll } = bothEnds<string>(ring);
    for (let round = 0; round < 40; round++) {
      // 100,000 bytes a round: four times around the ring, which ends each time in another place of an event.
      const events = Array.from({ length: 10 }, (_, i) => `${round} ${i} ${'ü'.repeat(4990 + i + round)}`);
      for (const event of events) writer.write(event);
      expect(takeAll()).toEqual(events);
    }
  });

  it('do not keep a reader awake that has none, and let none sleep that has some', () => {
    const { writer, reader, posted, takeAll } = bothEnds<number>();
    writer.write(1);
    expect(reader.sleep()).toBe(false);
    expect(posted).toEqual([]);
    expect(takeAll()).toEqual([1]);
    expect(reader.sleep()).toBe(true);
    writer.write(2);
    writer.write(3);
    expect(posted).toHaveLength(1); // it is woken once
    expect(takeAll()).toEqual([2, 3]);
    expect(reader.sleep()).toBe(true);
    writer.wake();
    writer.wake();
    expect(posted).toHaveLength(1);
    expect(takeAll()).toEqual([]);
  });
});

describe('a pump', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('looks every ten milliseconds while events come; then it sleeps until it is woken', async () => {
    const { ring, writer, posted } = bothEnds<number>();
    const taken: number[] = [];
    const pump = new EventPump<number>(ring, async events => void taken.push(...events));
    writer.write(1);
    await vi.advanceTimersByTimeAsync(10);
    writer.write(2);
    expect(taken).toEqual([1]);
    await vi.advanceTimersByTimeAsync(10);
    expect(taken).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(20); // a look in vain, and another one
    expect(vi.getTimerCount()).toBe(0);
    writer.write(3);
    await vi.advanceTimersByTimeAsync(1000);
    expect(taken).toEqual([1, 2]);
    for (const message of posted.splice(0)) pump.receive(message);
    await vi.advanceTimersByTimeAsync(0);
    expect(taken).toEqual([1, 2, 3]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a piece after the other, and at the end what was posted and has no place', async () => {
    const { ring, writer } = bothEnds<number>();
    const taken: number[] = [];
    let underWay = 0;
    const pump = new EventPump<number>(ring, async events => {
      expect(++underWay).toBe(1);
      await new Promise(resolve => setTimeout(resolve, 1));
      taken.push(...events);
      underWay--;
    });
    const written = Array.from({ length: 50_000 }, (_, i) => i); // 289 kB: several pieces
    for (const event of written) writer.write(event);
    pump.receive(-1);
    await vi.advanceTimersByTimeAsync(11);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThan(written.length);
    const finished = pump.finish();
    await vi.advanceTimersByTimeAsync(1000);
    await finished;
    expect(taken).toEqual([...written, -1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a writer in a thread of its own', () => {
  function startWriter(count: number, padding: number) {
    const { port1, port2 } = new MessageChannel();
    const ring = newEventRing();
    const told = new Int32Array(new SharedArrayBuffer(12));
    const workerData: WriterTask = { ring, port: port1, count, postedEvery: POSTED_EVERY, padding, told };
    const worker = new Worker(join(import.meta.dirname, 'eventWriterThread.ts'), {
      workerData,
      transferList: [port1],
      execArgv: [...TRANSFORM_TYPES, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    });
    return {
      worker,
      port: port2,
      ring,
      closed: once(port2, 'close'),
      get written() {
        return Atomics.load(told, 0);
      },
      get waits() {
        return [Atomics.load(told, 1), Atomics.load(told, 2)];
      },
    };
  }

  /** Takes what the writer sends, from now on; in its pauses this thread does other things. */
  function pumpOf({ ring, port }: ReturnType<typeof startWriter>) {
    const taken: Numbered[] = [];
    const pump = new EventPump<Numbered>(ring, async events => {
      taken.push(...events);
      await new Promise(resolve => setImmediate(resolve));
    });
    port.on('message', message => pump.receive(message));
    return { pump, taken };
  }

  function expectInOrder(taken: readonly Numbered[]): void {
    expect(taken.findIndex(({ n }, index) => n !== index)).toBe(-1);
    const posted = taken.filter(event => 'bytes' in event);
    expect(posted).toEqual(
      posted.map((_, i) => ({ n: i * POSTED_EVERY, bytes: new Uint8Array(8).fill(i * POSTED_EVERY) })),
    );
  }

  it('waits while the ring is full; nothing is lost', async () => {
    const writer = startWriter(3000, 1000); // some 2.6 MB
    await vi.waitFor(() => expect(writer.waits).toEqual([1, 0]), { timeout: 20_000 });
    const { written } = writer;
    expect(written).toBeGreaterThan(900);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(writer.written).toBe(written); // it waits still
    const [inRing] = writer.ring.words;
    expect(inRing).toBeLessThanOrEqual(MEBIBYTE);
    expect(inRing).toBeGreaterThan(MEBIBYTE - 1100);

    const { pump, taken } = pumpOf(writer);
    await writer.closed;
    await pump.finish();
    expect(taken).toHaveLength(3000);
    expectInOrder(taken);
    const [began, wentOn] = writer.waits;
    expect(wentOn).toBe(began);
  });

  it('waits for no reader that has ended', async () => {
    const writer = startWriter(3000, 1000);
    await vi.waitFor(() => expect(writer.waits).toEqual([1, 0]), { timeout: 20_000 });
    leaveEventRing(writer.ring);
    await once(writer.worker, 'exit'); // it has come to its end
    expect(writer.waits).toEqual([1, 1]);
  });

  it.each([0, 1000])('that is ended has written what it has written (padding %d)', async padding => {
    const writer = startWriter(2 ** 30, padding);
    const { pump, taken } = pumpOf(writer);
    await vi.waitFor(() => expect(taken.length).toBeGreaterThan(2000), { timeout: 20_000 });
    await writer.worker.terminate();
    const { written } = writer;
    await writer.closed;
    await pump.finish();
    expectInOrder(taken);
    // At most one more: it was ended before it could say so.
    expect(taken.length - written).toBeGreaterThanOrEqual(0);
    expect(taken.length - written).toBeLessThanOrEqual(1);
  });

  it('that is ended while the ring is full leaves all of it', async () => {
    const writer = startWriter(2 ** 30, 1000);
    await vi.waitFor(() => expect(writer.waits).toEqual([1, 0]), { timeout: 20_000 });
    await writer.worker.terminate();
    const { pump, taken } = pumpOf(writer);
    await writer.closed;
    await pump.finish();
    expectInOrder(taken);
    expect(taken.length - writer.written).toBeGreaterThanOrEqual(0);
    expect(taken.length - writer.written).toBeLessThanOrEqual(1); // posted, and no more room for its place
  });
});
