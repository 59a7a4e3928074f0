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
const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/**
 * A value as WebAssembly gets it for a type, where converting runs code of the program's: an object's own. V8 converts others to the same.
 * As in the JavaScript API, ToWebAssemblyValue.
 * @throws what the program's code throws, and TypeError where that gives no number
 */
export function converted(value: unknown, type: ValueType): unknown {
  if (!isObject(value)) return value;
  switch (type) {
    case 'i32':
    case 'f32':
    case 'f64':
      return +(value as unknown as number);
    case 'i64':
      return BigInt.asIntN(64, value as unknown as bigint);
    default:
      return value;
  }
}

/** The same of several values, of which there may be more or fewer than types. */
export function convertedAll(values: readonly unknown[], types: readonly ValueType[]): readonly unknown[] {
  if (!values.some(isObject)) return values;
  // A copy of the same kind: an array of numbers alone would make a signaling NaN a quiet one.
  const given = values.slice();
  for (const [i, type] of types.entries()) {
    const value = values[i];
    if (isObject(value)) given[i] = converted(value, type);
    else refuse(value, type); // before the ones behind it
  }
  return given;
}

/** @throws TypeError where V8 takes no such value, which is no object, for a type */
function refuse(value: unknown, type: ValueType): void {
  if (type === 'i64') BigInt.asIntN(64, value as bigint);
  else if (type === 'i32' || type === 'f32' || type === 'f64') +(value as number);
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
