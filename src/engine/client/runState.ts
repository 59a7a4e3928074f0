// Turns the engine's events, and what the recording thread says of each call, into what a run looks like from outside.
import type { EndedCall, EngineEvent, PendingCall } from '../../protocol/engine.ts';
import type { RecordedCall, RecordingNews, SettledRecording, StoppedMemory } from '../../protocol/recording.ts';
import type { CallRecord, ModuleSummary, Problem, RunSnapshot, StubUse } from '../../protocol/run.ts';
import { step, WASM_PAGE_BYTES } from '../../protocol/units.ts';

/** A run of which nothing is known yet. */
export function emptySnapshot(instances: number): RunSnapshot {
  return {
    status: 'starting',
    module: null,
    instances,
    address: null,
    calls: [],
    firstStep: step(0),
    lastStep: step(0),
    record: 'calls',
    recordNote: null,
    initialMemoryBytes: null,
    expected: null,
    actual: null,
    stubsCalled: [],
    problem: null,
  };
}

type End = Pick<RunSnapshot, 'status' | 'actual' | 'problem'>;

export class RunState {
  private state: RunSnapshot;
  private memory: WebAssembly.Memory | null = null;
  private importCalls: Uint32Array | null = null;
  /** Calls of which the recording thread has not said yet where they lie. */
  private readonly unplaced: EndedCall[] = [];
  private readonly places = new Map<number, RecordedCall>();
  private readonly calls: CallRecord[] = [];
  /** Step 0 can be shown. */
  private begun = false;
  private pending: PendingCall | null = null;
  private printed: string[] = [];
  private behindBytes = 0;

  constructor(instances: number) {
    this.state = emptySnapshot(instances);
  }

  get snapshot(): RunSnapshot {
    const { recordNote: note } = this.state;
    const recordNote = this.behindBytes > 0 ? joined(note, behindNote(this.behindBytes)) : note;
    return { ...this.state, recordNote, calls: [...this.calls], stubsCalled: this.stubsCalled() };
  }

  get hasEnded(): boolean {
    return this.state.status !== 'starting' && this.state.status !== 'running';
  }

  get hasModule(): boolean {
    return this.state.module !== null;
  }

  /** What guest code is under way, as the subject of a sentence. */
  get activity(): string {
    if (this.pending) return `call ${this.pending.index}, ${this.pending.function} on #${this.pending.instance},`;
    const making = this.state.module && this.state.initialMemoryBytes === null;
    return making ? 'the making of the instances' : 'the preparation of the module';
  }

  apply(event: Exclude<EngineEvent, { type: 'finished' }>): void {
    switch (event.type) {
      case 'module': {
        const { module, record, recordNote } = event;
        this.memory = event.memory;
        this.importCalls = event.importCalls;
        this.change({ module, record, recordNote });
        break;
      }
      case 'guest-entered':
        this.pending = event.call;
        this.printed = [];
        this.change({ status: 'running' });
        break;
      case 'guest-left':
      case 'guest-waits':
      case 'guest-goes-on':
        break;
      case 'printed':
        this.printed.push(event.text);
        break;
      case 'instantiated':
        this.change({ instances: event.instances, expected: event.expected });
        this.begin(event.memoryBytes);
        break;
      case 'call-ended':
        this.pending = null;
        this.unplaced.push(event.call);
        this.place(event.address);
    }
  }

  /** The recording thread has recorded step 0 or calls. */
  recorded({ recorded, firstStep }: Pick<RecordingNews, 'recorded' | 'firstStep'>): void {
    for (const call of recorded) {
      if (call) this.places.set(call.index, call);
      else this.begun = true;
    }
    this.change({ firstStep });
    this.place(this.state.address);
  }

  /** Everything is recorded: the last step may be a write of the host, after the last call. */
  settled({ firstStep, lastStep, unreadBytes }: SettledRecording): void {
    this.change({ firstStep, lastStep });
    if (unreadBytes > 0) this.addNote(unreadNote(unreadBytes));
  }

  /** The guest has ended; so many bytes of log are not recorded yet. */
  behind(bytes: number): void {
    this.behindBytes = bytes;
  }

  end(end: End): void {
    this.pending = null;
    this.behindBytes = 0;
    this.change(end);
  }

  /**
   * The engine worker was ended from outside.
   * @param place of the call that was under way; null where none was
   * @param durationNs how long that call had run
   */
  stopped(end: Omit<End, 'actual'>, memory: StoppedMemory, durationNs: number): void {
    if (memory.begun) this.begin(memory.memoryBytes);
    const { pending } = this;
    const valueAfter = this.currentValue();
    if (pending && !memory.begun) this.unplaced.push(this.stoppedCall(pending, memory, durationNs, valueAfter));
    this.place(this.state.address);
    if (memory.unreadBytes > 0) this.addNote(unreadNote(memory.unreadBytes));
    if (memory.loopToldShort) this.addNote(SHORT_LOOP_NOTE);
    this.end({ ...end, actual: valueAfter });
  }

  private begin(memoryBytes: number): void {
    if (this.state.initialMemoryBytes === null) this.change({ initialMemoryBytes: memoryBytes });
  }

  private stoppedCall(
    pending: PendingCall,
    { memoryBytes, bytesChanged }: StoppedMemory,
    durationNs: number,
    valueAfter: number | null,
  ): EndedCall {
    const sizeBefore = this.calls.at(-1)?.memoryBytes ?? this.state.initialMemoryBytes ?? memoryBytes;
    return {
      ...pending,
      results: [],
      end: 'stopped',
      printed: this.printed,
      valueAfter,
      difference: null,
      bytesChanged,
      durationNs,
      grownPages: (memoryBytes - sizeBefore) / WASM_PAGE_BYTES,
      memoryBytes,
      trap: null,
    };
  }

  /** Shows the calls whose place in the recording is known, in their order. */
  private place(address: RunSnapshot['address']): void {
    for (let call = this.unplaced[0]; call && this.begun; call = this.unplaced[0]) {
      const place = this.places.get(call.index);
      if (!place) break;
      const { stepBefore, step: last, accesses } = place;
      this.calls.push({ ...call, stepBefore, step: last, accesses });
      this.unplaced.shift();
    }
    this.change({ address, lastStep: this.calls.at(-1)?.step ?? this.state.lastStep });
  }

  private currentValue(): number | null {
    const { address } = this.state;
    return this.memory && address !== null ? new DataView(this.memory.buffer).getInt32(address, true) : null;
  }

  private stubsCalled(): StubUse[] {
    const { importCalls } = this;
    const module: ModuleSummary | null = this.state.module;
    if (!module || !importCalls) return [];
    return module.imports.flatMap(({ module: from, name }, index) => {
      const calls = importCalls[index];
      return calls > 0 ? [{ module: from, name, calls }] : [];
    });
  }

  private addNote(note: string): void {
    this.change({ recordNote: joined(this.state.recordNote, note) });
  }

  private change(part: Partial<RunSnapshot>): void {
    this.state = { ...this.state, ...part };
  }
}

const joined = (note: string | null, more: string): string => (note === null ? more : `${note} ${more}`);

/**
 * Nothing is left out silently: what stands in the recording is said where it is shown. It was cancelled a second time, or
 * nobody waits that long; and of a memory that is not shared nothing is left to compare.
 */
function unreadNote(bytes: number): string {
  return `The recording was ended before it had caught up with the guest: up to ${bytes} bytes of log were not read, and what they tell is missing or shown as unrecorded.`;
}

const SHORT_LOOP_NOTE =
  'The guest was ended in a loop, and memory does not tell how often that had gone round: what of its stores is not known is missing or shown as unrecorded.';

/** Shown while the recording is behind the guest, which has ended. */
function behindNote(bytes: number): string {
  return `The guest has ended; ${(bytes / 1e6).toFixed(1)} MB of its log are still to be recorded. Cancel leaves them out.`;
}

/** How a run ended, when it was not ended from outside. */
export type Finished = Extract<EngineEvent, { type: 'finished' }>;

/** What the engine says last. */
export function endOf({ status, actual, problem }: Finished): End {
  return { status, actual, problem: problem satisfies Problem | null };
}
