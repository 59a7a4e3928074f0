// The instructions that accessed memory, by the numbers that the recording has for them.
import type { SiteView } from '../protocol/run.ts';
import type { Module } from '../wasm/module.ts';
import { functionNamer } from '../wasm/names.ts';
import { functionRanges } from '../wasm/record/functionBody.ts';
import type { Sites } from '../wasm/record/sites.ts';
import type { SiteSummary } from './file/header.ts';

export interface SiteTable {
  /** Throws a RangeError for a number that no site has. */
  summary(id: number): SiteSummary;
}

/** The sites of a module. */
export function moduleSites(module: Module, sites: Sites): SiteTable {
  const nameOf = functionNamer(module);
  const ranges = functionRanges(module);
  return {
    summary(id) {
      const site = sites.at(id);
      return {
        id,
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

export function siteView({ functionName, functionIndex, offset, functionOffset, instruction }: SiteSummary): SiteView {
  return { function: functionName, functionIndex, offset, functionOffset, instruction };
}
