// Names as their source has them, by hand.
import { expect, it } from 'vitest';
import { demangled } from '../../../../src/wasm/text/demangle.ts';

it.each([
  ['_ZN4core3fmt5write17h0123456789abcdefE', 'core::fmt::write'],
  [
    '_ZN69_$LT$alloc..boxed..Box$LT$T$C$A$GT$$u20$as$u20$core..fmt..Display$GT$3fmt17h645e01c622cd2d6eE',
    '<alloc::boxed::Box<T,A> as core::fmt::Display>::fmt',
  ],
  ['_ZN3foo3barEv', 'foo::bar'],
  ['_ZNK4Wasm6Memory4sizeEv', 'Wasm::Memory::size'],
  // Templates, operators and substitutions are left as they are, and so is all that only looks like one.
  ['_ZNSt6vectorIiE9push_backEi', '_ZNSt6vectorIiE9push_backEi'],
  ['_ZN3foo', '_ZN3foo'],
  ['_ZN9999fooE', '_ZN9999fooE'],
  // No character has this number: the last one is 10ffff.
  ['_ZN18a$uffffff$b$u263a$17h0123456789abcdefE', 'a$uffffff$b☺'],
  ['malloc', 'malloc'],
  ['', ''],
])('%s is %s', (name, text) => {
  expect(demangled(name)).toBe(text);
});
