// Puts the accesses of an instance's log into a recording. Copies are kept by what they wrote, so that no page's history
// needs another page.

import { SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../protocol/units.ts';
import type { AccessVisitor } from '../wasm/record/accessVisitor.ts';
import type { Site } from '../wasm/record/sites.ts';
import { pagesOf } from './history/pagesOf.ts';
import type { RecordingStore } from './recordingStore.ts';
import type { DecodedModule } from './siteTable.ts';

/** What of a module its accesses need. */
type SitesOf = Pick<DecodedModule, 'module' | 'firstSite'>;

export class LogAppender implements AccessVisitor {
  private firstSite = 0;

  /**
   * @param actor whose accesses these are: see `actorOf`
   * @param module of which the sites are; null until it is told by {@link act}
   */
  constructor(
    protected readonly recording: RecordingStore,
    private actor: number,
    private module: SitesOf | null,
  ) {
    if (module) this.firstSite = module.firstSite;
  }

  /** What follows are accesses of another one. */
  protected act(actor: number, module: SitesOf): void {
    this.actor = actor;
    this.module = module;
    this.firstSite = module.firstSite;
  }

  load(site: Site, address: number): void {
    this.reach(address + site.width);
    this.recording.read(this.actor, this.firstSite + site.id, address, site.width);
  }

  store(site: Site, address: number, bytes: Uint8Array): void {
    this.reach(address + bytes.length);
    this.recording.write(this.actor, this.firstSite + site.id, address, bytes.length, bytes);
  }

  fill(site: Site, address: number, size: number, byte: number): void {
    this.reach(address + size);
    this.recording.write(this.actor, this.firstSite + site.id, address, size, Uint8Array.of(byte), 0, true);
  }

  /** It reads, too: one load for each page that it reads of. */
  copy(site: Site, address: number, size: number, from: number): void {
    // What another memory holds is not known: the comparison at the call's end finds what came from there.
    if (site.fromMemory !== 0) return;
    this.reach(Math.max(address, from) + size);
    if (this.recording.tellsLoads)
      for (const { page, start, end } of pagesOf(from, size))
        this.recording.read(this.actor, this.firstSite + site.id, page * SHOWN_PAGE_BYTES + start, end - start);
    this.recording.write(this.actor, this.firstSite + site.id, address, size, this.recording.readNow(from, size));
  }

  init(site: Site, address: number, size: number, from: number): void {
    this.reach(address + size);
    this.recording.write(this.actor, this.firstSite + site.id, address, size, this.segment(site.segment), from);
  }

  grow(site: Site, pages: number, previous: number): void {
    if (previous < 0) return;
    this.reach(previous * WASM_PAGE_BYTES);
    this.recording.grow(this.actor, this.firstSite + site.id, pages);
  }

  /** Memory was grown where nobody recorded it, by other code or by the host, where an access lies behind its end. */
  private reach(end: number): void {
    if (end > this.recording.memoryBytes) this.recording.growUnseen(end);
  }

  private segment(index: number): Uint8Array {
    const segment = this.module?.module.dataSegments[index];
    if (!segment) throw new RangeError(`the module has no data segment ${index}`);
    return segment.bytes;
  }
}
