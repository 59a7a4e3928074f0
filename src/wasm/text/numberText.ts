// Numbers in the text format (WebAssembly specification, 6.3.1 and 6.3.2): the shortest decimal that reads as the same number.
import { f64Text as shortestDouble, f32Text as shortestSingle } from '../../protocol/values.ts';

const SIGN_32 = 0x8000_0000;
const PAYLOAD_32 = 0x7f_ffff;
const QUIET_32 = 0x40_0000;
const SIGN_64 = 1n << 63n;
const PAYLOAD_64 = (1n << 52n) - 1n;
const QUIET_64 = 1n << 51n;

/** An f32 by its bits. */
export function f32Text(bits: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  const value = view.getFloat32(0);
  if (Number.isNaN(value)) return nanText((bits & SIGN_32) !== 0, BigInt(bits & PAYLOAD_32), BigInt(QUIET_32));
  return formatText(shortestSingle(value));
}

/** An f64 by its bits. */
export function f64Text(bits: bigint): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  const value = view.getFloat64(0);
  if (Number.isNaN(value)) return nanText((bits & SIGN_64) !== 0n, bits & PAYLOAD_64, QUIET_64);
  return formatText(shortestDouble(value));
}

function nanText(negative: boolean, payload: bigint, quiet: bigint): string {
  return `${negative ? '-' : ''}nan${payload === quiet ? '' : `:0x${payload.toString(16)}`}`;
}

/** As the format writes what is infinite. */
const formatText = (text: string): string => text.replace('Infinity', 'inf');
