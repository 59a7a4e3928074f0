// Which buffer of each memory the program has read last. When a memory grows it gets another buffer, and views of the one before have
// no bytes any more: as long as the program has not read the new one, nothing of its own can write to memory.
import { bufferOf } from '../../platform/plainApi.ts';
import { inPlaceOf, replaceMethods } from './nativeFunctions.ts';

type MemoryBuffer = ArrayBuffer | SharedArrayBuffer;

interface ReadBuffer {
  readonly buffer: MemoryBuffer;
  /** When it was read. */
  readonly bytes: number;
}

/** Of WebAssembly.Memory, where the JavaScript engine has them: they give the program a new buffer, too. */
const GIVE_BUFFERS = ['toFixedLengthBuffer', 'toResizableBuffer'];

export class ReadBuffers {
  private readonly last = new WeakMap<WebAssembly.Memory, ReadBuffer>();
  private latest: MemoryBuffer | null = null;
  private isDistrusted = false;

  /** Code that needs no buffer writes to the memory. */
  distrust(): void {
    this.isDistrusted = true;
  }

  /** Size in bytes of the buffer of which the program has views, where that is the memory's no more, and it has not read the new one. Else null. */
  lostBytes(memory: WebAssembly.Memory): number | null {
    const read = this.last.get(memory);
    if (!read || read.buffer === bufferOf(memory)) return null;
    // A shared buffer stays a part of the memory.
    const isLost = read.buffer instanceof ArrayBuffer && !this.isDistrusted && !usesNativeWasi();
    return isLost ? read.bytes : null;
  }

  private read(memory: WebAssembly.Memory, buffer: MemoryBuffer): void {
    this.latest = buffer;
    this.last.set(memory, { buffer, bytes: buffer.byteLength });
  }

  /** Puts itself in the place of what gives the program buffers of memories, for good. */
  hookMemories(): void {
    const { prototype } = WebAssembly.Memory;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, 'buffer');
    const original = descriptor?.get;
    if (!original) return;
    const buffers = this;
    const made = {
      get(this: WebAssembly.Memory): MemoryBuffer {
        const buffer: MemoryBuffer = original.call(this);
        if (buffer !== buffers.latest) buffers.read(this, buffer); // programs read it in their loops
        return buffer;
      },
    };
    Object.defineProperty(prototype, 'buffer', { ...descriptor, get: inPlaceOf(original, made.get) });
    for (const name of GIVE_BUFFERS) this.hookMethod(prototype, name);
  }

  private hookMethod(prototype: WebAssembly.Memory, name: string): void {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== 'function') return;
    const buffers = this;
    const made = {
      method(this: WebAssembly.Memory, ...args: unknown[]): unknown {
        const buffer: unknown = Reflect.apply(method, this, args);
        buffers.read(this, bufferOf(this));
        return buffer;
      },
    };
    replaceMethods(prototype, { [name]: made.method });
  }
}

/** The WASI that is a part of Node writes to memory past JavaScript. */
function usesNativeWasi(): boolean {
  const loaded: unknown = Reflect.get(process, 'moduleLoadList');
  return Array.isArray(loaded) && loaded.includes('Internal Binding wasi');
}
