// The instructions that accessed memory, by the numbers that the recording has for them: numbered over all modules of a run.
import type { SiteView } from '../protocol/access.ts';
import { lastAtMost } from '../wasm/lastAtMost.ts';
import type { Module } from '../wasm/module.ts';
import { functionNamer } from '../wasm/names.ts';
import type { LogReader } from '../wasm/record/decodeLog.ts';
import { functionRanges } from '../wasm/record/functionBody.ts';
import type { SiteSummary } from './file/header.ts';

export interface SiteTable {
  /** Throws a RangeError for a number that no site has. */
  summary(id: number): SiteSummary;
}

/** A module of a run, as its log is read. */
export interface DecodedModule {
  readonly name: string;
  readonly module: Module;
  /** Null where accesses are not recorded. */
  readonly log: LogReader | null;
  /** Number of its first site among those of all modules. */
  readonly firstSite: number;
}

/** The sites of the modules of a run, which come one after the other. */
export class ModuleSites implements SiteTable {
  readonly modules: DecodedModule[] = [];
  private readonly tables: SiteTable[] = [];

  add(module: Omit<DecodedModule, 'firstSite'>): void {
    const last = this.modules.at(-1);
    const firstSite = last ? last.firstSite + (last.log?.sites.count ?? 0) : 0;
    const decoded = { ...module, firstSite };
    this.tables.push(sitesOf(decoded, this.modules.length));
    this.modules.push(decoded);
  }

  summary(id: number): SiteSummary {
    const module = lastAtMost(
      this.modules.map(({ firstSite }) => firstSite),
      id,
    );
    if (module < 0) throw new RangeError(`no module has site ${id}`);
    return this.tables[module].summary(id);
  }
}

function sitesOf({ module, log, firstSite }: DecodedModule, index: number): SiteTable {
  const nameOf = functionNamer(module);
  const ranges = functionRanges(module);
  return {
    summary(id) {
      const site = log?.sites.at(id - firstSite);
      if (!site) throw new RangeError(`module ${index} has no site ${id}`);
      return {
        id,
        module: index,
        functionIndex: site.function,
        functionName: nameOf(site.function),
        offset: site.offset,
        functionOffset: site.offset - ranges[2 * (site.function - module.importedFunctions)],
        instruction: site.instruction.name,
        width: site.width,
      };
    },
  };
}

/** The sites that a file tells of. */
export function fileSites(summaries: readonly SiteSummary[]): SiteTable {
  const byId = new Map(summaries.map(site => [site.id, site]));
  return {
    summary(id) {
      const site = byId.get(id);
      if (!site) throw new RangeError(`the recording does not tell of site ${id}`);
      return site;
    },
  };
}

export function siteView(site: SiteSummary): SiteView {
  const { module, functionName, functionIndex, offset, functionOffset, instruction } = site;
  return { module, function: functionName, functionIndex, offset, functionOffset, instruction };
}
