// WebAssembly values as JSON can hold them, and zeros of each type.
import type { WasmValue } from '../../protocol/call.ts';
import type { ValueType } from '../../wasm/types.ts';

/** i64 becomes a decimal string, a non-finite float its name, a reference its kind. */
export function toWasmValue(value: unknown): WasmValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || value === undefined) return 'null';
  return typeof value;
}

/** What an export returned, as a list: nothing, one value, or several (multi-value). */
export function toResults(returned: unknown): WasmValue[] {
  if (returned === undefined) return [];
  return Array.isArray(returned) ? returned.map(toWasmValue) : [toWasmValue(returned)];
}

/** Whether V8 runs code of a program's to make a number of a value. */
export const isConvertedByCode = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A typed array and operators convert as V8 does, without a frame of their own in the stack of what is thrown. */
const word = new BigInt64Array(1);

/**
 * A value as WebAssembly gets it for a type, where converting runs code of the program's: an object's own. V8 converts others to the same.
 * As in the JavaScript API, ToWebAssemblyValue.
 * @throws what the program's code throws, and what V8 does for a value that is none of the type
 */
export function converted(value: unknown, type: ValueType): unknown {
  let given: unknown = value;
  if (type === 'i32' || type === 'f32' || type === 'f64') given = +(value as number);
  else if (type === 'i64') {
    word[0] = value as bigint;
    given = word[0]; // no iterator, which a program may have replaced
  }
  return isConvertedByCode(value) ? given : value;
}

/** The same of several values, of which there may be more or fewer than types. */
export function convertedAll(values: readonly unknown[], types: readonly ValueType[]): readonly unknown[] {
  // A copy of the same kind: an array of numbers alone would make a signaling NaN a quiet one.
  const given = values.slice();
  for (const [i, type] of types.entries()) {
    const value = converted(values[i], type);
    if (isConvertedByCode(values[i])) given[i] = value;
  }
  return given;
}

/** The zero that JavaScript must give where WebAssembly expects a value of this type. */
export function zeroOf(type: ValueType): unknown {
  switch (type) {
    case 'i32':
    case 'f32':
    case 'f64':
      return 0;
    case 'i64':
      return 0n;
    default:
      return null;
  }
}

/** What a function that does nothing returns to satisfy its type. */
export function zeroResult(results: readonly ValueType[]): unknown {
  if (results.length === 0) return undefined;
  return results.length === 1 ? zeroOf(results[0]) : results.map(zeroOf);
}
