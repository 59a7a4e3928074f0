// What making a further instance writes again: active segments, and what the start function fills.
import type { LateInstance, Rewrite } from '../../protocol/claims.ts';
import { rangeAt } from './places.ts';
import type { Reading } from './reading.ts';
import { zeroClaims } from './zeros.ts';

export function readLate(reading: Reading): LateInstance {
  const { segments, start } = reading;
  const ofSegments = segments.groups.map(
    ({ place, bytes, fill }): Rewrite => ({ by: 'segment', fill, ...rangeAt(place, bytes) }),
  );
  const ofStart = (start?.writes ?? []).map(
    ({ place, bytes, fill }): Rewrite => ({ by: 'start', fill, ...rangeAt(place, bytes) }),
  );
  return {
    rewrites: [...ofSegments, ...ofStart],
    cutAtZeros: segments.cutAtZeros,
    once: start !== null && start.flag !== null,
    keepsZeros: zeroClaims(reading).length > 0,
  };
}
