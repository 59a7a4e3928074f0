// Blocks and ranges found by their addresses, against a look at each of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, BlockSet } from '../../../src/findings/blockSet.ts';
import { Spans } from '../../../src/findings/spans.ts';
import type { ByteSpan } from '../../../src/protocol/finding.ts';
import { address, step } from '../../../src/protocol/units.ts';

/** Many that meet, and some that are far off or large. */
const span = fc
  .record({
    at: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    length: fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 2 ** 22 })),
  })
  .map(({ at, length }): ByteSpan => ({ address: address(at), length }));

const meet = (a: ByteSpan, b: ByteSpan): boolean =>
  a.address < b.address + b.length && b.address < a.address + a.length;

const call = { index: 0, instance: 0, function: 'malloc', allocator: null };

describe('blocks', () => {
  const action = fc.oneof(
    span.map(made => ({ kind: 'add', made }) as const),
    fc.nat().map(which => ({ kind: 'remove', which }) as const),
    fc.nat().map(which => ({ kind: 'free', which }) as const),
  );

  it('are found by a range of which they have any byte, in their order, until they go', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 40 }),
        fc.array(span, { minLength: 1, maxLength: 8 }),
        (actions, asked) => {
          const set = new BlockSet();
          let all: Block[] = [];
          for (const [index, each] of actions.entries()) {
            if (each.kind === 'add') {
              const block = { span: each.made, call, step: step(index) };
              all.push(block);
              set.add(block);
              continue;
            }
            const one = all[each.which % Math.max(1, all.length)];
            if (!one) continue;
            if (each.kind === 'remove') set.remove(one);
            else set.free(one.span.address);
            all = all.filter(other =>
              each.kind === 'remove' ? other !== one : other.span.address !== one.span.address,
            );
          }
          for (const range of [...asked, ...all.map(block => block.span)]) {
            expect(set.overlapping(range)).toEqual(all.filter(block => meet(block.span, range)));
            expect(set.has(range)).toBe(
              all.some(block => block.span.address === range.address && block.span.length === range.length),
            );
          }
        },
      ),
    );
  });
});

describe('ranges', () => {
  it('tell what the first of them has in common with another one', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 20 }), span, (spans, range) => {
        const first = spans.filter(each => meet(each, range)).sort((a, b) => a.address - b.address)[0];
        const found = new Spans(spans).overlap(range);
        expect(found === null).toBe(first === undefined);
        if (!found || !first) return;
        expect(found.address).toBe(Math.max(first.address, range.address));
        const all = spans.filter(each => meet(each, range)).map(each => each.address + each.length);
        expect(all.map(end => Math.min(end, range.address + range.length))).toContain(found.address + found.length);
      }),
    );
  });
});
