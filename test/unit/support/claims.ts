// Claims as short lines, to be compared with what a test says by hand.
import type { Claim, ModuleClaims } from '../../../src/protocol/claims.ts';
import { readClaims } from '../../../src/wasm/claims/readClaims.ts';
import { readModule } from '../../../src/wasm/module.ts';

/** `data 1024-1280 .rodata`, `heap 66576- ?`: a question mark where it is a guess, with decimal addresses. */
const lineOf = ({ kind, start, end, relativeTo, name, because }: Claim): string =>
  [
    kind,
    ...(relativeTo === null ? [] : [relativeTo]),
    `${start}-${end ?? ''}`,
    ...(name === null ? [] : [name]),
    ...(because.length > 0 ? ['?'] : []),
  ].join(' ');

export const claimLines = ({ claims }: Pick<ModuleClaims, 'claims'>): string[] => claims.map(lineOf);

export const claimsOf = (bytes: Uint8Array): ModuleClaims => readClaims(readModule(bytes));

export const linesOf = (bytes: Uint8Array): string[] => claimLines(claimsOf(bytes));

/** Why the claim of a kind is a guess. */
export const reasonsOf = ({ claims }: ModuleClaims, kind: Claim['kind']): string[] =>
  claims.filter(each => each.kind === kind).flatMap(({ because }) => because.map(each => each.kind));
