// Floats as the shortest decimal that reads back as exactly the same value.

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+∞' : '−∞';
  if (Object.is(value, -0)) return '-0';
  return undefined;
}

/** The shortest text of a binary64: JavaScript's own number to string conversion is exactly that. */
export function f64Text(value: number): string {
  return special(value) ?? String(value);
}

/**
 * The shortest text of a binary32 (`value` must be one, as `DataView.getFloat32` returns it): 0.1, where the same value
 * as a binary64 would be 0.10000000149011612.
 */
export function f32Text(value: number): string {
  const text = special(value);
  if (text !== undefined) return text;
  // Nine significant digits identify any binary32; take as few as do.
  for (let digits = 1; digits < 9; digits++) {
    for (const candidate of decimalsNear(value, digits)) {
      if (Math.fround(candidate) === value) return String(candidate);
    }
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * The decimals of `digits` significant digits around `value`, nearest first. The nearest alone is not enough: below a power
 * of two the gap between floats is half the one above, so a decimal further away can round to `value` where the nearest does not.
 */
function decimalsNear(value: number, digits: number): number[] {
  const [mantissa = '0', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const integer = Number(mantissa.replace('.', ''));
  const scale = Number(exponent) - (digits - 1);
  return [integer, integer + 1, integer - 1].map(candidate => Number(`${candidate}e${scale}`));
}
