// Workers as tests see them: which are alive, and the guests' memories, which outlive them. In a test file:
//   vi.mock('node:worker_threads', async original => {
//     const { countedThreads } = await import('./countedWorkers.ts');
//     return countedThreads(await original());
//   });
import type { MessagePort, Worker } from 'node:worker_threads';
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

/** The module `node:worker_threads` with workers that are counted, and channels that are listened to. */
export function countedThreads(threads: Threads): Threads {
  class CountedWorker extends threads.Worker {
    constructor(...args: ConstructorParameters<Threads['Worker']>) {
      super(...args);
      alive.add(this);
      this.once('exit', () => alive.delete(this));
    }
  }
  /** What comes in at the first end passes by here on its way to the second. */
  class TappedChannel {
    readonly port1: MessagePort;
    readonly port2: MessagePort;

    constructor() {
      const [first, second] = [new threads.MessageChannel(), new threads.MessageChannel()];
      this.port1 = first.port1;
      this.port2 = second.port2;
      first.port2.on('message', message => {
        const memory = memoryIn(message);
        if (memory) memories.push(memory);
        second.port1.postMessage(message);
      });
      first.port2.once('close', () => second.port1.close());
      second.port1.once('close', () => first.port2.close());
    }
  }
  return { ...threads, Worker: CountedWorker, MessageChannel: TappedChannel };
}

/** Resolves when no worker is left; forgets the memories. */
export async function allEnded(): Promise<void> {
  await vi.waitFor(() => expect(alive.size).toBe(0), { timeout: 5000 });
  memories.length = 0;
}

/** What the memory of the only run holds now. */
export const liveMemory = (): Buffer => Buffer.from(new Uint8Array(memories[0].buffer));
