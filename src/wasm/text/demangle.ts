// Names of functions as their source has them, where that is easily told: Rust's older names and C++'s without templates.

/** Characters that Rust writes as words. */
const RUST_WORDS: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};
const RUST_HASH = /^h[0-9a-f]{16}$/;

/** `core::fmt::write` of `_ZN4core3fmt5write17h…E`; any other name as it is. */
export function demangled(name: string): string {
  const [, rest] = /^_ZN[rVK]*([1-9].*)$/.exec(name) ?? [];
  if (rest === undefined) return name;
  const parts: string[] = [];
  let at = 0;
  while (rest[at] !== 'E') {
    const digits = /^\d+/.exec(rest.slice(at, at + 6))?.[0];
    if (digits === undefined) return name; // a template, an operator or a substitution
    const start = at + digits.length;
    at = start + Number(digits);
    if (Number(digits) === 0 || at >= rest.length) return name;
    parts.push(rest.slice(start, at));
  }
  const isRust = RUST_HASH.test(parts.at(-1) ?? '');
  return (isRust ? parts.slice(0, -1).map(rustName) : parts).join('::');
}

const rustName = (part: string): string =>
  part
    .replace(/^_(?=\$)/, '')
    .replace(/\$u([0-9a-f]{1,6})\$/g, (whole, code: string) => characterOf(Number.parseInt(code, 16)) ?? whole)
    .replace(/\$([A-Z]{1,2})\$/g, (whole, word: string) => RUST_WORDS[word] ?? whole)
    .replaceAll('..', '::');

/** Null for a number that is none of Unicode's: a file may hold any name. */
const characterOf = (code: number): string | null => (code <= 0x10_ffff ? String.fromCodePoint(code) : null);
