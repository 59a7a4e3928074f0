// Measures everything and prints one table. No number makes it fail; what could not be measured does.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, ROOT } from '../scripts/lib/project.ts';
import { packageExtension } from '../scripts/lib/vsix.ts';
import { measureBundleSizes } from './bundleSizes.ts';
import { makeEmptyExtension } from './emptyExtension.ts';
import { measureEngineDemo } from './engineDemo.ts';
import { measureFirstUse } from './firstUse.ts';
import { makeGuest } from './guests.ts';
import { measureHeapWatch } from './heapWatch.ts';
import { measureHistory } from './history.ts';
import { measureHugeMemory } from './hugeMemory.ts';
import { machineFacts } from './machine.ts';
import { DENSE_GUEST, measurePageReads } from './pageReads.ts';
import { measurePlainDemo } from './plainDemo.ts';
import { measureRealModule } from './realModules.ts';
import { measureRecordedCall } from './recordedCall.ts';
import { measureKernels, measureRewrite } from './recording.ts';
import { HUGE_GUEST, measureScrolling } from './scrolling.ts';
import { measureSharedState } from './sharedState.ts';
import { type Row, renderTable } from './table.ts';
import { OUT, Windows } from './windows.ts';

interface Measurement {
  readonly name: string;
  measure(): Row[] | Promise<Row[]>;
}

/** Measures one after the other: two at once would measure each other. */
async function measureAll(measurements: readonly Measurement[]): Promise<{ rows: Row[]; failures: number }> {
  const rows: Row[] = [];
  let failures = 0;
  for (const { name, measure } of measurements) {
    console.error(`measuring ${name} …`);
    try {
      rows.push(...(await measure()));
    } catch (error) {
      failures++;
      console.error(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { rows, failures };
}

/** Makes the folder that the windows open, with the guests that the measurements run in them. */
async function makeWorkspace(): Promise<string> {
  const folder = join(OUT, 'workspace');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'dense.wasm'), await makeGuest(DENSE_GUEST));
  writeFileSync(join(folder, 'huge.wasm'), await makeGuest(HUGE_GUEST));
  return folder;
}

await main(async () => {
  const facts = await machineFacts();
  rmSync(OUT, { recursive: true, force: true });
  const vsix = await packageExtension(); // builds for production: the bundles that are measured
  const workers = join(ROOT, 'dist');
  const guest = new Uint8Array(readFileSync(join(ROOT, 'dist', 'guest.wasm')));
  const folder = await makeWorkspace();
  const empty = ['empty-first', 'empty'].map(name => makeEmptyExtension(join(OUT, name), name));
  const windows = await Windows.open([ROOT, ...empty]);
  try {
    const plainDemo = measurePlainDemo(guest);
    const { rows, failures } = await measureAll([
      { name: 'activation and the demo', measure: () => measureFirstUse(windows, folder, plainDemo) },
      { name: 'the demo by the engine alone', measure: () => measureEngineDemo(guest, workers) },
      { name: 'bundle sizes', measure: () => measureBundleSizes(vsix) },
      { name: 'page reads', measure: () => measurePageReads(windows, folder) },
      { name: 'scrolling', measure: () => measureScrolling(windows, folder) },
      { name: 'recorded calls', measure: () => measureRecordedCall(workers) },
      { name: 'guests with 4 GiB', measure: measureHugeMemory },
      { name: 'recorded kernels', measure: measureKernels },
      { name: 'shared state', measure: measureSharedState },
      { name: 'the watch of the heap', measure: measureHeapWatch },
      { name: 'recorded queries of sql.js', measure: () => measureRealModule(workers) },
      { name: 'rewriting', measure: measureRewrite },
      { name: 'recorded history', measure: measureHistory },
    ]);
    console.log(`${facts}\n\n${renderTable(rows)}`);
    return failures > 0 ? 1 : 0;
  } finally {
    await windows.dispose();
  }
});
