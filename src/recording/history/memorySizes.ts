// Size of the memory at each step.
import { lastAtMost } from '../../protocol/lastAtMost.ts';

export class MemorySizes {
  private readonly steps: number[] = [];
  private readonly bytes: number[] = [];
  private newest = 0;

  /** From a step on, which is not before the last one given, the memory has a size in bytes. */
  add(step: number, bytes: number): void {
    this.steps.push(step);
    this.bytes.push(bytes);
    this.newest = bytes;
  }

  /** The sizes since a step, each with the step from which on it holds. */
  since(step: number): (readonly [step: number, bytes: number])[] {
    const first = Math.max(0, lastAtMost(this.steps, step));
    return this.steps.slice(first).map((at, i) => [Math.max(at, step), this.bytes[first + i]] as const);
  }

  /** Bytes now; 0 before there is a memory. */
  get latest(): number {
    return this.newest;
  }

  /** Bytes at a step; of one that is not kept, at the first that is. */
  at(step: number): number {
    return this.bytes[Math.max(0, lastAtMost(this.steps, step))] ?? 0;
  }
}
