import { MIX, recordKernels } from './historyWorkload.ts';
const gc = (globalThis as any).gc; gc(); const a = process.memoryUsage();
const w: any = recordKernels(MIX, 10_000_000); w.raw = null; w.widths = null; w.memory = null; gc(); gc(); const b = process.memoryUsage();
const { store } = w; let st = 0, op = 0, se = 0, nb = 0, bs = 0;
for (const h of store.pages.values()) { for (const k of (h as any).blocks) { nb++; st += k.start?.bytes.length ?? 0; se += k.sealed?.bytes.length ?? 0; op += k.open ? k.open.heads.bytes.length + k.open.values.bytes.length : 0; } bs += (h as any).base?.bytes.length ?? 0; }
console.log({ writes: w.writes, kept: store.keptBytes, live: store.liveBytes, real: (b.arrayBuffers - a.arrayBuffers) + (b.heapUsed - a.heapUsed), ab: b.arrayBuffers - a.arrayBuffers, heap: b.heapUsed - a.heapUsed, pages: store.pages.size, images: st, sealed: se, open: op, blocks: nb, bases: bs, timeline: store.timeline.keptBytes });
