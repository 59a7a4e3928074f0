// Puts the accesses of an instance's log into a recording. Copies are kept by what they wrote, so that no page's history
// needs another page.
import type { AccessVisitor } from '../wasm/record/accessVisitor.ts';
import type { Site } from '../wasm/record/sites.ts';
import { ownerCode } from './history/owner.ts';
import type { RecordingStore } from './recordingStore.ts';

/** The contents of a data segment, by its index in the module. */
export type DataSegmentBytes = (segment: number) => Uint8Array;

export class LogAppender implements AccessVisitor {
  private readonly owner: number;

  /** @param instance whose accesses these are */
  constructor(
    private readonly recording: RecordingStore,
    instance: number,
    private readonly segments: DataSegmentBytes,
  ) {
    this.owner = ownerCode({ kind: 'instance', instance });
  }

  load(site: Site, address: number): void {
    this.recording.read(this.owner, site.id, address, site.width);
  }

  store(site: Site, address: number, bytes: Uint8Array): void {
    this.recording.write(this.owner, site.id, address, bytes.length, bytes);
  }

  fill(site: Site, address: number, size: number, byte: number): void {
    this.recording.write(this.owner, site.id, address, size, Uint8Array.of(byte), 0, true);
  }

  copy(site: Site, address: number, size: number, from: number): void {
    // What another memory holds is not known: the comparison at the call's end finds what came from there.
    if (site.fromMemory !== 0) return;
    this.recording.write(this.owner, site.id, address, size, this.recording.readNow(from, size));
  }

  init(site: Site, address: number, size: number, from: number): void {
    this.recording.write(this.owner, site.id, address, size, this.segments(site.segment), from);
  }

  grow(site: Site, pages: number, previous: number): void {
    if (previous >= 0) this.recording.grow(this.owner, site.id, pages);
  }
}
