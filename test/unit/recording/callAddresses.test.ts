// Which integers of a call's row are addresses, and which are no more than numbers: worked out by hand from what is written where.
import { describe, expect, it } from 'vitest';
import { EVERY_CALL, type WasmValue } from '../../../src/protocol/call.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { step } from '../../../src/protocol/units.ts';
import { CallAddresses } from '../../../src/recording/callAddresses.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';
import { serviceOf } from '../support/service.ts';
import { assemble } from '../support/wabt.ts';

const NOTHING = { pages: new Uint32Array(0), contents: new Uint8Array(0) };
const A = OWNER_CODE.firstInstance;

/** Almost 4 GiB, in which 0x400 … 0x40f are data that is zero, and #0 has written 4 bytes at each of some addresses. */
function storeOf(...written: readonly number[]): RecordingStore {
  const store = new RecordingStore();
  store.begin(NOTHING, 65_535 * 65_536, [[0x400, 16]]);
  for (const at of written) store.write(A, 1, at, 4, Uint8Array.of(1, 2, 3, 4));
  return store;
}

const MODULE = assemble(`(module
  (func (export "put") (param i32 i32) (result i32) local.get 0)
  (func (export "scale") (param f64 i32) (result f32) f32.const 0)
  (func (export "wide") (param i64)))`);

const MODULE_64 = assemble(`(module (memory i64 1) (func (export "put") (param i64 i32)))`);

const instances = [0, 1].map(module => ({ module, call: null, step: step(0) }));

const addressesIn = (store: RecordingStore) =>
  new CallAddresses(
    store.pages,
    () => [MODULE, MODULE_64],
    () => instances,
  );

const among = (store: RecordingStore, name: string, args: readonly WasmValue[], results: readonly WasmValue[] = []) =>
  addressesIn(store).of({ instance: 0, function: name, args, results });

describe('an integer of a call', () => {
  it('is an address where somebody has written, or data lies', () => {
    expect(among(storeOf(0x548), 'put', [0x548, 350], [0x404])).toEqual([0x548, 0x404]);
  });

  it('is none where nobody has written within 16 bytes', () => {
    // 0x548 … 0x54b are written: 0x539 is the first address whose next 16 bytes reach there, 0x55b the last whose 16 bytes before do.
    const near = [0x538, 0x539, 0x55b, 0x55c].map(at => among(storeOf(0x548), 'put', [at, 0]));
    expect(near).toEqual([[], [0x539], [0x55b], []]);
  });

  it('is none where it is small, whatever lies there', () => {
    expect(among(storeOf(0xfc, 0x100), 'put', [0xfc, 0x100])).toEqual([0x100]);
  });

  it('is told unsigned: an i32 of 2 GiB and more is negative', () => {
    expect(among(storeOf(0x9000_0010), 'put', [0x9000_0010 | 0, 7])).toEqual([0x9000_0010]);
  });

  it('is none where its type is another one than i32', () => {
    expect(among(storeOf(0x548), 'scale', [0x548, 0x549], [0x54a])).toEqual([0x549]);
    expect(among(storeOf(0x548), 'wide', [String(0x548)])).toEqual([]);
  });

  it('is one as an i64 where memory has addresses of 64 bits', () => {
    const call = { instance: 1, function: 'put', args: [String(0x548), 0x548], results: [] };
    expect(addressesIn(storeOf(0x548)).of(call)).toEqual([0x548]);
    expect(addressesIn(storeOf(0x548)).of({ ...call, args: ['-1', 0x549] })).toEqual([]);
  });

  it('may be one where the function is not known', () => {
    expect(among(storeOf(0x548), 'other', [0x548, 0.5, 'NaN', 350])).toEqual([0x548]);
  });
});

it('a row has its addresses, once they are written', async () => {
  const store = storeOf();
  store.beginCall(newCall({ args: [0x900, 350] }));
  store.endCall(0, outcome(), null);
  const rows = async () =>
    (await serviceOf(store).handlers().traceRows({ from: 0, count: 9, filter: EVERY_CALL })).rows;
  expect(await rows()).toMatchObject([{ kind: 'call', addresses: [] }]);
  store.write(A, 1, 0x900, 4, Uint8Array.of(1, 2, 3, 4));
  expect(await rows()).toMatchObject([{ kind: 'call', addresses: [0x900] }]);
});
