// The memory of a run that several modules take.
import { count } from '../../protocol/text.ts';
import { linearMemory, type Module } from '../../wasm/module.ts';
import { createMemory } from './compile.ts';
import { inputError } from './errors.ts';
import { initialPages } from './inspect.ts';

interface Taker {
  readonly module: Module;
  /** In pages of 64 KiB. */
  readonly maximum: number;
  /** What a message calls it, where there are several. */
  readonly label: string;
}

export interface RunMemory {
  readonly memory: WebAssembly.Memory;
  /** What it has at first, in pages of 64 KiB. */
  readonly pages: number;
}

/**
 * A memory as large as one of the modules needs, and no larger than each of them allows.
 * @throws InputError where they can't agree on one, or the system does not give it
 */
export function memoryFor(takers: readonly Taker[]): RunMemory {
  const [first] = takers;
  const other = takers.find(each => is64(each) !== is64(first));
  if (other) {
    const [wide, narrow] = is64(first) ? [first.label, other.label] : [other.label, first.label];
    throw inputError(
      'unsupported-memory',
      `${wide} and ${narrow} can't share a memory: ${wide} has 64-bit addresses, and ${narrow} has 32-bit ones.`,
      'Build both for addresses of one size.',
    );
  }
  const large = takers.reduce((most, each) => (initialPages(each.module) > initialPages(most.module) ? each : most));
  const small = takers.reduce((least, each) => (each.maximum < least.maximum ? each : least));
  const pages = initialPages(large.module);
  if (pages > small.maximum)
    throw inputError(
      'unsupported-memory',
      `${large.label} and ${small.label} can't share a memory: ${large.label} asks for ${count(pages, 'page')}, and ${small.label} allows ${small.maximum} at the most.`,
      `Build ${small.label} with a larger maximum (--max-memory of wasm-ld, --maximumMemory of asc), or ${large.label} with a smaller initial memory.`,
    );
  return { memory: createMemory(first.module, small.maximum, pages), pages };
}

const is64 = ({ module }: Taker): boolean => linearMemory(module)?.limits.is64 ?? false;
