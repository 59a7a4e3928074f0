// Random modules, with and without recording. `npm run differential` made them, and compares as many as one likes.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compareRuns } from '../../../differential/compareRuns.ts';
import { unpack } from '../../../differential/randomModules.ts';

const FILE = fileURLToPath(new URL('../../../differential/modules.gz', import.meta.url));
const modules = unpack(gunzipSync(readFileSync(FILE)));

test('there are modules, they access memory, and several instances of some can be compared with one', () => {
  expect(modules.length).toBeGreaterThanOrEqual(200);
  const compared = modules.slice(0, 20).map(bytes => compareRuns(bytes));
  expect(compared.reduce((sum, { accesses }) => sum + accesses, 0)).toBeGreaterThan(20);
  expect(compared.filter(({ severalCompared }) => severalCompared).length).toBeGreaterThan(2);
});

test.each(modules.map((bytes, index) => ({ bytes, index })))(
  'module $index behaves the same when it is recorded',
  ({ bytes }) => {
    const { differences, skipped } = compareRuns(bytes);
    expect(skipped).toBeNull();
    expect(differences).toEqual([]);
  },
);
