// What instances are called. Where a run has several modules, each has a short label, which stands beside the instance's number.
import type { ModuleSummary, RunSnapshot } from './run.ts';

type Named = Pick<ModuleSummary, 'name' | 'exports'>;

/** Names that tell a module from another one; the more there are, the longer they get. */
const MOST_EXPORTS = 3;

/** How a program's module is described that has no file's name. */
const DESCRIPTION = /^the module of \d+ bytes/;

/** What compilers and C libraries give to every module tells none from another. */
const COMMON = /^(__.*|_start|_initialize|main|malloc|calloc|realloc|free)$/;

/** Labels that would do for a module, the shortest first. */
function candidates({ name, exports }: Named): string[] {
  if (name !== '' && !DESCRIPTION.test(name)) return pathEnds(name);
  const functions = exports.filter(({ kind }) => kind === 'function').map(each => each.name);
  const own = functions.filter(each => !COMMON.test(each));
  const telling = own.length > 0 ? own : functions;
  return telling.slice(0, MOST_EXPORTS).map((_, last) => telling.slice(0, last + 1).join(', '));
}

/** `drums.wasm`, `kit/drums.wasm`, … */
function pathEnds(path: string): string[] {
  const parts = path.split(/[\\/]/).filter(part => part !== '');
  return parts.map((_, from) => parts.slice(parts.length - 1 - from).join('/'));
}

/**
 * A short label for each module, no two the same: `drums.wasm`, or of a module that has no file's name the first of its
 * exports, `hit`.
 */
export function moduleLabels(modules: readonly Named[]): string[] {
  const all = modules.map(candidates);
  const uses = new Map<string, number>();
  for (const label of all.flat()) uses.set(label, (uses.get(label) ?? 0) + 1);
  const taken = new Set<string>();
  return all.map((labels, module) => {
    const plain = labels.find(label => uses.get(label) === 1) ?? labels[0] ?? `module[${module}]`;
    let label = plain;
    for (let number = 2; taken.has(label); number++) label = `${plain} ${number}`;
    taken.add(label);
    return label;
  });
}

type Instances = Pick<RunSnapshot, 'modules' | 'instances'>;

export class InstanceNames {
  private static readonly known = new WeakMap<Instances, InstanceNames>();
  private readonly labels: readonly string[];

  private constructor(private readonly run: Instances) {
    this.labels = run.modules.length > 1 ? moduleLabels(run.modules) : [];
  }

  static of(run: Instances): InstanceNames {
    const names = InstanceNames.known.get(run) ?? new InstanceNames(run);
    InstanceNames.known.set(run, names);
    return names;
  }

  /** The run has several modules. */
  get areSeveral(): boolean {
    return this.labels.length > 0;
  }

  /** `drums.wasm`; null where the run has one module. @param module its index */
  labelOf(module: number): string | null {
    return this.labels[module] ?? null;
  }

  /** The label of an instance's module: `drums.wasm`; null where the run has one module. */
  module(instance: number): string | null {
    return this.labelOf(this.run.instances[instance]?.module ?? -1);
  }

  /** `#1`, or with its module `#1 (drums.wasm)`. */
  name(instance: number): string {
    const module = this.module(instance);
    return module === null ? `#${instance}` : `#${instance} (${module})`;
  }

  /** `#1 drums.wasm`, where a name stands alone: above a track, in a list of choices. */
  title(instance: number): string {
    return [`#${instance}`, this.module(instance)].filter(part => part !== null).join(' ');
  }

  /** Instances of a module, ascending. */
  instancesOf(module: number): number[] {
    return this.run.instances.flatMap((instance, index) => (instance.module === module ? [index] : []));
  }
}

/** Where a run is not known, or does not matter: every instance is its number alone. */
export const NUMBERS_ALONE = InstanceNames.of({ modules: [], instances: [] });
