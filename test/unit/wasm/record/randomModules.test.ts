// Random modules, with and without recording. `npm run differential` made them, and compares as many as one likes.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { compareRuns } from '../../../differential/compareRuns.ts';
import { unpack } from '../../../differential/randomModules.ts';

const FILE = fileURLToPath(new URL('../../../differential/modules.gz', import.meta.url));
const modules = unpack(gunzipSync(readFileSync(FILE)));
let accesses = 0;

afterAll(() => {
  expect(modules.length).toBeGreaterThanOrEqual(200);
  expect(accesses).toBeGreaterThan(modules.length);
});

test.each(modules.map((bytes, index) => ({ bytes, index })))(
  'module $index behaves the same when it is recorded',
  ({ bytes, index }) => {
    const compared = compareRuns(bytes, [index % 2 === 0 ? 'all' : 'stores']);
    expect(compared.skipped).toBeNull();
    expect(compared.differences).toEqual([]);
    accesses += compared.accesses;
  },
);
