// The words of a finding about views of memory that growth has cut off.
import { type GrowView, grownText } from './access.ts';
import type { ByteSpan, FindingDetails } from './finding.ts';
import type { InstanceNames } from './instanceNames.ts';
import { ownerName } from './owner.ts';
import { capitalized, count, hex } from './text.ts';

/** `#1 in grow+0x12 (memory.grow)`, `host` */
export const growerText = ({ owner, site }: GrowView, names: InstanceNames): string =>
  ownerName(owner, names) + (site ? ` in ${site.function}+${hex(site.functionOffset)} (${site.instruction})` : '');

const eachOf = (calls: number): string => (calls === 1 ? 'one call' : `each of ${calls} calls`);

function growthText({ grow }: FindingDetails['stale-view'], names: InstanceNames): string {
  if (!grow) return 'Then memory grew.';
  const pages = grownText(grow.pages, grow.memoryBytes);
  const grower = grow.owner.kind === 'host' ? 'the host' : growerText(grow, names);
  return `${capitalized(grower)} then made memory grow ${pages} at step ${grow.step}.`;
}

export function staleViewWords(details: FindingDetails['stale-view'], _: ByteSpan | null, names: InstanceNames) {
  const { by, wrote, missed, isReadAgain } = details;
  const where = names.name(by.instance);
  const before =
    by.kind === 'import'
      ? `Import ${by.name} of ${where} wrote to memory in ${eachOf(wrote)}.`
      : `The host wrote to memory before ${eachOf(wrote)} of ${by.name} on ${where}.`;
  const since =
    by.kind === 'import'
      ? `${by.name} was called ${count(missed, 'time')} since`
      : `${by.name} was called ${count(missed, 'more time')}`;
  return {
    happened:
      `${before} ${growthText(details, names)} ${since}, and nothing that the host wrote for it reached memory: the program had read ` +
      `memory.buffer before the growth, and not again by then${isReadAgain ? ' (it did later)' : ''}. A growth cuts off all views that were made ` +
      'before, and what is written by one of them is lost without an error. That is evidence, not certain: there may have been nothing to write.',
    remedies: [
      'Make views anew from memory.buffer after each growth: before a view is used, compare view.buffer with memory.buffer, or its byteLength with 0.',
      'With Emscripten, keep no views of your own: use HEAPU8 and its like, which updateMemoryViews makes anew.',
    ],
  };
}
