// What a host module is: it gives guests the imports that it knows.
import type { Printed } from '../../protocol/engine.ts';
import type { Provided } from '../../protocol/provided.ts';
import type { Import } from '../../wasm/module.ts';
import type { ImportLog } from '../../wire/importLog.ts';

/** What host modules act on: the host of one instance. */
export interface ImportHost {
  readonly memory: WebAssembly.Memory;
  /** Calls by index of the import; stubs count here. */
  readonly importCalls: Uint32Array;
  /** Takes what the functions give back. */
  readonly results: ImportLog;
  printed(printed: Printed): void;
  /** A host function that writes to memory says so when it has written: each write is a step of its own, in its place. */
  wrote(address: number, length: number): void;
}

export type HostFunction = (...args: (number | bigint)[]) => unknown;

/** What the host gives for an import: how it is made for one instance. */
export type Provision = { readonly label: Provided } & (
  | {
      /** @param index of the import, among all of the module */
      readonly makeFunction: (host: ImportHost, index: number) => HostFunction;
    }
  | {
      /** @throws InputError where it can't be made */
      readonly make: (host: ImportHost) => WebAssembly.ImportValue;
    }
);

/** Says what it gives for an import; null for one that it does not know. */
export type HostModule = (each: Import) => Provision | null;

/** Ends the call of a guest that ends itself; the message says how. */
export class GuestExit extends Error {
  override readonly name = 'GuestExit';
}

export const bytesOf = (memory: WebAssembly.Memory): Uint8Array => new Uint8Array(memory.buffer);
