// Runs a module with and without recording, and rebuilds memory from what was recorded.
import wabtFactory from 'wabt';
import { declaredMemory } from '../../../../src/engine/input/memory.ts';
import type { AccessLevel, LogKind } from '../../../../src/protocol/recordingPlan.ts';
import { linearMemory, type Module, readModule, sharedLimits } from '../../../../src/wasm/module.ts';
import type { AccessVisitor, LogVisitor, StoppedAccess } from '../../../../src/wasm/record/accessVisitor.ts';
import { decodeLog, type LogReader, logReader } from '../../../../src/wasm/record/decodeLog.ts';
import {
  type RecordedModule,
  type RecordOptions,
  type RewrittenModule,
  recordAccesses,
} from '../../../../src/wasm/record/recordAccesses.ts';
import type { Site } from '../../../../src/wasm/record/sites.ts';
import { AccessLog } from '../../../../src/wire/accessLog.ts';

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
}

/** Applies accesses to an image of memory. */
export class MemoryImage implements AccessVisitor {
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
}

/** Makes the imports of a run. */
export type MakeImports = (memory: WebAssembly.Memory) => WebAssembly.Imports;

export interface Run {
  readonly instance: WebAssembly.Instance;
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
}

function instantiate(rewritten: RewrittenModule, module: Module, makeImports: MakeImports, log?: AccessLog): Run {
  const memory = declaredMemory(sharedLimits(module, linearMemory(module)?.limits.minimum ?? 0n));
  const imports = makeImports(memory);
  const { module: from, name } = rewritten.memoryImport;
  imports[from] = { ...imports[from], [name]: memory };
  log?.addImports(imports, rewritten.addedImports);
  return { instance: new WebAssembly.Instance(new WebAssembly.Module(rewritten.bytes), imports), memory };
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

/** Makes an instance of a module that records. */
export function runRecorded(
  bytes: Uint8Array,
  options: Pick<RecordOptions, 'among'> & { readonly level: AccessLevel; readonly log: LogKind },
  makeImports: MakeImports = () => ({}),
): RecordedRun {
  const module = readModule(bytes);
  const recorded = recordAccesses(module, options);
  const reader = logReader(module, recorded.plan);
  // Active segments are written by the instantiation, before the start function runs.
  const image = new MemoryImage(new Uint8Array(Number(linearMemory(module)?.limits.minimum ?? 0n) * WASM_PAGE), module);
  for (const { memory: target, address, bytes: data } of module.dataSegments)
    if (target === 0 && address !== null) image.bytes.set(data, address);
  let lines = new AccessLines();
  const log = new AccessLog((records, stop) => {
    decodeLog(reader, records, lines, stop);
    decodeLog(reader, records, image, stop);
  });
  const run = instantiate(recorded, module, makeImports, log);
  return {
    ...run,
    recorded,
    reader,
    accesses: () => {
      log.flush();
      const taken = lines.lines;
      lines = new AccessLines();
      return taken;
    },
    trapped: () => lines.trapped,
    rebuilt: () => {
      log.flush();
      return image.bytes;
    },
    threw: thrown => {
      const offset = trapOffset(recorded, thrown);
      if (offset !== null) log.flushStopped({ offset, module: 0, memoryBytes: run.memory.buffer.byteLength });
    },
  };
}
