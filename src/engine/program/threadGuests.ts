// Instances in the worker threads of a program. They run as they are: nothing of what their code does is recorded. Where they have a memory that other
// threads may have, too, calls that the script makes of their exports are seen, for what allocators hand out in them.
import { exportsOf, Instance } from '../../platform/plainApi.ts';
import type { Crossing } from './crossings.ts';
import { FunctionWrappers, type GuestFunction, isGuestFunction, isObject, mapFunctions } from './functionWrappers.ts';
import { shapeOf, type ThreadAllocator, type ThreadNews } from './otherThreads.ts';
import { exportingModule } from './programModule.ts';
import { ProgramStacks } from './programStacks.ts';
import type { ThreadAllocators } from './threadAllocators.ts';

interface Hooks {
  readonly wrappers: FunctionWrappers;
  readonly stacks: ProgramStacks;
}

/** What the program asks of WebAssembly in this thread goes through these from now on. */
function hookJavaScriptApi(): Hooks {
  const [wrappers, stacks] = [new FunctionWrappers(), new ProgramStacks(__filename, true)];
  wrappers.hookJavaScriptApi(
    (_, entry) => entry,
    (_, promising) => promising,
    call => stacks.within(call),
  );
  return { wrappers, stacks };
}

export class ThreadGuests {
  /** Null until an instance has wrappers. */
  private hooks: Hooks | null = null;
  private instances = 0;

  /** @param thread the id of this thread, as the program sees it */
  constructor(
    private readonly thread: number,
    private readonly news: ThreadNews,
    private readonly allocators: ThreadAllocators,
  ) {}

  /** Null where the instance is to be made as it always is. */
  makeInstance(module: WebAssembly.Module, given: unknown): WebAssembly.Instance | null {
    const memory = memoryIn(given);
    const imports = WebAssembly.Module.imports(module);
    const exports = WebAssembly.Module.exports(module);
    const isShared = memory?.buffer instanceof SharedArrayBuffer;
    if (memory) {
      const name = exportingModule(exports.map(each => each.name));
      this.news.tell({ kind: 'instance', thread: this.thread, module: name, isShared });
    }
    const shape = isShared ? shapeOf(imports, exports) : null;
    const functions = this.news.of('allocator').filter(each => each.shape === shape);
    if (!isObject(given) || (functions.length === 0 && !this.hooks)) return null;
    this.hooks ??= hookJavaScriptApi();
    const made = new Instance(module, this.hooks.wrappers.plainImports(imports, given));
    if (functions.length > 0) this.hide(made, this.hooks, functions);
    return made;
  }

  /** Puts wrappers in the place of an instance's functions. */
  private hide(made: WebAssembly.Instance, hooks: Hooks, functions: readonly ThreadAllocator[]): void {
    const instance = this.instances++;
    const known = new Map(functions.map(each => [each.name, each]));
    const exports: Record<string, unknown> = Object.create(null);
    const allocatorOf = new Map<GuestFunction, ThreadAllocator>();
    const all = Object.entries(exportsOf(made));
    for (const [name, value] of all) {
      const allocator = known.get(name);
      if (allocator && isGuestFunction(value)) allocatorOf.set(value, allocator);
    }
    for (const [name, value] of all) {
      if (!isGuestFunction(value)) {
        exports[name] = value;
        continue;
      }
      const allocator = allocatorOf.get(value) ?? null;
      exports[name] = hooks.wrappers.wrap(value, value.name, args => this.enter(hooks, instance, allocator, args));
    }
    hooks.wrappers.showExports(made, Object.freeze(exports));
  }

  private enter(
    { wrappers, stacks }: Hooks,
    instance: number,
    allocator: ThreadAllocator | null,
    args: readonly unknown[],
  ): Crossing {
    const end = this.allocators.begin(instance, allocator, args);
    stacks.enterGuest();
    return {
      given: wrappers.unwrapAll(args),
      returned: value => {
        stacks.leaveGuest();
        end(value);
        return Array.isArray(value) ? mapFunctions(value, each => wrappers.wrapper(each)) : wrappers.wrapper(value);
      },
      threw: thrown => {
        stacks.leaveGuest();
        end(undefined);
        stacks.restore(thrown);
      },
    };
  }
}

/** The memory that an instance is given, as far as it is given one. */
const memoryIn = (imports: unknown): WebAssembly.Memory | undefined =>
  Object.values(Object(imports))
    .flatMap(from => Object.values(Object(from)))
    .find(value => value instanceof WebAssembly.Memory);
