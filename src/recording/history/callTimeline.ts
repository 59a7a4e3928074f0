// Calls along an axis, as many as a drawing has room for: small ones of a lane that begin in one column are one block.
import type { CallTimeline, Span, TimelineBlock } from '../../protocol/call.ts';
import type { Calls } from './calls.ts';

type Block = { -readonly [Name in keyof TimelineBlock]: TimelineBlock[Name] };

export interface TimelineQuestion {
  readonly axis: Span['axis'];
  /** Null for all of the axis. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly columns: number;
}

/**
 * @param lastStep where the recording ends
 * @param growths steps at which memory grew, each with the call that it was in
 */
export function callTimeline(
  calls: Calls,
  { axis, range, columns }: TimelineQuestion,
  lastStep: number,
  growths: readonly (readonly [step: number, call: number | null])[],
): CallTimeline {
  const { startsNs, durationsNs, stepsBefore, lastSteps, instances, threads, depths } = calls.columns;
  const isTime = axis === 'time';
  const startOf = (call: number): number => (isTime ? startsNs[call] : stepsBefore[call]);
  const endOf = (call: number): number => (isTime ? startsNs[call] + (durationsNs[call] || 0) : lastSteps[call]);
  const extent = { from: isTime ? Number.POSITIVE_INFINITY : 0, to: isTime ? 0 : lastStep };
  let untimed = 0;
  for (let call = 1; isTime && call < calls.count; call++) {
    if (!calls.hasEnded(call)) continue;
    if (Number.isNaN(startOf(call))) untimed++;
    else {
      extent.from = Math.min(extent.from, startOf(call));
      extent.to = Math.max(extent.to, endOf(call));
    }
  }
  if (extent.from > extent.to) extent.from = extent.to;
  const { from, to } = range ?? extent;
  const columnOf = (at: number): number => Math.floor(((at - from) / (to - from || 1)) * columns);
  const lanes = new Map<string, Block>();
  const blocks: Block[] = [];
  for (let call = 1; call < calls.count; call++) {
    const [start, end] = [startOf(call), endOf(call)];
    // A time that is not known is in no range.
    if (!calls.hasEnded(call) || !(start <= to && end >= from)) continue;
    const lane = `${instances[call]} ${threads[call]} ${depths[call]}`;
    const last = lanes.get(lane);
    const isInTrouble = calls.isInTrouble(call);
    if (last && columnOf(end) <= columnOf(last.to)) {
      last.calls++;
      last.to = Math.max(last.to, end);
      last.isInTrouble ||= isInTrouble;
      continue;
    }
    const [instance, thread, depth] = [instances[call], threads[call], depths[call]];
    const block = { instance, thread, depth, from: start, to: end, call, calls: 1, isInTrouble };
    lanes.set(lane, block);
    blocks.push(block);
  }
  const grown = growths.map(([step, call]) => (isTime ? (call === null ? Number.NaN : startOf(call)) : step));
  return { extent, untimed, blocks, growths: grown.filter(at => from <= at && at <= to) };
}
