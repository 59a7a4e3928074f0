// Claims made up for tests and screenshots.
import type { Because, Claim, ClaimKind } from '../../src/protocol/claims.ts';
import { address } from '../../src/protocol/units.ts';

export function claim(
  kind: ClaimKind,
  start: number,
  end: number | null,
  name: string | null = null,
  because: readonly Because[] = [],
): Claim {
  return { kind, start: address(start), end: end === null ? null : address(end), relativeTo: null, name, because };
}

/** Of the demo's guest, as AssemblyScript links one: statics, then the heap, which the start function tells. */
export const DEMO_CLAIMS: readonly (readonly Claim[])[] = [
  [claim('data', 0x40c, 0x53d), claim('heap', 0x540, null, null, [{ kind: 'set-by-start', global: 0 }])],
];

/** A module in the way of LLD, one of Rust whose stack comes first, and one whose place a loader chooses. */
export const MODULES_CLAIMS: readonly (readonly Claim[])[] = [
  [
    claim('data', 0x400, 0x500, '.rodata'),
    claim('data', 0x500, 0x504, '.data'),
    claim('bss', 0x510, 0x620, '.bss'),
    claim('stack', 0x620, 0x10620, '__stack_pointer', [{ kind: 'behind-statics', end: address(0x620) }]),
    claim('heap', 0x10620, null, null, [{ kind: 'behind-stack' }]),
  ],
  [
    claim('stack', 0, 0x100000, '__stack_pointer', [{ kind: 'stack-first' }]),
    claim('data', 0x100000, 0x1002eb, '.rodata'),
    claim('bss', 0x1002ec, 0x1004cc, '.bss'),
    claim('heap', 0x1004d0, null, '__heap_base'),
  ],
  [{ ...claim('dylink', 0, 0x24d4), relativeTo: 'env.__memory_base' }],
];
