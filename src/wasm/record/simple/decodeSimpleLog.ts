import { lastAtMost } from '../../../protocol/lastAtMost.ts';
import type { FoundWrite } from '../../../protocol/recording.ts';
import type { RecordingPlan } from '../../../protocol/recordingPlan.ts';
import type { Module } from '../../module.ts';
import type { LogVisitor } from '../accessVisitor.ts';
import { decodeEntry, entryRecord, firstNumber } from '../decodeEntries.ts';
import { decodeFixedRecord, fixedRecordBytes, stoppedFixedAccess } from '../fixedRecord.ts';
import { FoundWrites } from '../foundWrites.ts';
import type { LogDecoder, Stop } from '../logDecoder.ts';
import type { Sites } from '../sites.ts';
import { SITE_BYTES } from './simpleRecorder.ts';

export class SimpleLogDecoder implements LogDecoder {
  private readonly modules: { readonly module: Module; readonly plan: RecordingPlan; readonly sites: Sites }[] = [];
  private readonly firstNumbers: number[] = [];

  add(module: Module, plan: RecordingPlan, sites: Sites): void {
    this.modules.push({ module, plan, sites });
    this.firstNumbers.push(firstNumber(plan));
  }

  // A piece of this log tells of no more accesses than it has bytes for: no pause is needed.
  *decode(log: DataView, visitor: LogVisitor, stop: Stop | null, found: readonly FoundWrite[]): Generator<void> {
    const between = new FoundWrites(found, visitor);
    const numberAt = (at: number): number => (at + SITE_BYTES <= log.byteLength ? log.getUint32(at, true) : 0);
    let at = 0;
    for (let number = numberAt(at); number !== 0; ) {
      between.before(at);
      const index = lastAtMost(this.firstNumbers, number);
      const { module, plan, sites } = this.modules[index];
      const record = entryRecord(plan, number);
      if (record !== null) {
        at = decodeEntry(log, at + SITE_BYTES, record, module, visitor);
        number = numberAt(at);
        continue;
      }
      const site = sites.at(number - 1 - plan.numbersBefore);
      const next = at + SITE_BYTES + fixedRecordBytes(site.instruction);
      number = numberAt(next);
      // A record is written before its access: the last one may be of the access that trapped.
      const isStopped = number === 0 && stop?.module === index && site.offset === stop.offset;
      if (!isStopped) decodeFixedRecord(log, at + SITE_BYTES, site, visitor);
      else if (!module.memories[0].is64) visitor.stopped?.(stoppedFixedAccess(log, at + SITE_BYTES, site));
      at = next;
    }
    between.rest();
  }
}
