// Turns the engine's events, and what the recording thread says, into what a run looks like from outside.

import type { EngineEvent } from '../../protocol/engine.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { RecordingProgress, SettledRecording, StoppedRecording } from '../../protocol/recording.ts';
import { NOTHING_RECORDED, type RunPhase, type RunSnapshot, type StubUse } from '../../protocol/run.ts';
import { isUnderWay } from '../../protocol/runStatus.ts';
import { step } from '../../protocol/units.ts';

/** A run of which nothing is known yet. @param instances that it will have: the index of each one's module */
export function emptySnapshot(instances: readonly number[] = []): RunSnapshot {
  return {
    status: 'starting',
    modules: [],
    instances: instances.map(module => ({ module, call: null, step: step(0) })),
    watch: null,
    verdict: null,
    ...NOTHING_RECORDED,
    isPaused: false,
    record: 'calls',
    recordNote: null,
    notes: [],
    stubsCalled: [],
    problem: null,
    trapped: { total: 0, calls: [] },
  };
}

export interface End extends Pick<RunSnapshot, 'status' | 'problem'> {
  /** The watched value at the end. */
  readonly actual: number | null;
}

/** Why guests were ended from outside. @property problem given what was under way, as the subject of a sentence */
export interface Stop {
  readonly status: 'timed-out' | 'cancelled' | 'trapped' | 'rejected';
  readonly problem: (activity: string) => Problem;
}

export class RunState {
  private state: RunSnapshot;
  private importCalls: Uint32Array | null = null;
  private behindBytes = 0;

  /**
   * @param caller of guests, where that is no scenario: the subject of a sentence
   * @param limit seconds that guests may run; null where nothing ends them
   */
  constructor(
    instances: readonly number[],
    private readonly caller: string | null = null,
    private readonly limit: number | null = null,
  ) {
    this.state = emptySnapshot(instances);
    this.begin('preparing');
  }

  get snapshot(): RunSnapshot {
    const { recordNote: note } = this.state;
    const recordNote = this.behindBytes > 0 ? joined(note, behindNote(this.behindBytes)) : note;
    return { ...this.state, recordNote, stubsCalled: this.stubsCalled() };
  }

  get hasEnded(): boolean {
    return !isUnderWay(this.state);
  }

  get hasModule(): boolean {
    return this.state.modules.length > 0;
  }

  apply(event: Exclude<EngineEvent, { type: 'finished' }>): void {
    switch (event.type) {
      case 'modules': {
        const { modules, record, recordNote, notes } = event;
        this.importCalls = event.importCalls;
        this.change({ modules, record, recordNote, notes });
        break;
      }
      case 'running':
        this.change({ status: 'running' });
        break;
      case 'phase':
        if (event.kind === 'calling') this.begin(null);
        else this.begin(event.kind, event.kind === 'making' ? event.instance : 0);
        break;
      case 'expects':
        this.change({ verdict: { expected: event.expected, actual: null } });
        break;
    }
  }

  /** What the recording thread has recorded by now. */
  recorded({ instances, ...progress }: RecordingProgress): void {
    // While instances are made, those that were asked for are shown.
    this.change(progress.initialMemoryBytes === null ? progress : { ...progress, instances });
  }

  /** Recording is switched off, or on again. */
  paused(isPaused: boolean): void {
    this.change({ isPaused });
  }

  /** What else is to be known of the run. */
  note(notes: readonly string[]): void {
    this.change({ notes: [...this.state.notes, ...notes] });
  }

  /** Everything is recorded. */
  settled({ progress, unreadBytes, fault }: SettledRecording): void {
    this.recorded(progress);
    if (fault !== null) this.addNote(faultNote(progress.lastStep, fault));
    if (unreadBytes > 0) this.addNote(unreadNote(unreadBytes));
  }

  /** Calls that trapped, of a run of which everything is recorded. */
  trapped(trapped: RunSnapshot['trapped']): void {
    this.change({ trapped });
  }

  /** Guests were ended from outside, and everything is recorded. */
  stopped({ status, problem }: Stop, stopped: StoppedRecording): void {
    this.settled(stopped);
    if (stopped.loopToldShort) this.addNote(SHORT_LOOP_NOTE);
    this.end({ status, problem: problem(this.activity(stopped)), actual: stopped.watched });
  }

  /** The guest has ended; so many bytes of log are not recorded yet. */
  behind(bytes: number): void {
    this.behindBytes = bytes;
  }

  end({ status, problem, actual }: End): void {
    this.behindBytes = 0;
    this.begin(null);
    const { verdict } = this.state;
    this.change({ status, problem, verdict: verdict && { ...verdict, actual }, isPaused: false });
  }

  /** @param kind null where calls are made, or nothing is done any more */
  private begin(kind: RunPhase['kind'] | null, instance = 0): void {
    const { limit } = this;
    const { phase, ...others } = this.state;
    if (kind !== null && limit !== null) this.change({ phase: { kind, instance, since: Date.now(), limit } });
    else if (phase) this.state = others;
  }

  private activity({ call, progress }: StoppedRecording): string {
    if (call) return `call ${call.index}, ${call.function} on ${InstanceNames.of(this.state).name(call.instance)},`;
    if (this.caller !== null) return this.caller;
    if (this.state.status === 'running' && progress.callCount === 0) return 'the making of the instances';
    return this.state.status === 'running' ? 'the engine' : 'the preparation of the module';
  }

  private stubsCalled(): StubUse[] {
    const { importCalls } = this;
    if (!importCalls) return [];
    return this.state.modules
      .flatMap(({ imports }) => imports)
      .flatMap(({ module, name }, index) =>
        importCalls[index] > 0 ? [{ module, name, calls: importCalls[index] }] : [],
      );
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

const faultNote = (lastStep: number, fault: string): string =>
  `Behind step ${lastStep} nothing is recorded, by a fault of the recording itself (${fault}): please report it. What ran was not held up.`;

const SHORT_LOOP_NOTE =
  'The guest was ended in a loop, and memory does not tell how often that had gone round: what of its stores is not known is missing or shown as unrecorded.';

/** Shown while the recording is behind the guest, which has ended. */
function behindNote(bytes: number): string {
  return `The guest has ended; ${(bytes / 1e6).toFixed(1)} MB of its log are still to be recorded. Cancel leaves them out.`;
}
