// Where modules have to lie so that they do not meet, and what brings them there. The numbers follow from the claims and from what LLD and asc
// were measured to do: see each case.
import { describe, expect, it } from 'vitest';
import { HEAP_ROOM, type SeparatedModule, separate } from '../../../src/protocol/separation.ts';
import { commandLines, separatedText } from '../../../src/protocol/separationTexts.ts';
import { claimsOf } from '../support/claims.ts';
import { demoNames, readGuest } from '../support/fixtures.ts';
import { assemble } from '../support/wabt.ts';

const separated = (...names: readonly string[]): SeparatedModule[] =>
  separate(names.map(name => claimsOf(readGuest(`demo/${name}`))));

const partsOf = ({ parts }: SeparatedModule): string[] =>
  parts.map(({ kind, start, end }) => `${kind} ${start.toString(16)}-${end?.toString(16) ?? ''}`);

const linesOf = ({ placement }: SeparatedModule): string[] =>
  placement.kind === 'moves' ? commandLines(placement.by).map(({ text }) => text) : [placement.kind];

describe('what separates modules', () => {
  it('of clang: statics, then the stack, behind the room for the heap of the first', () => {
    const [first, other] = separated('c-defined-memory', 'c');
    // A heap from 0x10410 on, with 1 MiB and what is left of the page.
    expect([linesOf(first), partsOf(first)]).toEqual([
      ['stays'],
      ['statics 400-410', 'stack 410-10410', 'heap 10410-120000'],
    ]);
    // Linked so by LLD 14.0.6, and by 22.1.2 with --no-stack-first: .bss at 0x120000, the stack to 0x130010.
    expect(partsOf(other)).toEqual(['statics 120000-120004', 'stack 120010-130010', 'heap 130010-']);
    expect(linesOf(other)).toEqual([
      'wasm-ld --global-base=1179648 -z stack-size=65536',
      'clang -Wl,--global-base=1179648,-z,stack-size=65536',
      'zig build-exe --global-base=1179648 --stack 65536',
      'emcc -sGLOBAL_BASE=1179648 -sSTACK_SIZE=65536',
    ]);
  });

  it('of Rust, whose stack comes first: one stays, the other gets a larger stack, of which it uses the upper end', () => {
    const [first, other] = separated('rust', 'rust-defined-memory');
    expect(partsOf(first)).toEqual(['stack 0-100000', 'statics 100000-1004cc', 'heap 1004d0-210000']);
    // 0x210000 + 1 MiB of stack: that is where LLD puts statics behind a stack of this size.
    expect(partsOf(other)).toEqual(['stack 210000-310000', 'statics 310000-3104cc', 'heap 3104d0-']);
    expect(linesOf(other)).toEqual([
      'rustc -C link-arg=-zstack-size=3211264',
      'RUSTFLAGS="-C link-arg=-zstack-size=3211264" cargo build',
    ]);
    expect(separatedText(other, 'b.wasm')).toBe(
      'b.wasm is linked anew: stack 0x210000–0x310000, statics 0x310000–0x3104cc, heap 0x3104d0–end. Its stack begins at 0x310000 and grows down: nothing stops it at 0x210000.',
    );
  });

  it('of modules that lie as they were told to is nothing: a stack that comes first may come down to the other one', () => {
    // A heap from 0x100010 on, with 1 MiB and what is left of the page, ends at 0x210000; a stack of 3,211,264 bytes begins 1 MiB above.
    const stackFirst = (stack: number) =>
      claimsOf(
        assemble(`(module (import "env" "memory" (memory 64)) (global $__stack_pointer (mut i32) (i32.const ${stack}))
          (global (export "__heap_base") i32 (i32.const ${stack + 16})) (data (i32.const ${stack}) "0123456789abcdef"))`),
      );
    const [lower, upper] = [stackFirst(0x10_0000), stackFirst(0x31_0000)];
    for (const found of [separate([lower, upper]), separate([upper, lower]).reverse()]) {
      expect(found.map(linesOf)).toEqual([['stays'], ['stays']]);
      expect(partsOf(found[1])).toEqual(['stack 210000-310000', 'statics 310000-310010', 'heap 310010-']);
    }
    // With 32 KiB of a stack above the other one it is told to move.
    expect(separate([lower, stackFirst(0x21_8000)])[1].placement.kind).toBe('moves');
  });

  it('is nothing where they lie apart, also where one of them is of a tool that is not known', () => {
    const unknown = claimsOf(
      assemble('(module (import "env" "memory" (memory 64)) (data (i32.const 0x200000) "abcd"))'),
    );
    expect(separate([claimsOf(readGuest('demo/c')), unknown]).map(linesOf)).toEqual([['stays'], ['stays']]);
  });

  it('of AssemblyScript: its statics begin 12 bytes behind the base, and what collects garbage comes last', () => {
    const [first, other] = separated('assemblyscript-minimal', 'assemblyscript-stub');
    // Behind a heap from 0x48c on, with 1 MiB and what is left of the page: 0x110000.
    expect([linesOf(first), linesOf(other)]).toEqual([['asc --memoryBase 1114112'], ['stays']]);
    expect(partsOf(first)).toEqual(['statics 11000c-11008c', 'heap 110090-']);
    expect(partsOf(other)).toEqual(['statics 40c-48c', 'heap 48c-110000']);
  });

  it('of a module that nothing tells how it was linked: it stays, and a second one has to be written anew', () => {
    const [first, other, third] = separated('c', 'defined-memory', 'minimum-zero');
    expect([linesOf(first)[0], linesOf(other), linesOf(third)]).toEqual([
      'wasm-ld --global-base=131072 -z stack-size=65536',
      ['stays'],
      [],
    ]);
    expect(partsOf(third)).toEqual(['statics 10000-10004']);
    expect(separatedText(third, 'z.wasm')).toBe(
      'z.wasm has to be written for addresses from 0x10000 on: statics 0x10000–0x10004.',
    );
  });

  it('of a position-independent module is its loader, and of one that claims nothing it is not known', () => {
    const loose = claimsOf(
      assemble(`(module (import "env" "memory" (memory 1)) (import "env" "__memory_base" (global i32))
        (data (global.get 0) "abcd"))`),
    );
    const found = separate([loose, claimsOf(readGuest('demo/wat')), claimsOf(readGuest('demo/c'))]);
    expect(found.map(linesOf)).toEqual([['relative'], ['unknown'], ['stays']]);
  });
});

it('no part of any guest lies where another one does, and all heaps but the last have their room', () => {
  for (const a of demoNames)
    for (const b of demoNames) {
      const found = separate([a, b].map(name => claimsOf(readGuest(name))));
      const all = found
        .flatMap(({ parts }) => parts.map(({ start, end }) => [start, end ?? Number.POSITIVE_INFINITY] as const))
        .sort(([x], [y]) => x - y);
      for (const [index, [start]] of all.slice(1).entries())
        expect(start, `${a} ${b}`).toBeGreaterThanOrEqual(all[index][1]);
      for (const { kind, start, end } of found.flatMap(({ parts }) => parts))
        if (kind === 'heap' && end !== null) expect(end - start).toBeGreaterThanOrEqual(HEAP_ROOM);
    }
});
