// Instances of one module over one memory, made one after the other as a run makes them: with a state each, or with one for all.
import { SharedGlobals } from '../../../src/engine/guest/sharedGlobals.ts';
import { createMemory } from '../../../src/engine/input/compile.ts';
import type { InstanceState, RecordLevel } from '../../../src/protocol/run.ts';
import { readModule } from '../../../src/wasm/module.ts';
import type { LogVisitor } from '../../../src/wasm/record/accessVisitor.ts';
import { decodeLog, logReader } from '../../../src/wasm/record/decodeLog.ts';
import { type RecordOptions, type RewrittenModule, recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { AccessLines } from '../wasm/record/recordedRun.ts';

export interface GroupOptions extends Pick<RecordOptions, 'log'> {
  readonly state: InstanceState;
  readonly level?: RecordLevel;
  /** Imports of an instance but its memory; new ones for each. */
  readonly makeImports?: (memory: WebAssembly.Memory) => WebAssembly.Imports;
}

export class InstanceGroup {
  readonly memory: WebAssembly.Memory;
  readonly rewritten: RewrittenModule;
  readonly instances: WebAssembly.Instance[] = [];
  /** What was accessed since it was asked for last. */
  private lines = new AccessLines();
  private readonly log: AccessLog | null;
  private readonly globals: SharedGlobals | null;
  private readonly modules: readonly [first: WebAssembly.Module, later: WebAssembly.Module];

  constructor(
    bytes: Uint8Array,
    private readonly options: GroupOptions,
  ) {
    const { state, level = 'calls', log = 'compact' } = options;
    const module = readModule(bytes);
    const rewritten = recordAccesses(module, { level, log, state });
    const { plan, shared } = rewritten;
    this.rewritten = rewritten;
    this.memory = createMemory(module, rewritten.maximum);
    const reader = plan && logReader(module, plan);
    this.log = reader && new AccessLog((records, stop) => decodeLog(reader, records, this.visitor, stop));
    this.globals = shared && new SharedGlobals(module, rewritten, shared);
    const first = new WebAssembly.Module(rewritten.bytes);
    this.modules = [first, shared ? new WebAssembly.Module(shared.laterBytes) : first];
  }

  /** Makes one more instance. */
  add(): WebAssembly.Exports {
    const { memoryImport, addedImports } = this.rewritten;
    const imports = this.options.makeImports?.(this.memory) ?? {};
    imports[memoryImport.module] = { ...imports[memoryImport.module], [memoryImport.name]: this.memory };
    this.log?.addImports(imports, addedImports);
    this.globals?.provide(imports);
    const instance = new WebAssembly.Instance(this.modules[this.instances.length === 0 ? 0 : 1], imports);
    this.instances.push(instance);
    return instance.exports;
  }

  /** Makes so many. */
  addAll(count: number): WebAssembly.Exports[] {
    return Array.from({ length: count }, () => this.add());
  }

  /** The accesses since the last time, as lines. */
  accesses(): string[] {
    this.log?.flush();
    const { lines } = this.lines;
    this.lines = new AccessLines();
    return lines;
  }

  private get visitor(): LogVisitor {
    return this.lines;
  }
}
