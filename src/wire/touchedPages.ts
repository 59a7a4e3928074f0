// Which pages of 4 KiB are written while instances are made: what is known beforehand of data segments, and the log of start functions.
import { SHOWN_PAGE_BYTES } from '../protocol/units.ts';
import type { GlobalValue } from '../wasm/constantExpression.ts';
import { globalValues, type Module } from '../wasm/module.ts';
import type { AccessVisitor } from '../wasm/record/accessVisitor.ts';
import type { Site } from '../wasm/record/sites.ts';

/** Collects the pages that accesses write. */
export class WrittenPages implements AccessVisitor {
  readonly pages = new Set<number>();
  /** Address and size of each active data segment whose place is known. */
  readonly segments: (readonly [address: number, size: number])[] = [];

  load(): void {}
  grow(): void {}

  store(_site: Site, address: number, { length }: Uint8Array): void {
    this.add(address, length);
  }

  fill(_site: Site, address: number, size: number): void {
    this.add(address, size);
  }

  copy(_site: Site, address: number, size: number): void {
    this.add(address, size);
  }

  init(_site: Site, address: number, size: number): void {
    this.add(address, size);
  }

  /**
   * The pages of active data segments.
   * @param imported values of the module's imported globals
   * @returns false where that does not say where all segments lie
   */
  addSegments(module: Module, imported: GlobalValue): boolean {
    const globals = globalValues(module, imported);
    let isKnown = true;
    for (const segment of module.dataSegments) {
      if (segment.memory !== 0) continue;
      const address = segment.addressWith(globals);
      if (address === null) isKnown = false;
      else {
        this.add(address, segment.size);
        this.segments.push([address, segment.size]);
      }
    }
    return isKnown;
  }

  /** So many bytes from an address on are written. */
  add(address: number, size: number): void {
    for (let page = Math.floor(address / SHOWN_PAGE_BYTES); page * SHOWN_PAGE_BYTES < address + size; page++)
      this.pages.add(page);
  }
}
