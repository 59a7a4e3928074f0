// What a call was given: whoever writes there was asked to.
import type { WriteView } from '../protocol/access.ts';
import { addressOf } from '../protocol/call.ts';
import type { Context } from './context.ts';

/** An address is no null pointer from here on. */
const LEAST_GIVEN = 256;
/** What an argument points to may have so many bytes. */
const GIVEN_BYTES = 4096;

/** Whether the call was given the address, or one shortly before it. */
export function isGiven(context: Context, { call, address: at }: WriteView): boolean {
  const args = call === null ? [] : context.call(call).args;
  return args.some(value => {
    const given = addressOf(value);
    return given >= LEAST_GIVEN && given <= at && at < given + GIVEN_BYTES;
  });
}
