// What instantiation is about to put into memory, before anything else of the module runs.
import type { PageChanges } from '../../protocol/engine.ts';
import type { ComparedMemory } from '../../protocol/recording.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { Module } from '../../wasm/module.ts';

/**
 * Memory with data segments in it.
 * @param look memory without them, as far as it is not zero
 * @param placed index and address of each; the first that does not lie in memory ends the instantiation
 */
export function putSegments(
  { changes, memoryBytes }: Pick<ComparedMemory, 'changes' | 'memoryBytes'>,
  { dataSegments }: Pick<Module, 'dataSegments'>,
  placed: readonly (readonly [segment: number, address: number])[],
): PageChanges {
  const pages = new Map<number, Uint8Array>();
  changes.pages.forEach((page, i) => {
    pages.set(page, changes.contents.subarray(i * SHOWN_PAGE_BYTES, (i + 1) * SHOWN_PAGE_BYTES));
  });
  for (const [segment, address] of placed) {
    const { bytes } = dataSegments[segment];
    if (address + bytes.length > memoryBytes) break;
    for (let done = 0; done < bytes.length; ) {
      const page = Math.floor((address + done) / SHOWN_PAGE_BYTES);
      const offset = (address + done) % SHOWN_PAGE_BYTES;
      const part = bytes.subarray(done, done + SHOWN_PAGE_BYTES - offset);
      const contents = pages.get(page) ?? new Uint8Array(SHOWN_PAGE_BYTES);
      contents.set(part, offset);
      pages.set(page, contents);
      done += part.length;
    }
  }
  const numbers = [...pages.keys()].sort((a, b) => a - b);
  const contents = new Uint8Array(numbers.length * SHOWN_PAGE_BYTES);
  numbers.forEach((page, i) => {
    contents.set(pages.get(page) ?? new Uint8Array(0), i * SHOWN_PAGE_BYTES);
  });
  return { pages: Uint32Array.from(numbers), contents };
}
