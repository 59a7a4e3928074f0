// Imports for any module: functions that tell their calls and return zeros, so that two runs can be compared.
import type { Import, Module } from '../../src/wasm/module.ts';
import type { ValueType } from '../../src/wasm/types.ts';

const zeroOf = (type: ValueType): unknown =>
  type === 'i64' ? 0n : type === 'i32' || type === 'f32' || type === 'f64' ? 0 : null;

/** Writes a value so that equal bits give equal text; what a reference refers to is not compared. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return typeof value;
  return String(value);
}

function importedValue(each: Import, told: (line: string) => void, memory: WebAssembly.Memory): unknown {
  switch (each.kind) {
    case 'function': {
      const results = each.type?.results ?? [];
      return (...args: unknown[]) => {
        told(`${each.module}.${each.name}(${args.map(valueText).join(', ')})`);
        if (each.name === 'throw') throw new Error('thrown by the host');
        return results.length > 1 ? results.map(zeroOf) : results.length === 1 ? zeroOf(results[0]) : undefined;
      };
    }
    case 'memory':
      return memory;
    case 'global':
      // A reference that can't be null: only the value itself can be given.
      if (/^\(ref (extern|any)\)$/.test(each.type.type)) return { imported: each.name };
      return new WebAssembly.Global(
        // The types of importable globals are what the interface takes, references aside.
        { value: globalType(each.type.type), mutable: each.type.mutable },
        zeroOf(each.type.type),
      );
    case 'table':
      return new WebAssembly.Table({
        element: each.type.element === 'externref' ? 'externref' : 'anyfunc',
        initial: Number(each.type.limits.minimum),
        ...(each.type.limits.maximum === null ? {} : { maximum: Number(each.type.limits.maximum) }),
      });
    case 'tag':
      return new WebAssembly.Tag({ parameters: (each.type?.params ?? []).map(globalType) });
  }
}

function globalType(type: ValueType): WebAssembly.ValueType {
  switch (type) {
    case 'i32':
    case 'i64':
    case 'f32':
    case 'f64':
    case 'v128':
    case 'externref':
      return type;
    default:
      return 'anyfunc';
  }
}

/**
 * @param memory given for every memory import
 * @param told takes a line for each call of an imported function
 */
export function guestImports(
  module: Module,
  memory: WebAssembly.Memory,
  told: (line: string) => void,
): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const each of module.imports) {
    imports[each.module] ??= {};
    // The interface's type of a table knows functions only.
    imports[each.module][each.name] = importedValue(each, told, memory) as WebAssembly.ImportValue;
  }
  return imports;
}
