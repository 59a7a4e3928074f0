// Random modules whose functions compute with and write to memory: valid by construction, written byte by byte.
import fc from 'fast-check';
import { type Bytes, body, custom, leb, moduleOf, name, section } from './bytes.ts';

/** Instructions that leave one i32 on the stack. */
type Expression = readonly number[];

const I32 = 0x7f;
const constant = (value: number): number[] => [0x41, ...signedLeb(value)];

function signedLeb(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return last ? [low] : [low | 0x80, ...signedLeb(rest)];
}

/** An address in the first page, whatever the expression gives: `expression & 0xfff8`. */
const addressFrom = (expression: Expression): number[] => [...expression, ...constant(0xfff8), 0x71];

const { expression } = fc.letrec<{ expression: Expression }>(again => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(constant),
    fc.constantFrom([0x20, 0], [0x20, 1], [0x3f, 0]), // a parameter; memory.size
    fc
      .tuple(again('expression'), again('expression'), fc.constantFrom(0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x48))
      .map(([a, b, operator]) => [...a, ...b, operator]),
    again('expression').map(address => [...addressFrom(address), 0x28, 2, 4]), // i32.load offset=4
    fc.nat(2).map(pages => [...constant(pages), 0x40, 0]), // memory.grow
  ),
}));

/** `i32.store8` or `i32.store` at an address of the first page. */
const statement = fc
  .tuple(expression, expression, fc.constantFrom([0x3a, 0], [0x36, 2]))
  .map(([address, value, store]) => [...addressFrom(address), ...value, ...store, 0]);

const functionBody = fc
  .tuple(fc.array(statement, { maxLength: 4 }), expression)
  .map(([statements, result]) => body(...statements.flat(), ...result));

const customSections = fc.array(
  fc.tuple(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.uint8Array({ maxLength: 6 })),
  { maxLength: 2 },
);

export interface RandomModule {
  readonly bytes: Bytes;
  /** Functions `f0`, `f1` … of type (i32, i32) -> i32. */
  readonly functions: number;
  readonly importsMemory: boolean;
  readonly limits: { readonly initial: number; readonly maximum?: number };
}

/** A module with one memory, imported as `env.memory` or defined and exported as `memory`. */
export const randomModule: fc.Arbitrary<RandomModule> = fc
  .record({
    bodies: fc.array(functionBody, { minLength: 1, maxLength: 3 }),
    importsMemory: fc.boolean(),
    otherImports: fc.boolean(),
    maximum: fc.option(fc.integer({ min: 1, max: 4 })),
    data: fc.array(fc.tuple(fc.nat(60_000), fc.uint8Array({ maxLength: 20 })), { maxLength: 2 }),
    customs: fc.array(customSections, { minLength: 9, maxLength: 9 }),
  })
  .map(({ bodies, importsMemory, otherImports, maximum, data, customs }) => {
    const limits = maximum === null ? [0x00, 1] : [0x01, 1, maximum];
    const imports = [
      ...(otherImports ? [[...name('env'), ...name('base'), 0x03, I32, 0]] : []),
      ...(importsMemory ? [[...name('env'), ...name('memory'), 0x02, ...limits]] : []),
    ];
    const exported = bodies.map((_, index) => [...name(`f${index}`), 0x00, index]);
    const sections = [
      section(1, [1, 0x60, 2, I32, I32, 1, I32]),
      ...(imports.length > 0 ? [section(2, leb(imports.length), ...imports)] : []),
      section(3, leb(bodies.length), Array<number>(bodies.length).fill(0)),
      ...(importsMemory ? [] : [section(5, [1], limits)]),
      section(7, leb(exported.length + 1), ...exported, [...name('memory'), 0x02, 0]),
      section(10, leb(bodies.length), ...bodies),
      section(
        11,
        leb(data.length),
        ...data.map(([at, bytes]) => [0x00, ...constant(at), 0x0b, ...leb(bytes.length), ...bytes]),
      ),
    ];
    const between = (index: number) => customs[index].map(([title, bytes]) => custom(title, ...bytes));
    return {
      bytes: moduleOf(...sections.flatMap((each, index) => [...between(index), each]), ...between(sections.length)),
      functions: bodies.length,
      importsMemory,
      limits: maximum === null ? { initial: 1 } : { initial: 1, maximum },
    };
  });
