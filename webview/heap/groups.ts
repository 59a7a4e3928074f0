// Blocks by who handed them out: an allocator's function, and its instance.
import type { InvolvedCall } from '../../src/protocol/finding.ts';
import type { LiveBlock } from '../../src/protocol/heapBlocks.ts';

export interface BlockGroup {
  readonly allocator: string;
  readonly instance: number;
  readonly blocks: readonly LiveBlock[];
}

/** By instance, then by the function's name: at another step they stand in the same order. */
export function groupsOf(blocks: readonly LiveBlock[]): BlockGroup[] {
  const groups = Map.groupBy(blocks, ({ made }) => `${made.instance} ${allocatorOf(made)}`);
  return [...groups.values()]
    .flatMap(group => {
      const [first] = group;
      return first ? [{ allocator: allocatorOf(first.made), instance: first.made.instance, blocks: group }] : [];
    })
    .sort((a, b) => a.instance - b.instance || (a.allocator < b.allocator ? -1 : 1));
}

/** The host may call it itself. */
const allocatorOf = ({ allocator, function: called }: InvolvedCall): string => allocator ?? called;

export const bytesOf = ({ blocks }: BlockGroup): number => blocks.reduce((sum, { span }) => sum + span.length, 0);
