// What may be asked: where there are many findings, all of their calls are named.
import { expect, it } from 'vitest';
import { EVERY_CALL } from '../../../src/protocol/call.ts';
import { paramsOf } from '../../../src/protocol/queries.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';
import { serviceOf } from '../support/service.ts';

it('a trace of which 40,000 calls have findings: each of them has a row, and the others are folded', async () => {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  // The first 40,000 calls have findings, and 1000 more have none.
  for (let i = 0; i < 41_000; i++) {
    store.beginCall(newCall());
    store.endCall(0, outcome(), null);
  }
  const found = Array.from({ length: 40_000 }, (_, i) => i + 1);
  const folding = { unfolded: [], apart: found };
  const asked = { from: 39_999, count: 5, filter: EVERY_CALL, folding };
  const rows = await serviceOf(store).handlers().traceRows(paramsOf('traceRows')(asked, 'it'));
  expect(rows.total).toBe(40_001);
  expect(rows.rows).toMatchObject([
    { kind: 'call', call: { index: 40_000 } },
    { kind: 'folded', call: { index: 40_001 }, run: { calls: 1000 } },
  ]);
  const only = { from: 0, count: 0, filter: { ...EVERY_CALL, only: found } };
  expect(paramsOf('calls')(only, 'it')).toEqual(only);
});
