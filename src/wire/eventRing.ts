// Events from the thread that runs guests to the recording thread, in order. They stand as text in a ring of shared memory: to write
// one wakes nobody and takes about a microsecond, and what is in the ring outlives the thread that wrote it. What holds buffers or
// memories goes by a port, and an empty line in the ring keeps its place.

import { pause } from '../platform/threads.ts';

/** Shared by both ends. */
export interface EventRingMemory {
  /** JSON, one event a line; byte `n` of all that was ever written is at `n` modulo the size. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly words: Int32Array<SharedArrayBuffer>;
}

/** Bytes ever written and ever taken (modulo 2³²), and what the reader does. */
const WORD = { written: 0, taken: 1, reader: 2 } as const;

/** It looks for events by itself, or sleeps until it is woken, or has ended. */
const READER = { awake: 0, asleep: 1, gone: 2 } as const;

const CAPACITY_BYTES = 2 ** 20;
/** A longer event goes by the port. */
const MAX_EVENT_BYTES = 2 ** 16;
/** Events are read in pieces of so many bytes about, so that the ring is free again soon. */
const PIECE_BYTES = 2 ** 16;
/** How often the reader looks for events while they come. */
const POLL_MS = 10;
const LINE_END = 0x0a;

/** Wakes a reader that sleeps. */
const WAKE = 'wake';

export function newEventRing(): EventRingMemory {
  return {
    bytes: new Uint8Array(new SharedArrayBuffer(CAPACITY_BYTES)),
    words: new Int32Array(new SharedArrayBuffer(4 * 3)),
  };
}

/** The reader has ended: a writer does not wait for it, and writes no more. */
export function leaveEventRing({ words }: EventRingMemory): void {
  Atomics.store(words, WORD.reader, READER.gone);
  Atomics.notify(words, WORD.taken);
}

/** Bytes of events in the ring that were not taken yet. */
export const eventBytesOnTheWay = ({ words }: EventRingMemory): number =>
  (Atomics.load(words, WORD.written) - Atomics.load(words, WORD.taken)) | 0;

/** The part of a port that the writer needs. */
export interface EventPort {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
}

export class EventWriter<Event> {
  private readonly encoder = new TextEncoder();
  private readonly line = new Uint8Array(3 * MAX_EVENT_BYTES + 1);
  private isClosed = false;

  constructor(
    private readonly ring: EventRingMemory,
    private readonly port: EventPort,
    /** Told before the writer waits for room in the ring (true), and when it goes on. */
    private readonly waiting: (waits: boolean) => void = () => {},
  ) {}

  /** From now on nothing is written. */
  close(): void {
    this.isClosed = true;
  }

  /** @param event plain JSON */
  write(event: Event): void {
    if (this.isClosed) return;
    const text = JSON.stringify(event);
    if (text.length > MAX_EVENT_BYTES) {
      this.post(event);
      return;
    }
    const { written } = this.encoder.encodeInto(text, this.line);
    this.line[written] = LINE_END;
    this.put(this.line.subarray(0, written + 1));
  }

  /** @param transfer buffers that are handed over, not copied */
  post(event: Event, transfer: ArrayBuffer[] = []): void {
    if (this.isClosed) return;
    // First, so that a reader that sees the empty line gets the event.
    this.port.postMessage(event, transfer);
    this.line[0] = LINE_END;
    this.put(this.line.subarray(0, 1));
  }

  /** To be called before waiting for what the reader does. */
  wake(): void {
    const { words } = this.ring;
    if (Atomics.compareExchange(words, WORD.reader, READER.asleep, READER.awake) === READER.asleep)
      this.port.postMessage(WAKE);
  }

  private put(line: Uint8Array): void {
    const { bytes, words } = this.ring;
    const start = words[WORD.written];
    if (!this.waitForRoom(start, line.length)) {
      this.close();
      return;
    }
    const at = (start >>> 0) % CAPACITY_BYTES;
    const first = Math.min(line.length, CAPACITY_BYTES - at);
    bytes.set(line.subarray(0, first), at);
    if (first < line.length) bytes.set(line.subarray(first), 0);
    Atomics.store(words, WORD.written, start + line.length);
    this.wake();
  }

  /** @returns false where nobody makes room */
  private waitForRoom(start: number, length: number): boolean {
    const { words } = this.ring;
    let taken = Atomics.load(words, WORD.taken);
    if (((start - taken) | 0) + length <= CAPACITY_BYTES) return true;
    this.waiting(true);
    while (((start - taken) | 0) + length > CAPACITY_BYTES && Atomics.load(words, WORD.reader) !== READER.gone) {
      this.wake();
      Atomics.wait(words, WORD.taken, taken);
      taken = Atomics.load(words, WORD.taken);
    }
    this.waiting(false);
    return ((start - taken) | 0) + length <= CAPACITY_BYTES;
  }
}

/** Takes the events in their order. */
export class EventReader<Event> {
  private readonly posted: Event[] = [];
  private readonly decoder = new TextDecoder();
  /** Lines of the last piece that were not taken: one of them is on its way over the port. */
  private copied: Uint8Array | null = null;

  constructor(private readonly ring: EventRingMemory) {}

  /** Takes a message of the port. */
  receive(message: unknown): void {
    // The writer, built from the same sources, posts nothing else.
    if (message !== WAKE) this.posted.push(message as Event);
  }

  /** The next events, some of those that there are; none where there is none, or where one is still on its way over the port. */
  take(): Event[] {
    const { words } = this.ring;
    const start = Atomics.load(words, WORD.taken);
    const available = (Atomics.load(words, WORD.written) - start) | 0;
    const lines = this.copied ?? this.lines(start, Math.min(available, PIECE_BYTES), available);
    const events: Event[] = [];
    let taken = 0;
    // Lines of text that follow each other are parsed at once.
    for (let at = 0; at < lines.length; ) {
      if (lines[at] === LINE_END) {
        const event = this.posted.shift();
        if (event === undefined) break;
        events.push(event);
        taken = ++at;
        continue;
      }
      const end = endOfText(lines, at);
      const text = this.decoder.decode(lines.subarray(at, end - 1)).replaceAll('\n', ',');
      events.push(...(JSON.parse(`[${text}]`) as Event[]));
      at = end;
      taken = end;
    }
    this.copied = taken < lines.length ? lines.subarray(taken) : null;
    if (taken > 0) {
      Atomics.store(words, WORD.taken, start + taken);
      Atomics.notify(words, WORD.taken);
    }
    return events;
  }

  /** What came by the port and has no place in the ring, since the writer was ended in between: it was the last. */
  rest(): Event[] {
    return this.posted.splice(0);
  }

  /** From now on the writer wakes the reader. @returns false where events have come meanwhile */
  sleep(): boolean {
    const { words } = this.ring;
    Atomics.store(words, WORD.reader, READER.asleep);
    if (Atomics.load(words, WORD.written) === Atomics.load(words, WORD.taken)) return true;
    Atomics.store(words, WORD.reader, READER.awake);
    return false;
  }

  /** A copy of whole lines: `bytes` of them, or one line more where that is longer. */
  private lines(start: number, bytes: number, available: number): Uint8Array {
    const whole = this.copy(start, bytes);
    const end = whole.lastIndexOf(LINE_END) + 1;
    if (end > 0 || bytes === available) return whole.subarray(0, end);
    return this.lines(start, Math.min(available, 2 * bytes), available);
  }

  private copy(start: number, length: number): Uint8Array {
    const { bytes } = this.ring;
    const at = (start >>> 0) % CAPACITY_BYTES;
    const copy = new Uint8Array(length);
    const first = Math.min(length, CAPACITY_BYTES - at);
    copy.set(bytes.subarray(at, at + first));
    copy.set(bytes.subarray(0, length - first), first);
    return copy;
  }
}

/** Where the lines of text from `at` on end: at an empty line, or at the end. */
function endOfText(lines: Uint8Array, at: number): number {
  for (let end = lines.indexOf(LINE_END, at) + 1; ; end = lines.indexOf(LINE_END, end) + 1)
    if (end === lines.length || lines[end] === LINE_END) return end;
}

/**
 * Takes events as they come, a piece after the other, until the writer has ended.
 * @param take records a piece; the next one is read when it resolves
 */
export class EventPump<Event> {
  private readonly reader: EventReader<Event>;
  private running: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private idle = false;
  private hasFinished = false;

  constructor(
    private readonly ring: EventRingMemory,
    private readonly take: (events: readonly Event[]) => Promise<unknown>,
  ) {
    this.reader = new EventReader(ring);
    this.look();
  }

  /** Takes a message of the port. */
  receive(message: unknown): void {
    this.reader.receive(message);
    this.look();
  }

  /** Resolves once all is taken that was written until now. The writer goes on, or {@link finish} is called, too. */
  async caughtUp(): Promise<void> {
    const end = Atomics.load(this.ring.words, WORD.written);
    const isBehind = (): boolean => ((end - Atomics.load(this.ring.words, WORD.taken)) | 0) > 0;
    do {
      this.look();
      await this.running;
      // Only what is still on its way over the port is left, which comes at once.
      await pause();
    } while (isBehind() && !this.hasFinished);
    await this.running;
  }

  /** Resolves once all is taken. To be called when the writer has ended and the port has given all that it had. */
  async finish(): Promise<void> {
    this.hasFinished = true;
    await this.running;
    await this.drain();
    await this.take(this.reader.rest());
    this.stop();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private look(): void {
    this.stop();
    this.running ??= this.drain().finally(() => {
      this.running = null;
      this.lookAgain();
    });
  }

  private async drain(): Promise<void> {
    for (let events = this.reader.take(); events.length > 0; events = this.reader.take()) {
      this.idle = false;
      await this.take(events);
    }
  }

  /** While events come, the reader looks every now and then; after a look in vain it sleeps. */
  private lookAgain(): void {
    if (this.idle && this.reader.sleep()) return;
    this.idle = true;
    this.timer = setTimeout(() => this.look(), POLL_MS);
  }
}
