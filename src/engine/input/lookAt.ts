// What a file says of its memory before anything runs: the bytes that its active data segments put there.
import type { PageChanges } from '../../protocol/engine.ts';
import type { ModuleSummary } from '../../protocol/run.ts';
import { SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { readInput, summarize } from './inspect.ts';

export interface StaticMemory {
  readonly summary: ModuleSummary;
  /** The pages that hold data. */
  readonly changes: PageChanges;
  readonly memoryBytes: number;
}

/**
 * Reads the module and the initial contents of its memory.
 * @throws InputError that says what is wrong with the file
 */
export function readStaticMemory(bytes: Uint8Array, name: string): StaticMemory {
  const module = readInput(bytes);
  const summary = summarize(module, name);
  const memoryBytes = summary.memory.pages * WASM_PAGE_BYTES;
  const pages = new Map<number, Uint8Array>();
  for (const segment of module.dataSegments) {
    if (segment.memory !== 0 || segment.address === null) continue;
    // Instantiation would trap on a segment that does not fit; here the part inside memory is shown.
    const fitting = segment.bytes.subarray(0, Math.max(0, memoryBytes - segment.address));
    writeInto(pages, segment.address, fitting);
  }
  return { summary, changes: toChanges(pages), memoryBytes };
}

function writeInto(pages: Map<number, Uint8Array>, address: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const at = address + done;
    const page = Math.floor(at / SHOWN_PAGE_BYTES);
    const offset = at % SHOWN_PAGE_BYTES;
    const part = bytes.subarray(done, done + SHOWN_PAGE_BYTES - offset);
    let contents = pages.get(page);
    if (!contents) {
      contents = new Uint8Array(SHOWN_PAGE_BYTES);
      pages.set(page, contents);
    }
    contents.set(part, offset);
    done += part.length;
  }
}

function toChanges(pages: ReadonlyMap<number, Uint8Array>): PageChanges {
  const contents = new Uint8Array(pages.size * SHOWN_PAGE_BYTES);
  let at = 0;
  for (const bytes of pages.values()) {
    contents.set(bytes, at);
    at += SHOWN_PAGE_BYTES;
  }
  return { pages: Uint32Array.from(pages.keys()), contents };
}
