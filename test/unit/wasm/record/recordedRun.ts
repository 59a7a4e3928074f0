// Runs a module with and without recording, and rebuilds memory from what was recorded.
import wabtFactory from 'wabt';
import { SharedGlobals } from '../../../../src/engine/guest/sharedGlobals.ts';
import { declaredMemory } from '../../../../src/engine/input/memory.ts';
import type { FoundWrite, HostBytes } from '../../../../src/protocol/recording.ts';
import type { AccessLevel, LogKind } from '../../../../src/protocol/recordingPlan.ts';
import { linearMemory, type Module, readModule, sharedLimits } from '../../../../src/wasm/module.ts';
import type { LogVisitor, StoppedAccess } from '../../../../src/wasm/record/accessVisitor.ts';
import { decodeLog, type LogReader, logReader } from '../../../../src/wasm/record/decodeLog.ts';
import {
  type RecordedModule,
  type RecordOptions,
  type RewrittenModule,
  recordAccesses,
} from '../../../../src/wasm/record/recordAccesses.ts';
import type { Site } from '../../../../src/wasm/record/sites.ts';
import { AccessLog } from '../../../../src/wire/accessLog.ts';
import { GuestStacks } from '../../../../src/wire/guestStacks.ts';
import { SeenMemory } from '../../../../src/wire/seenMemory.ts';

const WASM_PAGE = 65_536;

/** wabt's type of its features does not know all of them. */
const FEATURES = {
  multi_memory: true,
  threads: true,
  exceptions: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  simd: true,
  relaxed_simd: true,
  multi_value: true,
  sat_float_to_int: true,
  sign_extension: true,
  mutable_globals: true,
  memory64: true,
};

export async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const wabt = await wabtFactory();
  const parsed = wabt.parseWat('test.wat', text, FEATURES);
  try {
    return new Uint8Array(parsed.toBinary({ write_debug_names: true }).buffer);
  } finally {
    parsed.destroy();
  }
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** Writes each access as a line: `i32.store @1000 0b000000`. */
export class AccessLines implements LogVisitor {
  readonly lines: string[] = [];
  /** The access at which the guest trapped: `i32.store @65520 +16`, `memory.copy @0 +8 from 12`. */
  trapped: string | null = null;

  load(site: Site, address: number): void {
    this.lines.push(`${site.instruction.name} @${address}`);
  }
  store(site: Site, address: number, bytes: Uint8Array): void {
    this.lines.push(`${site.instruction.name} @${address} ${hex(bytes)}`);
  }
  fill(site: Site, address: number, size: number, byte: number): void {
    this.lines.push(`${site.instruction.name} @${address} +${size} ${byte}`);
  }
  copy(site: Site, address: number, size: number, from: number): void {
    this.lines.push(`${site.instruction.name} @${address} +${size} from ${from}`);
  }
  init(site: Site, address: number, size: number, from: number): void {
    this.lines.push(`${site.instruction.name} @${address} +${size} segment ${site.segment} from ${from}`);
  }
  grow(site: Site, pages: number, previous: number): void {
    this.lines.push(`${site.instruction.name} ${pages} -> ${previous}`);
  }
  stopped({ site, operand, bulk }: StoppedAccess): void {
    const more = bulk ? `+${bulk.size} from ${bulk.from}` : `+${site.memoryOffset}`;
    this.trapped = `${site.instruction.name} @${operand} ${more}`;
  }
  hostWrote(address: number, bytes: readonly number[]): void {
    this.lines.push(`host @${address} ${hex(Uint8Array.from(bytes))}`);
  }
}

/** Applies accesses to an image of memory. */
export class MemoryImage implements LogVisitor {
  constructor(
    public bytes: Uint8Array,
    private readonly module: Module,
  ) {}

  load(): void {}
  store(_site: Site, address: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, address);
  }
  fill(_site: Site, address: number, size: number, byte: number): void {
    this.bytes.fill(byte, address, address + size);
  }
  copy(_site: Site, address: number, size: number, from: number): void {
    this.bytes.copyWithin(address, from, from + size);
  }
  init(site: Site, address: number, size: number, from: number): void {
    this.bytes.set(this.module.dataSegments[site.segment].bytes.subarray(from, from + size), address);
  }
  grow(_site: Site, pages: number, previous: number): void {
    if (previous < 0) return;
    const grown = new Uint8Array((previous + pages) * WASM_PAGE);
    grown.set(this.bytes);
    this.bytes = grown;
  }
  hostWrote(address: number, bytes: readonly number[]): void {
    this.bytes.set(bytes, address);
  }
}

/** Makes the imports of a run. */
export type MakeImports = (memory: WebAssembly.Memory) => WebAssembly.Imports;

export interface Run {
  readonly instance: WebAssembly.Instance;
  /** It, and others of the module over the same memory. */
  readonly instances: readonly WebAssembly.Instance[];
  readonly memory: WebAssembly.Memory;
}

export interface RecordedRun extends Run {
  readonly recorded: RecordedModule;
  readonly reader: LogReader;
  /** The accesses since the instance was made or since this was called last, as lines. */
  accesses(): string[];
  /** The access at which a call trapped, since {@link accesses} was called last; null where the log tells of none. */
  trapped(): string | null;
  /** Memory as the recording says that it is. */
  rebuilt(): Uint8Array;
  /** Tells the recording of what a call threw, before another call is made. */
  threw(thrown: unknown): void;
  /** The host runs, and writes to memory. Without, the host never runs. */
  hostRuns(writes: readonly HostBytes[]): void;
  /** Accesses to bytes that are told as others than memory held when they were accessed. */
  readonly unlike: readonly string[];
}

/** Compares memory as it is told with memory as it was, wherever it is accessed. */
class Comparison implements LogVisitor {
  readonly unlike: string[] = [];

  constructor(
    private readonly told: MemoryImage,
    readonly truth: MemoryImage,
  ) {}

  load(site: Site, address: number): void {
    this.look(site, address, site.width);
  }
  store(site: Site, address: number, bytes: Uint8Array): void {
    this.look(site, address, bytes.length);
    for (const image of this.images) image.store(site, address, bytes);
  }
  fill(site: Site, address: number, size: number, byte: number): void {
    this.look(site, address, size);
    for (const image of this.images) image.fill(site, address, size, byte);
  }
  copy(site: Site, address: number, size: number, from: number): void {
    this.look(site, address, size);
    this.look(site, from, size);
    for (const image of this.images) image.copy(site, address, size, from);
  }
  init(site: Site, address: number, size: number, from: number): void {
    this.look(site, address, size);
    for (const image of this.images) image.init(site, address, size, from);
  }
  grow(site: Site, pages: number, previous: number): void {
    for (const image of this.images) image.grow(site, pages, previous);
  }
  hostWrote(address: number, bytes: readonly number[]): void {
    this.told.hostWrote(address, bytes);
  }

  private get images(): readonly MemoryImage[] {
    return [this.told, this.truth];
  }

  private look(site: Site, address: number, size: number): void {
    const [told, truth] = this.images.map(({ bytes }) => hex(bytes.subarray(address, address + size)));
    if (told !== truth) this.unlike.push(`${site.instruction.name} @${address}: ${told} instead of ${truth}`);
  }
}

function instantiate(
  rewritten: RewrittenModule,
  module: Module,
  makeImports: MakeImports,
  log?: AccessLog,
  seenOf?: (memory: WebAssembly.Memory) => SeenMemory | null,
  count = 1,
): Run {
  const { shared, addedImports } = rewritten;
  const memory = declaredMemory(sharedLimits(module, linearMemory(module)?.limits.minimum ?? 0n));
  const stacks = new GuestStacks();
  const globals = shared && new SharedGlobals(module, rewritten, shared);
  const make = (bytes: Uint8Array<ArrayBuffer>): WebAssembly.Instance => {
    const imports = makeImports(memory);
    const { module: from, name } = rewritten.memoryImport;
    imports[from] = { ...imports[from], [name]: memory };
    log?.addImports(imports, addedImports);
    stacks.addImports(imports, rewritten, 0);
    seenOf?.(memory)?.addImports(imports, addedImports);
    globals?.provide(imports);
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  };
  const instance = make(rewritten.bytes);
  const others = Array.from({ length: count - 1 }, () => make(shared?.laterBytes ?? rewritten.bytes));
  return { instance, instances: [instance, ...others], memory };
}

/** Makes an instance of a module over a shared memory, without recording. */
export function runBare(bytes: Uint8Array, makeImports: MakeImports = () => ({})): Run {
  const module = readModule(bytes);
  return instantiate(recordAccesses(module, { level: 'calls' }), module, makeImports);
}

/** Offset in the original file of the instruction that trapped; null for another error. */
function trapOffset(recorded: RecordedModule, thrown: unknown): number | null {
  if (!(thrown instanceof WebAssembly.RuntimeError)) return null;
  const match = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(thrown.stack ?? '');
  return match ? recorded.originalOffset(Number.parseInt(match[1], 16)) : null;
}

/** Makes an instance of a module that records, or several. */
export function runRecorded(
  bytes: Uint8Array,
  options: Pick<RecordOptions, 'among' | 'told' | 'stackPointer' | 'exact' | 'state'> & {
    readonly level: AccessLevel;
    readonly log: LogKind;
  },
  makeImports: MakeImports = () => ({}),
  instances = 1,
): RecordedRun {
  const module = readModule(bytes);
  const recorded = recordAccesses(module, options);
  const reader = logReader(module, recorded.plan);
  // Active segments are written by the instantiation, before the start function runs.
  const image = new MemoryImage(new Uint8Array(Number(linearMemory(module)?.limits.minimum ?? 0n) * WASM_PAGE), module);
  for (const { memory: target, address, bytes: data } of module.dataSegments)
    if (target === 0 && address !== null) image.bytes.set(data, address);
  const truth = new MemoryImage(image.bytes.slice(), module);
  const comparison = new Comparison(image, truth);
  let lines = new AccessLines();
  let found: FoundWrite[] = [];
  const log = new AccessLog((records, stop) => {
    const places = found.map(each => ({ ...each, at: each.at - records.byteOffset }));
    decodeLog(reader, records, lines, stop, places);
    decodeLog(reader, records, comparison, stop, places);
    found = [];
  });
  /** What was found where no record follows. */
  const flush = (): void => {
    log.flush();
    for (const visitor of [lines, image])
      for (const { writes } of found) for (const { address, bytes } of writes) visitor.hostWrote(address, bytes);
    found = [];
  };
  /** Of segments, guests know before the start function runs. */
  let seen: SeenMemory | null = null;
  let memory: WebAssembly.Memory | null = null;
  const seenOf = (of: WebAssembly.Memory): SeenMemory => {
    memory = of;
    seen = new SeenMemory(of, each => {
      found.push({ ...each, at: log.placeOf(each.at) });
    });
    for (const { memory: target, address, bytes: data } of module.dataSegments)
      if (target === 0 && address !== null) seen.put(address, data);
    return seen;
  };
  const run = instantiate(recorded, module, makeImports, log, options.exact ? seenOf : undefined, instances);
  return {
    ...run,
    recorded,
    reader,
    accesses: () => {
      flush();
      const taken = lines.lines;
      lines = new AccessLines();
      return taken;
    },
    trapped: () => lines.trapped,
    hostRuns: writes => {
      flush();
      seen?.hostRuns();
      const live = new Uint8Array(memory?.buffer ?? new ArrayBuffer(0));
      for (const { address, bytes } of writes) {
        live.set(bytes, address);
        truth.hostWrote(address, bytes);
      }
    },
    unlike: comparison.unlike,
    rebuilt: () => {
      flush();
      return image.bytes;
    },
    threw: thrown => {
      const offset = trapOffset(recorded, thrown);
      if (offset !== null) log.flushStopped({ offset, module: 0, memoryBytes: run.memory.buffer.byteLength });
    },
  };
}
