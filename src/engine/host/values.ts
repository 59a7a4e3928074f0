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
