// What a run does before its first call, in sentences.
import type { RunPhase } from '../../src/protocol/run.ts';

/** For example `Instance #1 of 3 is being made, for 12 s now. …` @param now in milliseconds since the epoch */
export function phaseText({ kind, instance, since, limit }: RunPhase, instances: number, now: number): string {
  const seconds = Math.floor(Math.max(0, now - since) / 1000);
  const lasting = seconds > 0 ? `, for ${seconds} s now` : '';
  switch (kind) {
    case 'preparing':
      return `The module is read and compiled, and memory is asked for${lasting}. This does not count towards the time limit of ${limit} s.`;
    case 'making':
      return `Instance #${instance} (of ${instances}) is being made: data segments are put into memory, and its start function runs${lasting}. The time limit of ${limit} s counts this, and calls; not what the recording takes.`;
    case 'reading':
      return `All instances are made, and memory is read for step 0${lasting}. This does not count towards the time limit of ${limit} s.`;
  }
}
