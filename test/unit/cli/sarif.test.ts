// SARIF, held to what the standard asks of a result: https://docs.oasis-open.org/sarif/sarif/v2.1.0/, 3.27.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { ROOT } from '../support/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-sarif-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DEAD = join(ROOT, 'test', 'guests', 'print', 'dead-stack.wasm');
const WAT = join(ROOT, 'test', 'guests', 'demo', 'wat.wasm');
const out = join(folder, 'out.sarif');
const written = () => JSON.parse(readFileSync(out, 'utf8'));

describe('SARIF', () => {
  it('has a rule for each kind that was found, and a result at the instruction', async () => {
    const { code } = await cli('find', DEAD, '--sarif', out);
    expect(code).toBe(1);
    const { version, runs } = written();
    expect([version, runs.length, runs[0].tool.driver.name]).toEqual(['2.1.0', 1, 'wasm-shared-memory']);
    expect(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['dead-stack-pointer']);
    const [result] = runs[0].results;
    expect(result).toMatchObject({ ruleId: 'dead-stack-pointer', ruleIndex: 0, level: 'error', occurrenceCount: 1 });
    expect(result.message.text).toMatch(
      /^An address in a dead stack frame is in use\. Call 1, alloc_11 on #0, .* What to do: Return /s,
    );
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    expect(artifactLocation.uri).toBe(pathToFileURL(DEAD).href);
    // An i32.store (0x36) of that file.
    expect(readFileSync(DEAD)[region.byteOffset]).toBe(0x36);
    expect(result.locations[0].logicalLocations).toEqual([{ name: 'alloc_11', kind: 'function' }]);
  });

  it('of a run that is as it should be has no results', async () => {
    expect((await cli('run', WAT, '--sarif', out)).code).toBe(0);
    expect(written().runs[0]).toMatchObject({ results: [], tool: { driver: { rules: [] } } });
  });

  it('is not written where findings are not looked for, over its input, or where there is no folder', async () => {
    const off = await cli('run', WAT, '--sarif', out, '--findings', 'off');
    expect([off.code, off.stderr]).toEqual([
      2,
      expect.stringContaining('--sarif has nothing to write with --findings off.'),
    ]);
    const over = await cli('find', WAT, '--sarif', WAT);
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining(`it would take the place of ${WAT}`)]);
    const gone = await cli('find', WAT, '--sarif', join(folder, 'gone', 'out.sarif'));
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('there is no such folder')]);
  });
});
