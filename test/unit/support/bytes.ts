// Modules written byte by byte, after the specification's chapter 5; shares no code with what it tests.

export type Bytes = Uint8Array<ArrayBuffer>;

export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Unsigned LEB128 by division, in as few bytes as possible. */
export function leb(value: number | bigint): number[] {
  const rest = BigInt(value);
  return rest < 128n ? [Number(rest)] : [Number(rest % 128n) + 128, ...leb(rest / 128n)];
}

export const text = (value: string): number[] => [...Buffer.from(value, 'utf8')];
export const name = (value: string): number[] => [...leb(text(value).length), ...text(value)];

export function section(id: number, ...parts: readonly (readonly number[])[]): number[] {
  const contents = parts.flat();
  return [id, ...leb(contents.length), ...contents];
}

export const custom = (title: string, ...contents: number[]): number[] => section(0, name(title), contents);

export const moduleOf = (...sections: readonly (readonly number[])[]): Bytes =>
  Uint8Array.from([...HEADER, ...sections.flat()]);

/** A function body of the code section: no locals, then the instructions and `end`. */
export const body = (...instructions: number[]): number[] => {
  const bytes = [0x00, ...instructions, 0x0b];
  return [...leb(bytes.length), ...bytes];
};
