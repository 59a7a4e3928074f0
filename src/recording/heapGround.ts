// What the watch of the heap needs to know of a module.
import { type HeapGround, heapGroundOf } from '../findings/heap/heapGround.ts';
import { readClaims } from '../wasm/claims/readClaims.ts';
import type { Module } from '../wasm/module.ts';
import { readNames } from '../wasm/names.ts';

/** @throws WasmFormatError where the code can't be read: then it is not recorded either */
export const heapGround = (module: Module): HeapGround =>
  heapGroundOf(readClaims(module), [...readNames(module, 'function').values()]);
