// A module without names, whose exports have one letter: its allocator is known by its code, and what goes wrong with its blocks is found.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { ROOT } from '../support/fixtures.ts';
import { findingsOfProgram } from '../support/recordedPrograms.ts';

const folder = mkdtempSync(join(tmpdir(), 'nameless-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs take a second or two, on a busy machine many. */
const PATIENCE_MS = 120_000;

let written = 0;
/** Two blocks of 16 bytes: dlmalloc keeps the size of the second one 20 bytes behind the start of the first. */
function findingsIn(script: string) {
  const file = join(folder, `program-${written++}.cjs`);
  const packed = JSON.stringify(join(ROOT, 'node_modules', '@bokuweb', 'zstd-wasm'));
  writeFileSync(
    file,
    `const { init } = require(${packed});
    const { Module } = require(${packed} + '/dist/common/module.js');
    init().then(() => {
      const [first, second] = [Module._malloc(16), Module._malloc(16)];
      const write = (at, length) => { Module.HEAPU8.fill(7, at, at + length); Module._ZSTD_isError(0); };
      ${script}
    });`,
  );
  return findingsOfProgram('--record', 'all', file);
}

describe('blocks of zstd', () => {
  it.each([
    ['are used as they should', 'write(first, 16); write(second, 16); Module._free(second); Module._free(first);', []],
    ['have an end', 'write(first, 24);', ['heap-overflow']],
    ['are freed once', 'Module._free(first); Module._free(second); Module._free(first);', ['double-free']],
    ['are not used behind that', 'Module._free(first); write(first, 16);', ['use-after-free']],
  ])(
    '%s',
    async (_, script, kinds) => {
      const { findings, names } = await findingsIn(script);
      expect(findings.map(({ kind }) => kind)).toEqual(kinds);
      // The glue calls its export `s`.
      for (const finding of findings)
        expect(findingWords(finding, names).happened).toContain(
          'of 16 bytes at 0x12ba8 that malloc in call 2, s on #0',
        );
    },
    PATIENCE_MS,
  );
});
