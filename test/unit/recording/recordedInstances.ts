// Instances of a real module over one memory, recorded, with a naive account of who wrote each byte.

import type { PageChanges } from '../../../src/protocol/engine.ts';
import { ownerCode } from '../../../src/protocol/owner.ts';
import type { AccessLevel, LogKind } from '../../../src/protocol/recordingPlan.ts';
import type { PageIndex } from '../../../src/protocol/units.ts';
import { LogAppender } from '../../../src/recording/logAppender.ts';
import { type RecordingOptions, RecordingStore } from '../../../src/recording/recordingStore.ts';
import { linearMemory, readModule } from '../../../src/wasm/module.ts';
import type { AccessVisitor } from '../../../src/wasm/record/accessVisitor.ts';
import { decodeLog, logReader } from '../../../src/wasm/record/decodeLog.ts';
import { recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import type { Site } from '../../../src/wasm/record/sites.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { comparePages, eachPage } from '../../../src/wire/comparePages.ts';
import { newCall, outcome } from '../support/calls.ts';

const HOST = 2;

/** Who wrote each byte, straight from the log. */
class OwnerArray implements AccessVisitor {
  owner = 0;

  constructor(readonly owners: Uint8Array) {}

  load(): void {}
  grow(): void {}
  store(_site: Site, address: number, bytes: Uint8Array): void {
    this.owners.fill(this.owner, address, address + bytes.length);
  }
  fill(_site: Site, address: number, size: number): void {
    this.owners.fill(this.owner, address, address + size);
  }
  copy(_site: Site, address: number, size: number): void {
    this.owners.fill(this.owner, address, address + size);
  }
  init(_site: Site, address: number, size: number): void {
    this.owners.fill(this.owner, address, address + size);
  }
}

export interface RecordedInstances {
  readonly store: RecordingStore;
  /** The memory itself, as it is now. */
  memory(): Uint8Array;
  /** Owner codes of the first MiB, from the log alone. */
  readonly owners: Uint8Array;
  /** Calls an export of an instance; a trap ends the call, too. */
  call(instance: number, name: string, ...args: number[]): unknown;
  /** Writes as an import would do, between two calls. */
  hostWrite(address: number, bytes: Uint8Array): void;
}

export function recordInstances(
  bytes: Uint8Array,
  instances: number,
  recordOptions: { readonly level: AccessLevel; readonly log: LogKind },
  options: RecordingOptions = {},
): RecordedInstances {
  const module = readModule(bytes);
  const recorded = recordAccesses(module, recordOptions);
  const reader = logReader(module, recorded.plan);
  const initial = Number(linearMemory(module)?.limits.minimum ?? 0n);
  const memory = new WebAssembly.Memory({ initial, maximum: recorded.maximum, shared: true });
  const view = (): Uint8Array => new Uint8Array(memory.buffer);
  const store = new RecordingStore(options);
  const naive = new OwnerArray(new Uint8Array(2 ** 20));
  let current = 0;
  const appenders = Array.from(
    { length: instances },
    (_, instance) => new LogAppender(store, ownerCode({ kind: 'instance', instance }), { module, firstSite: 0 }),
  );
  const log = new AccessLog((records, stop) => {
    decodeLog(reader, records, appenders[current], stop);
    naive.owner = 4 + current;
    decodeLog(reader, records, naive, stop);
  });
  const { module: from, name } = recorded.memoryImport;
  const compiled = new WebAssembly.Module(recorded.bytes);
  const made = Array.from({ length: instances }, () => {
    const imports: WebAssembly.Imports = { env: { callback: () => {} } };
    imports[from] = { ...imports[from], [name]: memory };
    log.addImports(imports, recorded.addedImports);
    return new WebAssembly.Instance(compiled, imports);
  });
  const known = new Map<PageIndex, Uint8Array>();
  /** What changed since memory was compared last. */
  const compare = (): PageChanges => {
    const changes = comparePages(view(), known);
    for (const [page, contents] of eachPage(changes)) known.set(page, contents);
    return changes;
  };
  store.begin(compare(), memory.buffer.byteLength);
  view()
    .subarray(0, naive.owners.length)
    .forEach((byte, at) => {
      naive.owners[at] = byte ? 1 : 0;
    });
  return {
    store,
    memory: view,
    owners: naive.owners,
    call: (instance, exportName, ...args) => {
      const run = made[instance].exports[exportName];
      if (typeof run !== 'function') throw new RangeError(`there is no ${exportName}`);
      current = instance;
      store.beginCall(newCall({ instance, function: exportName, args }));
      try {
        return run(...args);
      } catch (thrown) {
        // What a trap leaves in the log is read up to the instruction that trapped.
        const at = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(thrown instanceof Error ? (thrown.stack ?? '') : '');
        const offset = at && recorded.originalOffset(Number.parseInt(at[1], 16));
        if (offset !== null) log.flushStopped({ offset, module: 0, memoryBytes: memory.buffer.byteLength });
        throw thrown;
      } finally {
        log.flush();
        store.endCall(0, outcome(), {
          changes: compare(),
          memoryBytes: memory.buffer.byteLength,
          lookedAt: null,
          skipped: 0,
        });
      }
    },
    hostWrite: (address, written) => {
      view().set(written, address);
      store.hostWrite(address, written);
      naive.owners.fill(HOST, address, address + written.length);
    },
  };
}
