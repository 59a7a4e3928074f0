/** The types of numbers and vectors; tables have the index in this list for a type. */
export const NUMBER_TYPES = ['i32', 'i64', 'f32', 'f64', 'v128'] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

export const TYPE = { i32: 0, i64: 1, f32: 2, f64: 3, v128: 4 } as const satisfies Record<NumberType, number>;

/** Whether a value type is one of them. */
export const isNumberType = (type: string): type is NumberType => Object.hasOwn(TYPE, type);

/** How the binary format writes them (WebAssembly specification, 5.3.1). */
export const TYPE_ENCODING: Readonly<Record<NumberType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

export const TYPE_BYTES: Readonly<Record<NumberType, number>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };
