// The threads of a program, as the one sees them that is recorded: tells the others which functions are allocators', and what these handed out twice
// to the recording.

import type { ThreadAllocation, ThreadDuplicate } from '../../protocol/threadAllocations.ts';
import { address } from '../../protocol/units.ts';
import { shapeOf, type ThreadAllocator, type ThreadNews } from './otherThreads.ts';
import type { ProgramInstance, ProgramModule } from './programModule.ts';
import { exportedAllocators, type ThreadAllocators } from './threadAllocators.ts';
import { type Block, MOST_FUNCTIONS, type ThreadBlocks } from './threadBlocks.ts';

export class ProgramThreads {
  /** By the number that a function has for all threads. */
  private readonly functions: { readonly module: number; readonly name: string }[] = [];
  /** By module and function index. */
  private readonly byIndex: Map<number, ThreadAllocator>[] = [];
  /** What was read of the news. */
  private read = 0;
  private taken = 0;
  private readonly found: ThreadDuplicate[] = [];

  constructor(
    readonly news: ThreadNews,
    private readonly blocks: ThreadBlocks,
    private readonly allocators: ThreadAllocators,
  ) {}

  /** An instance of a module is about to be made, over memory that other threads may have. */
  addModule({ index, module }: ProgramModule): void {
    const shape = shapeOf(module.imports, module.exports);
    const byIndex = new Map<number, ThreadAllocator>();
    for (const { function: of, ...each } of exportedAllocators(module)) {
      const number = this.functions.length;
      if (number >= MOST_FUNCTIONS) break;
      this.functions.push({ module: index, name: each.name });
      const allocator = { number, shape, ...each };
      byIndex.set(of, allocator);
      this.news.tell({ kind: 'allocator', ...allocator });
    }
    this.byIndex[index] = byIndex;
  }

  /** The script is about to call a function of a recorded instance, see {@link ThreadAllocators.begin}. */
  begin({ index, of }: ProgramInstance, functionIndex: number, args: readonly unknown[]): (returned: unknown) => void {
    return this.allocators.begin(index, this.byIndex[of.index]?.get(functionIndex) ?? null, args);
  }

  /** The same of a function of which nobody knows whose it is. */
  beginUnknown(): () => void {
    return this.blocks.otherCall();
  }

  /** Blocks that two threads have got, as far as they were not given out here. */
  *duplicates(): Generator<ThreadDuplicate> {
    const { length } = this.news;
    if (length === this.read) return;
    this.read = length;
    const all = this.news.of('twice');
    for (const { address: at, first, again, isAtOnce } of all.slice(this.taken)) {
      const module = this.functions[again.by.function]?.module;
      if (module === undefined || module !== this.functions[first.by.function]?.module) continue;
      const duplicate: ThreadDuplicate = {
        module,
        address: address(at),
        first: this.allocationOf(first),
        again: this.allocationOf(again),
        isAtOnce,
        count: this.countOf(module),
      };
      if (this.found.some(each => each.module === module && each.isAtOnce === isAtOnce)) continue;
      this.found.push(duplicate);
      yield duplicate;
    }
    this.taken = all.length;
  }

  /** The program ends: all of them, as often as they happened. */
  *atEnd(): Generator<ThreadDuplicate> {
    for (const _ of this.duplicates());
    for (const each of this.found) yield { ...each, count: this.countOf(each.module) };
  }

  private countOf(module: number): number {
    const counts = this.functions.map((each, number) => (each.module === module ? this.blocks.countOf(number) : 0));
    return Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    );
  }

  private allocationOf({ by, bytes }: Block): ThreadAllocation {
    const { thread, instance } = by;
    const name = this.functions[by.function]?.name ?? '';
    return { thread, instance: thread === 0 ? instance : null, function: name, bytes };
  }
}
