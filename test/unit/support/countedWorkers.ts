// Workers as tests see them: which are alive, and the guests' memories, which outlive them. In a test file:
//   vi.mock('node:worker_threads', async original => {
//     const { countedThreads } = await import('./countedWorkers.ts');
//     return countedThreads(await original());
//   });
import type { Worker } from 'node:worker_threads';
import { expect, vi } from 'vitest';

type Threads = typeof import('node:worker_threads');

/** Workers that were started and have not ended. */
export const alive = new Set<Worker>();
/** Memories of the runs, in the order in which the engine told of them. */
export const memories: WebAssembly.Memory[] = [];

function memoryIn(message: unknown): WebAssembly.Memory | null {
  const memory = typeof message === 'object' && message !== null && 'memory' in message ? message.memory : null;
  return memory instanceof WebAssembly.Memory ? memory : null;
}

/** The module `node:worker_threads` with workers that are counted. */
export function countedThreads(threads: Threads): Threads {
  class CountedWorker extends threads.Worker {
    constructor(...args: ConstructorParameters<Threads['Worker']>) {
      super(...args);
      alive.add(this);
      this.once('exit', () => alive.delete(this));
      this.on('message', message => {
        const memory = memoryIn(message);
        if (memory) memories.push(memory);
      });
    }
  }
  return { ...threads, Worker: CountedWorker };
}

/** Resolves when no worker is left; forgets the memories. */
export async function allEnded(): Promise<void> {
  await vi.waitFor(() => expect(alive.size).toBe(0), { timeout: 5000 });
  memories.length = 0;
}

/** What the memory of the only run holds now. */
export const liveMemory = (): Buffer => Buffer.from(new Uint8Array(memories[0].buffer));
