// Options that name bytes of memory and a moment, and what they mean in a recording.
import type { Recording, Run } from '../engine/client.ts';
import type { MadeBy } from '../protocol/access.ts';
import { addressText, parseAddress } from '../protocol/addressExpression.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { hex } from '../protocol/text.ts';
import { type Address, MAX_MEMORY_BYTES, type Step, step, address as toAddress } from '../protocol/units.ts';
import { type Option, UsageError } from './command.ts';
import { DIGITS } from './options.ts';
import { CommandError } from './output.ts';

/** Null where none is given. */
export const ADDRESS: Option<Address | null> = {
  name: 'address',
  placeholder: 'A',
  help: 'the byte, for example 1352, 0x548 or 0x548+8; a negative one is a pointer that was printed as an i32: -4 is 0xfffffffc',
  read(text) {
    if (text === null) return null;
    const result = parseAddress(text, MAX_MEMORY_BYTES);
    if (!result.ok) throw new UsageError(`--address '${text}': ${result.message}`);
    return result.address;
  },
};

const LENGTH_TEXT = /^(\d+|0x[0-9a-f]+)$/i;

/** Bytes; null where it is not given. */
export const length = (help: string): Option<number | null> => ({
  name: 'length',
  placeholder: 'N',
  help,
  read(text) {
    if (text === null) return null;
    const value = Number(text);
    if (!LENGTH_TEXT.test(text) || value < 1 || value > MAX_MEMORY_BYTES)
      throw new UsageError(`--length takes a whole number from 1 to ${MAX_MEMORY_BYTES}, not '${text}'.`);
    return value;
  },
});

/** A step; which steps there are is known only after the run. Null where it is not given. */
export const stepOption = (name: string, placeholder: string, help: string): Option<number | null> => ({
  name,
  placeholder,
  help,
  read(text) {
    if (text === null) return null;
    const value = Number(text);
    if (!DIGITS.test(text) || !Number.isSafeInteger(value))
      throw new UsageError(`--${name} takes a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, not '${text}'.`);
    return value;
  },
});

export const STEP = stepOption('step', 'S', 'the moment; the last step where it is not given');

/**
 * @param file what the user calls the run or the recording
 * @param asked null: the last step
 * @throws CommandError for a step that the recording does not have
 */
export function stepIn(file: string, asked: number | null, { firstStep, lastStep }: RunSnapshot): Step {
  const at = asked ?? lastStep;
  if (at < firstStep || at > lastStep)
    throw new CommandError(`${file}: the recording has steps ${firstStep} to ${lastStep}, not ${at}.`);
  return step(at);
}

/** Size of memory at a step, in bytes. */
export async function memoryBytesAt(recording: Recording, at: Step): Promise<number> {
  return (await recording.ask('describeStep', { step: at })).memoryBytes;
}

/** @throws CommandError for a range that does not lie in memory at the step */
export async function checkRange(
  file: string,
  { recording, snapshot }: Run,
  at: Step,
  address: Address,
  bytes: number,
): Promise<void> {
  const memoryBytes = await memoryBytesAt(recording, at);
  const last = address + bytes - 1;
  if (last < memoryBytes) return;
  const madeBy = await recording.ask('madeBy', { step: snapshot.lastStep, address: toAddress(last) });
  throw outside(file, at, memoryBytes, last, madeBy);
}

/** Memory of that size does not reach a byte at a step. @param madeBy seen from the last step */
export function outside(file: string, at: Step, memoryBytes: number, byte: number, madeBy: MadeBy): CommandError {
  const since = madeBy.kind === 'growth' ? `; it exists since step ${madeBy.grow.step}` : '';
  const size =
    memoryBytes === 0 ? `which has no byte at step ${at}` : `whose last byte at step ${at} is ${hex(memoryBytes - 1)}`;
  return new CommandError(`${file}: ${addressText(byte)} is outside the memory, ${size}${since}.`);
}
