import { RecordingStore } from '../src/recording/recordingStore.ts';
import { RecordingReader } from '../src/recording/recordingReader.ts';
import { writeRecording } from '../src/recording/file/writeRecording.ts';
import { readRecording } from '../src/recording/file/readRecording.ts';
import { step, address, pageIndex } from '../src/protocol/units.ts';
import { MIX, recordKernels } from './historyWorkload.ts';
const t = (n: string, f: () => any) => { const s = performance.now(); const r = f(); console.log(n, (performance.now() - s).toFixed(1), 'ms', r ?? ''); return r; };
let x = 1; const rnd = (n: number) => { x = (Math.imul(x, 1664525) + 1013904223) >>> 0; return Math.floor(x / 2 ** 32 * n); };
const none = { pages: new Uint32Array(0), contents: new Uint8Array(0) };
{
  const s = new RecordingStore(); s.begin(none, 64 << 20); const b = new Uint8Array(4); const d = new DataView(b.buffer);
  s.beginCall();
  t('5M random stores over 64 MiB', () => { for (let i = 0; i < 5e6; i++) { d.setUint32(0, rnd(2 ** 32)); s.write(4, i % 50, rnd((64 << 20) - 4), 4, b); } });
  console.log('MB/M', s.keptBytes / 5e6);
  const r = new RecordingReader(s); const q: number[] = [], w: number[] = [];
  for (let i = 0; i < 500; i++) { const at = step(rnd(5e6)), p = rnd(16384); let z = performance.now(); r.page(at, pageIndex(p)); q.push(performance.now() - z); z = performance.now(); r.lastWriter(at, address(p * 4096 + rnd(4096))); w.push(performance.now() - z); }
  for (const a of [q, w]) { a.sort((m, n) => m - n); console.log('median', a[250], 'worst', a[499]); }
  t('overview 16384 pages at mid', () => { r.overview(step(2.5e6), pageIndex(0), 16384); });
  t('overview 16384 pages at end', () => { r.overview(r.lastStep, pageIndex(0), 16384); });
  t('writtenPages', () => r.writtenPages({ after: step(1e6), upTo: step(1.001e6) }).length);
  t('endCall nothing changed? (all written pages compared)', () => s.endCall(none, 64 << 20));
}
{
  const s = new RecordingStore(); s.begin(none, 64 << 20); const c = new Uint8Array(64 << 20).map(() => rnd(256)); s.beginCall();
  t('fill 64 MiB x10', () => { for (let i = 0; i < 10; i++) s.write(4, 1, 0, 64 << 20, Uint8Array.of(i), 0, true); return s.keptBytes; });
  t('copy 64 MiB random x3', () => { for (let i = 0; i < 3; i++) s.write(4, 2, 0, 64 << 20, c); return s.keptBytes; });
  const r = new RecordingReader(s); t('page', () => { r.page(step(5), pageIndex(777)); }); t('writes of range', () => [...r.writesTo(address(0), 64 << 20, { after: step(0), upTo: r.lastStep })].length);
}
{
  const { store, writes } = recordKernels(MIX, 10e6); let n = 0; const parts: Uint8Array[] = [];
  t('export', () => { for (const p of writeRecording(store, { run: null, sites: [] })) { n += p.length; parts.push(p); } return n / writes; });
  const f = Buffer.concat(parts); const got = t('import', () => { const g = readRecording(f, () => null); return g; });
  console.log(got.store.lastStep, writes, Buffer.compare(got.store.readNow(0, 64 << 20), store.readNow(0, 64 << 20)));
  const r = new RecordingReader(store); t('accessesOfCall 200 rows', () => r.accessesOfCall(1, 1_000_000, 200).length); t('again', () => r.accessesOfCall(1, 1_000_200, 200).length); t('qsort 200', () => r.accessesOfCall(0, 500_000, 200).length);
}
