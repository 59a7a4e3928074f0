// Turns the engine's events into what a run looks like from outside. Holds the recording; knows nothing of workers.
import type { EngineEvent, PageChanges, PendingCall } from '../protocol/engine.ts';
import type {
  CallRecord,
  LastChange,
  ModuleSummary,
  PageView,
  Problem,
  RunSnapshot,
  RunStatus,
  StubUse,
} from '../protocol/run.ts';
import { type Address, type PageIndex, type Step, step, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { comparePages, countChangedBytes } from '../recording/comparePages.ts';
import { MemoryHistory } from '../recording/memoryHistory.ts';

/** Bytes compared in one go after a run was ended from outside, so that the host's thread stays responsive. */
const COMPARE_SLICE_BYTES = 64 * 2 ** 20;

export class RunRecorder {
  private history = new MemoryHistory();
  private instantiated = false;
  private memory: WebAssembly.Memory | null = null;
  private module: ModuleSummary | null = null;
  private importCalls: Uint32Array | null = null;
  private status: RunStatus = 'starting';
  private calls: CallRecord[] = [];
  private place: Address | null = null;
  private expected: number | null = null;
  private actual: number | null = null;
  private problem: Problem | null = null;
  private pending: PendingCall | null = null;
  private printed: string[] = [];

  constructor(private readonly instances: number) {}

  /** What guest code is under way, as the subject of a sentence. */
  get activity(): string {
    if (this.pending) return `call ${this.pending.index}, ${this.pending.function} on #${this.pending.instance},`;
    return this.module && !this.instantiated ? 'the making of the instances' : 'the preparation of the module';
  }

  get hasEnded(): boolean {
    return this.status !== 'starting' && this.status !== 'running';
  }

  snapshot(): RunSnapshot {
    return {
      status: this.status,
      module: this.module,
      instances: this.instances,
      address: this.place,
      calls: [...this.calls],
      firstStep: this.history.firstStep,
      lastStep: this.history.lastStep,
      initialMemoryBytes: this.instantiated ? this.initialBytes : null,
      expected: this.expected,
      actual: this.actual,
      stubsCalled: this.stubsCalled(),
      problem: this.problem,
    };
  }

  apply(event: EngineEvent): void {
    switch (event.type) {
      case 'module':
        this.module = event.module;
        this.memory = event.memory;
        this.importCalls = event.importCalls;
        break;
      case 'guest-entered':
        this.status = 'running';
        this.pending = event.call;
        this.printed = [];
        break;
      case 'guest-left':
        break;
      case 'printed':
        this.printed.push(event.text);
        break;
      case 'instantiated':
        this.expected = event.expected;
        this.start(event.changes, event.memoryBytes);
        break;
      case 'call-ended':
        this.addCall(event.call, event.changes);
        this.place = event.address;
        break;
      case 'finished':
        this.end(event.status, event.actual, event.problem);
    }
  }

  /** Records a file that was only read. */
  lookedAt(module: ModuleSummary, changes: PageChanges): void {
    this.module = module;
    this.start(changes, module.memory.pages * WASM_PAGE_BYTES);
    this.end('looked-at', null, null);
  }

  /**
   * Records that the worker is gone before it finished: what memory holds now becomes the last step.
   * Call it once the worker has ended, since only then memory stands still.
   */
  async stopped(status: 'timed-out' | 'cancelled' | 'trapped' | 'rejected', problem: Problem): Promise<void> {
    const memory = this.memory;
    if (memory) {
      const changes = await this.compareInSlices(new Uint8Array(memory.buffer));
      const memoryBytes = memory.buffer.byteLength;
      if (!this.instantiated) this.start(changes, memoryBytes);
      else if (this.pending) this.addCall(this.stoppedCall(this.pending, changes, memoryBytes), changes);
    }
    this.end(status, this.place === null ? null : this.readI32(this.place), problem);
  }

  readPages(at: Step, pages: readonly PageIndex[]): PageView[] {
    return pages.map(page => ({
      page,
      bytes: this.history.page(at, page)?.slice() ?? null,
      changed: this.history.changed(at, page),
    }));
  }

  lastChange(at: Step, address: Address): LastChange {
    return this.history.lastChange(at, address);
  }

  /** Lets go of the memory and of everything recorded. */
  dispose(): void {
    this.memory = null;
    this.importCalls = null;
    this.history = new MemoryHistory();
  }

  private initialBytes = 0;

  private start(changes: PageChanges, memoryBytes: number): void {
    this.history.append(changes, memoryBytes);
    this.initialBytes = memoryBytes;
    this.instantiated = true;
  }

  private addCall(call: CallRecord, changes: PageChanges): void {
    this.history.append(changes, call.memoryBytes);
    this.calls.push(call);
    this.pending = null;
  }

  private end(status: RunStatus, actual: number | null, problem: Problem | null): void {
    this.status = status;
    this.actual = actual;
    this.problem = problem;
    this.pending = null;
  }

  private stoppedCall(pending: PendingCall, changes: PageChanges, memoryBytes: number): CallRecord {
    const sizeBefore = this.history.memoryBytes(this.history.lastStep);
    return {
      ...pending,
      step: step(pending.index),
      results: [],
      end: 'stopped',
      printed: this.printed,
      valueAfter: this.place === null ? null : this.readI32(this.place),
      difference: null,
      bytesChanged: countChangedBytes(this.history.latest(), changes),
      durationNs: this.stoppedAfterNs,
      grownPages: (memoryBytes - sizeBefore) / WASM_PAGE_BYTES,
      memoryBytes,
      trap: null,
    };
  }

  /** Nanoseconds that the call had run when the worker was ended; set by whoever ends it. */
  stoppedAfterNs = 0;

  private async compareInSlices(memory: Uint8Array): Promise<PageChanges> {
    const known = this.history.latest();
    const parts: PageChanges[] = [];
    for (let from = 0; from < memory.length; from += COMPARE_SLICE_BYTES) {
      parts.push(comparePages(memory, known, from, Math.min(from + COMPARE_SLICE_BYTES, memory.length)));
      await new Promise(resolve => setImmediate(resolve));
    }
    return joinChanges(parts);
  }

  private readI32(at: Address): number | null {
    return this.memory ? new DataView(this.memory.buffer).getInt32(at, true) : null;
  }

  private stubsCalled(): StubUse[] {
    const { module, importCalls } = this;
    if (!module || !importCalls) return [];
    return module.imports.flatMap(({ module: from, name }, index) => {
      const calls = importCalls[index];
      return calls > 0 ? [{ module: from, name, calls }] : [];
    });
  }
}

function joinChanges(parts: readonly PageChanges[]): PageChanges {
  const pages = new Uint32Array(parts.reduce((sum, part) => sum + part.pages.length, 0));
  const contents = new Uint8Array(parts.reduce((sum, part) => sum + part.contents.length, 0));
  let page = 0;
  let content = 0;
  for (const part of parts) {
    pages.set(part.pages, page);
    contents.set(part.contents, content);
    page += part.pages.length;
    content += part.contents.length;
  }
  return { pages, contents };
}
