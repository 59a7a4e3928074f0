// The i32 that each call of `alloc_11` returned, and what it is at the end: where several instances allocate, each has its own.
import type { Run } from '../engine/client.ts';
import type { CallRecord } from '../protocol/call.ts';
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { hex } from '../protocol/text.ts';
import { type Address, address } from '../protocol/units.ts';

export interface AllocatedValue {
  /** Who allocated it. */
  readonly instance: number;
  readonly address: Address;
  readonly value: number;
}

export async function allocatedValues(
  { recording, snapshot }: Run,
  calls: readonly CallRecord[],
): Promise<AllocatedValue[]> {
  const { memoryBytes } = await recording.ask('describeStep', { step: snapshot.lastStep });
  const found: AllocatedValue[] = [];
  for (const { instance, function: name, results } of calls) {
    if (name !== 'alloc_11' || results.length !== 1) continue;
    const [returned] = results;
    // An address of 64 bits is told as digits.
    const at = typeof returned === 'number' ? returned >>> 0 : Number(returned);
    if (!(at >= 0 && at + 4 <= memoryBytes)) continue;
    const bytes = await recording.ask('bytes', { step: snapshot.lastStep, address: address(at), length: 4 });
    const value = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
    found.push({ instance, address: address(at), value });
  }
  return found;
}

/** `#1 (b.wasm): 57 at 0x410`. */
export const allocatedLine = ({ instance, address: at, value }: AllocatedValue, names: InstanceNames): string =>
  `${names.name(instance)}: ${value} at ${hex(at)}`;
