// Which of the integers that a call took and gave are addresses. No module says so: a pointer and a count are both an i32. An address is where
// somebody has written, or right beside it; elsewhere there is nothing to see, so that a count that is taken for one at worst leads to memory in use.
import { addressOf, type BegunCall, type WasmValue } from '../protocol/call.ts';
import { OWNER_CODE } from '../protocol/owner.ts';
import type { InstanceSummary } from '../protocol/run.ts';
import { readModule } from '../wasm/module.ts';
import { namedFunctions } from '../wasm/names.ts';
import type { FunctionType, ValueType } from '../wasm/types.ts';
import type { PageHistory } from './history/pageHistory.ts';
import { pagesOf } from './history/pagesOf.ts';

/** What is smaller is more likely a count, although many modules have written there. */
const LEAST = 0x100;

/** Allocators write so near to the blocks that they hand out, and a pointer may be to the end of something. */
const NEAR = 16;

interface Types {
  readonly ofAddresses: ValueType;
  readonly of: (name: string) => FunctionType | null;
}

const NO_TYPES: Types = { ofAddresses: 'i32', of: () => null };

/** What of a call tells its addresses; its function by the name in the module. */
export type CallValues = Pick<BegunCall, 'instance' | 'function' | 'args'> & { readonly results: readonly WasmValue[] };

export class CallAddresses {
  /** By the index of the module. */
  private readonly types: Types[] = [];

  constructor(
    private readonly pages: ReadonlyMap<number, PageHistory>,
    private readonly modules: () => readonly Uint8Array[],
    private readonly instances: () => readonly InstanceSummary[],
  ) {}

  /** As they are unsigned. A later answer may have more of them. */
  of({ instance, function: name, args, results }: CallValues): number[] {
    const { ofAddresses, of: typeOf } = this.typesOf(instance);
    const type = typeOf(name);
    const typed = (values: readonly WasmValue[], types: readonly ValueType[] = []): WasmValue[] =>
      values.filter((value, i) => (types[i] ?? shapeOf(value)) === ofAddresses);
    return [...new Set(this.among([...typed(args, type?.params), ...typed(results, type?.results)]))];
  }

  private among(values: readonly WasmValue[]): number[] {
    return values.flatMap(value => {
      const at = addressOf(value);
      return at >= LEAST && this.isWrittenNear(at) ? at : [];
    });
  }

  private isWrittenNear(at: number): boolean {
    for (const { page, start, end } of pagesOf(at - NEAR, 2 * NEAR)) {
      const owners = this.pages.get(page)?.live.owners.subarray(start, end);
      if (owners?.some(owner => owner !== OWNER_CODE.never)) return true;
    }
    return false;
  }

  private typesOf(instance: number): Types {
    const { module } = this.instances()[instance] ?? {};
    const bytes = module === undefined ? undefined : this.modules()[module];
    if (module === undefined || !bytes) return NO_TYPES;
    this.types[module] ??= typesIn(bytes);
    return this.types[module];
  }
}

/** An i64 is told as digits. A whole float is told as an i32 is: only its type tells it. */
const shapeOf = (value: WasmValue): ValueType =>
  typeof value === 'string' ? 'i64' : Number.isInteger(value) ? 'i32' : 'f64';

function typesIn(bytes: Uint8Array): Types {
  const module = readModule(bytes);
  const indexOf = namedFunctions(module);
  return {
    ofAddresses: module.memories[0]?.is64 ? 'i64' : 'i32',
    of: name => module.functions[indexOf(name) ?? -1] ?? null,
  };
}
