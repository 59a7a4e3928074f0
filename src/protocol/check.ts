// Checks of values that may be anything: what a webview sends, what it kept, what a file holds.
import * as units from './units.ts';

/**
 * Returns a value as what it is.
 * @param where the value's place, with which an error begins
 * @throws TypeError that says what the value is not
 */
export type Check<T> = (value: unknown, where: string) => T;

/** What a check returns. */
export type Checked<C> = C extends Check<infer T> ? T : never;

/** A check for each field; with a type given, one that lacks a field or has one too many does not compile. */
export type Fields<T> = { readonly [Name in keyof T]: Check<T[Name]> };

function fail(where: string, what: string): never {
  throw new TypeError(`${where} is not ${what}`);
}

export const anything: Check<unknown> = value => value;

export const boolean: Check<boolean> = (value, where) =>
  typeof value === 'boolean' ? value : fail(where, 'true or false');

/** A finite number. */
export const number: Check<number> = (value, where) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(where, 'a number');

/** A whole number from `minimum` to `maximum`, both included. */
export const whole =
  (minimum = 0, maximum = Number.MAX_SAFE_INTEGER): Check<number> =>
  (value, where) =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum
      ? value
      : fail(
          where,
          `a whole number ${maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`}`,
        );

/** A text of `minimum` to `maximum` UTF-16 units. */
export const text =
  (minimum = 0, maximum = Number.POSITIVE_INFINITY): Check<string> =>
  (value, where) => {
    if (typeof value !== 'string') fail(where, 'a text');
    if (isBetween(minimum, value.length, maximum)) return value;
    if (value === '') throw new TypeError(`${where} is empty`);
    fail(where, `a text of ${sizeText(minimum, maximum)} characters`);
  };

/** A list of `minimum` to `maximum` entries. */
export const list =
  <T>(check: Check<T>, minimum = 0, maximum = Number.POSITIVE_INFINITY): Check<readonly T[]> =>
  (value, where) => {
    if (!Array.isArray(value)) fail(where, 'a list');
    if (!isBetween(minimum, value.length, maximum)) fail(where, `a list of ${sizeText(minimum, maximum)} entries`);
    return Array.from(value, (each: unknown, index) => check(each, `${where}[${index}]`)); // holes too
  };

/** The first `maximum` entries that pass; nothing of what is no list. For what was kept: one bad entry does not take the others with it. */
export const goodOf =
  <T>(check: Check<T>, maximum: number): Check<readonly T[]> =>
  (value, where) => {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [];
    return entries.flatMap((each, index) => attempt(check)(each, `${where}[${index}]`) ?? []).slice(0, maximum);
  };

const sizeText = (minimum: number, maximum: number): string =>
  maximum === Number.POSITIVE_INFINITY ? `at least ${minimum}` : `${minimum} to ${maximum}`;

const isBetween = (minimum: number, value: number, maximum: number): boolean => value >= minimum && value <= maximum;

/** One of these values. */
export const oneOf =
  <const Values extends readonly (string | number)[]>(...values: Values): Check<Values[number]> =>
  (value, where) =>
    values.find(each => each === value) ?? fail(where, `one of ${values.join(', ')}`);

/** Any member of a union of strings; with the union given, members that lack an entry do not compile. */
export const memberOf = <T extends string>(members: Readonly<Record<T, unknown>>): Check<T> => {
  const isMember = (value: unknown): value is T => typeof value === 'string' && Object.hasOwn(members, value);
  return (value, where) => (isMember(value) ? value : fail(where, `one of ${Object.keys(members).join(', ')}`));
};

export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, where) =>
    value === null ? null : check(value, where);

/** A value that passes a check and meets a condition. */
export const refined =
  <T>(check: Check<T>, holds: (value: T) => boolean, what: string): Check<T> =>
  (value, where) => {
    const checked = check(value, where);
    return holds(checked) ? checked : fail(where, what);
  };

/** Undefined where the check throws. */
export const attempt =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, where) => {
    try {
      return check(value, where);
    } catch {
      return undefined;
    }
  };

/** A new object with these fields, of which the `optional` ones may be missing. Other fields may be there and are left out. */
export function object<T, Optional = unknown>(
  fields: Fields<T>,
  optional?: Fields<Optional>,
): Check<T & Partial<Optional>> {
  const checks = [...entriesOf(fields, false), ...entriesOf(optional ?? {}, true)];
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(where, 'an object');
    const checked: Record<string, unknown> = {};
    for (const [name, check, isOptional] of checks) {
      const field: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      if (!isOptional || field !== undefined) checked[name] = check(field, `${where}.${name}`);
    }
    return checked as T & Partial<Optional>; // each of its fields was just checked
  };
}

const entriesOf = (fields: Fields<unknown>, isOptional: boolean) =>
  Object.entries<Check<unknown>>(fields).map(([name, check]) => [name, check, isOptional] as const);

/** The members of a union of objects by the field that tells them apart, each with its other fields. */
type Variants<T, Tag extends keyof T> = {
  readonly [Name in T[Tag] & string]: Fields<Omit<Extract<T, { readonly [Field in Tag]: Name }>, Tag>>;
};

/** A member of a union of objects, known by its field `tag`; with the union given, a member that is missing does not compile. */
export function tagged<T, Tag extends keyof T & string>(tag: Tag, variants: Variants<T, Tag>): Check<T> {
  const members: Readonly<Record<string, Fields<unknown>>> = variants;
  const checks = new Map(Object.entries(members).map(([name, fields]) => [name, object(fields)]));
  const named = object({ [tag]: oneOf(...checks.keys()) });
  return (value, where) => {
    const { [tag]: name } = named(value, where);
    return { [tag]: name, ...checks.get(name)?.(value, where) } as T; // that member's fields were just checked
  };
}

/** A step that a recording may have. */
export const step: Check<units.Step> = branded(whole(), units.step);

/** Address of a byte that a 32-bit memory may have. */
export const address: Check<units.Address> = branded(whole(0, units.MAX_MEMORY_BYTES - 1), units.address);

export const pageIndex: Check<units.PageIndex> = branded(
  whole(0, units.MAX_MEMORY_BYTES / units.SHOWN_PAGE_BYTES - 1),
  units.pageIndex,
);

function branded<T>(check: Check<number>, brand: (value: number) => T): Check<T> {
  return (value, where) => brand(check(value, where));
}
