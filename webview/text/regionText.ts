// The words for regions of memory: which one a byte is in, and whose it is.

import type { Claim } from '../../src/protocol/claims.ts';
import { becauseText, claimText, rangeText } from '../../src/protocol/claimTexts.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { capitalized, count, hex } from '../../src/protocol/text.ts';
import { type LayoutRow, type OwnedRegion, type Region, regionsAt } from '../data/layout.ts';

type Modules = Pick<RunSnapshot, 'modules' | 'instances'>;

/** `#0–#2, #5`; empty where there are none. @param instances ascending */
export function instancesText(instances: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const instance of instances) {
    const run = runs.at(-1);
    if (run && run.last === instance - 1) run.last = instance;
    else runs.push({ first: instance, last: instance });
  }
  return runs
    .map(({ first, last }) => {
      if (first === last) return `#${first}`;
      return last === first + 1 ? `#${first}, #${last}` : `#${first}–#${last}`;
    })
    .join(', ');
}

/** What a region's bytes are known by from its beginning; in a stack or a heap the distance to it says nothing. */
function isStatic({ kind }: Claim): boolean {
  return kind === 'data' || kind === 'bss' || kind === 'tls';
}

/** `.data+0x12 of guest.wasm`, `stack of #1`, each with `(a guess)` where the module does not tell it. */
function placeText({ row, region: { claim, start } }: OwnedRegion, at: number, run: Modules): string {
  const guess = claim.because.length > 0 ? ' (a guess)' : '';
  const module = InstanceNames.of(run).labelOf(row.module) ?? run.modules[row.module]?.name ?? 'the module';
  if (isStatic(claim)) return `${claimText(claim)}+${hex(at - start)} of ${module}${guess}`;
  return `${claimText(claim)} of ${instancesText(row.instances) || module}${guess}`;
}

/** The region of a byte of each module that claims it: `.data+0x12 of a.wasm and stack of #1`; null where none does. */
export function regionText(rows: readonly LayoutRow[], at: number, run: Modules): string | null {
  const texts = regionsAt(rows, at).map(found => placeText(found, at, run));
  return texts.length > 0 ? texts.join(' and ') : null;
}

/** Who has a row: `#0–#2`, of several modules with the label of its own, `#1 drums.wasm`. */
export function rowText({ instances, module }: LayoutRow, run: Modules): string {
  const label = InstanceNames.of(run).labelOf(module) ?? (instances.length === 0 ? run.modules[module]?.name : null);
  return [instancesText(instances), label ?? ''].filter(part => part !== '').join(' ');
}

/** `.rodata: 0x400 to 0x4ff, 256 bytes, of #0–#2 guest.wasm.` and why it is a guess, and who else claims it, in whole sentences. */
export function regionSentences({ row, region }: OwnedRegion, rows: readonly LayoutRow[], run: Modules): string[] {
  const { claim, start, end } = region;
  const last = claim.end === null ? 'the end of memory' : hex(end - 1);
  const told = `${capitalized(claimText(claim))}: ${hex(start)} to ${last}, ${count(end - start, 'byte')}, of ${rowText(row, run)}.`;
  const guess = claim.because.length > 0 ? [`A guess: ${claim.because.map(becauseText).join(', and ')}.`] : [];
  return [told, ...guess, ...alsoClaimed(region, row, rows, run)];
}

function alsoClaimed(region: Region, row: LayoutRow, rows: readonly LayoutRow[], run: Modules): string[] {
  const own = row.claimants > 1 ? ['Each of these instances believes that it has it alone.'] : [];
  const others = rows.filter(
    other => other !== row && other.regions.some(({ start, end }) => start < region.end && region.start < end),
  );
  if (others.length === 0) return own;
  return [...own, `It overlaps what is claimed by ${others.map(other => rowText(other, run)).join(' and ')}.`];
}

/** Of a claim whose place is not known: `dylink region: env.__memory_base + 0x0–0x24d4`. */
export const unplacedText = (claim: Claim): string => `${claimText(claim)}: ${rangeText(claim)}`;
