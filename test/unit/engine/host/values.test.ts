import { describe, expect, it } from 'vitest';
import { toResults, toWasmValue, zeroOf, zeroResult } from '../../../../src/engine/host/values.ts';
import { callExport } from '../../support/instances.ts';
import { assemble } from '../../support/wabt.ts';

describe('values for JSON', () => {
  it.each([
    [42, 42],
    [-0.5, -0.5],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [2n ** 63n - 1n, '9223372036854775807'],
    [-(2n ** 63n), '-9223372036854775808'],
    [null, 'null'],
    [{}, 'object'],
    [() => 1, 'function'],
  ])('%s becomes %j', (value, expected) => {
    expect(toWasmValue(value)).toBe(expected);
    expect(JSON.parse(JSON.stringify(toWasmValue(value)))).toBe(expected);
  });

  it('are a list, however many an export returns', () => {
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(
        assemble(`(module
          (func (export "none"))
          (func (export "one") (result i64) (i64.const -3))
          (func (export "two") (result i32 f64) (i32.const 7) (f64.const nan)))`),
      ),
    );
    const resultsOf = (name: string) => toResults(callExport(exports, name));
    expect(resultsOf('none')).toEqual([]);
    expect(resultsOf('one')).toEqual(['-3']);
    expect(resultsOf('two')).toEqual([7, 'NaN']);
  });
});

describe('zeros', () => {
  it('are what WebAssembly accepts for each type', () => {
    for (const type of ['i32', 'i64', 'f32', 'f64', 'funcref', 'externref'] as const) {
      const wat = `(module (import "e" "f" (func $f (result ${type}))) (func (export "g") (result ${type}) call $f))`;
      const imports = { e: { f: () => zeroResult([type]) } };
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(wat)), imports);
      const returned = callExport(exports, 'g');
      expect(returned, type).toEqual(type === 'i64' ? 0n : type.endsWith('ref') ? null : 0);
    }
  });

  it('come as nothing, one value or a list', () => {
    expect(zeroResult([])).toBeUndefined();
    expect(zeroResult(['i64'])).toBe(0n);
    expect(zeroResult(['i32', 'i64', 'externref'])).toEqual([0, 0n, null]);
    expect(zeroOf('f64')).toBe(0);
  });
});
