// Accesses as they are told outside of the recording's thread: with the names of what did them.
import type { AccessView, GrowView, SiteView, WriteView } from '../protocol/access.ts';
import type { Access, GrowAccess, ReadAccess, WriteAccess } from './access.ts';
import type { Calls } from './history/calls.ts';
import { type SiteTable, siteView } from './siteTable.ts';

export class AccessViews {
  /** @param sites null while no table is there yet */
  constructor(
    private readonly calls: Calls,
    private readonly sites: () => SiteTable | null,
  ) {}

  of(access: Access): AccessView {
    switch (access.kind) {
      case 'write':
        return this.write(access);
      case 'read': {
        const { address, length, value } = access;
        return { ...this.base(access), kind: 'read', address, length, value: value.slice() };
      }
      case 'grow':
        return this.grow(access);
    }
  }

  write(write: WriteAccess): WriteView {
    const { address, length, before, after, since, isStale } = write;
    const bytes = { before: before.slice(), after: after.slice() };
    return { ...this.base(write), kind: 'write', address, length, ...bytes, since, isStale };
  }

  grow(grow: GrowAccess): GrowView {
    const { pages, memoryBytes } = grow;
    return { ...this.base(grow), kind: 'grow', pages, memoryBytes };
  }

  /** An instruction by its number; null where no table tells of it. */
  site(id: number): SiteView | null {
    const table = this.sites();
    return table && siteView(table.summary(id));
  }

  private base({ access, step, call, owner, site, import: by }: WriteAccess | ReadAccess | GrowAccess) {
    const table = this.sites();
    const segment = site === null ? null : (table?.segment(site)?.segment ?? null);
    return {
      segment,
      import: by === null || !table ? null : table.import(by),
      between: call === null ? this.between(access) : null,
      access,
      step,
      call: indexOf(call),
      owner,
      site: site === null || segment !== null || !table ? null : siteView(table.summary(site)),
    };
  }

  private between(access: number): WriteView['between'] {
    const after = this.calls.lastBegun(access);
    return { after, before: after + 1 < this.calls.count ? after + 1 : null };
  }
}

/** `CallRecord.index`: call 0 is the making of the instances, which is no call of an export. */
const indexOf = (call: number | null): number | null => call || null;
