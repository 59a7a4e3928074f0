// The instructions that accessed memory, by the numbers that the recording has for them: numbered over all modules of a run.
import type { ImportView, SiteView } from '../protocol/access.ts';
import type { AllocatorFunction } from '../protocol/claims.ts';
import { lastAtMost } from '../protocol/lastAtMost.ts';
import type { InstanceState, ModuleSummary } from '../protocol/run.ts';
import { findAllocators } from '../wasm/claims/allocators.ts';
import type { Module } from '../wasm/module.ts';
import { functionRanges } from '../wasm/record/functionBody.ts';
import type { Sites } from '../wasm/record/sites.ts';
import type { SegmentSummary, SiteSummary } from './file/header.ts';

export interface SiteTable {
  /** Throws a RangeError for a number that no site has. */
  summary(id: number): SiteSummary;
  /** The data segment that has a number among the sites; null for a site. */
  segment(id: number): SegmentSummary | null;
  /** An import by its number among those of all modules. Throws a RangeError for a number that none has. */
  import(number: number): ImportView;
}

/** A module of a run, as its log is read. */
export interface DecodedModule {
  /** Among the modules of the run. */
  readonly index: number;
  readonly name: string;
  readonly module: Module;
  /** Gives its functions their names, by function index. */
  readonly nameOf: (functionIndex: number) => string;
  /** Null where accesses are not recorded. */
  readonly sites: Sites | null;
  readonly instanceState: InstanceState;
  /** Functions of allocators, by their indices. */
  readonly allocators: ReadonlyMap<number, AllocatorFunction>;
  /** Numbers of its first site and its first import among those of all modules. Behind its sites come its data segments. */
  readonly firstSite: number;
  readonly firstImport: number;
}

/** The sites of the modules of a run, which come one after the other. */
export class ModuleSites implements SiteTable {
  readonly modules: DecodedModule[] = [];
  private readonly tables: Pick<SiteTable, 'summary'>[] = [];
  private readonly imports: ImportView[] = [];

  add(module: Omit<DecodedModule, 'index' | 'allocators' | 'firstSite' | 'firstImport'>): void {
    const last = this.modules.at(-1);
    const firstSite = last ? firstSegment(last) + last.module.dataSegments.length : 0;
    const allocators = new Map(findAllocators(module.module).functions.map(each => [each.function, each]));
    const decoded = { ...module, index: this.modules.length, allocators, firstSite, firstImport: this.imports.length };
    this.imports.push(...importsOf(this.modules.length, module.module.imports));
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

  segment(id: number): SegmentSummary | null {
    const module = this.modules.findLastIndex(({ firstSite }) => firstSite <= id);
    const segment = module < 0 ? -1 : id - firstSegment(this.modules[module]);
    return segment < 0 ? null : { id, module, segment };
  }

  import(number: number): ImportView {
    return importAt(this.imports, number);
  }
}

/** Number of a module's first data segment among the sites of all modules. */
export const firstSegment = ({ firstSite, sites }: DecodedModule): number => firstSite + (sites?.count ?? 0);

const importsOf = (module: number, imports: ModuleSummary['imports'] | Module['imports']): ImportView[] =>
  imports.map(({ module: from, name }) => ({ module, from, name }));

function importAt(imports: readonly ImportView[], number: number): ImportView {
  const found = imports[number];
  if (!found) throw new RangeError(`no module has import ${number}`);
  return found;
}

function sitesOf({ module, nameOf, sites, firstSite }: DecodedModule, index: number): Pick<SiteTable, 'summary'> {
  const ranges = functionRanges(module);
  return {
    summary(id) {
      const site = sites?.at(id - firstSite);
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

/** The sites and the modules that a file tells of. */
export function fileSites(
  summaries: readonly SiteSummary[],
  segments: readonly SegmentSummary[],
  modules: readonly ModuleSummary[],
): SiteTable {
  const byId = new Map(summaries.map(site => [site.id, site]));
  const segmentById = new Map(segments.map(segment => [segment.id, segment]));
  const imports = modules.flatMap((module, index) => importsOf(index, module.imports));
  return {
    import: number => importAt(imports, number),
    segment: id => segmentById.get(id) ?? null,
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
