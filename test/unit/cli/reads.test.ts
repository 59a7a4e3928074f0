// `who --all --reads`: what a memory.copy reads is read, as what a load does. The offset is that which wasm-objdump -d has of the file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cli, lines } from '../support/cli.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-reads-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a memory.copy reads, once for each page of 4096 bytes, before it writes', async () => {
  writeFileSync(
    join(folder, 'copies.wasm'),
    assemble(`(module (memory (export "memory") 1) (data (i32.const 16) "secret")
      (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))`),
  );
  const script = join(folder, 'copies.cjs');
  writeFileSync(
    script,
    `const { copy } = new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/copies.wasm'))).exports;
     copy(100, 16, 6); copy(8000, 10, 9000); copy(5, 5, 0);`,
  );
  const file = join(folder, 'copies.wsmrec');
  expect((await cli('record', script, '--record', 'all', '--export', file)).code).toBe(0);
  const asked = async (address: string) =>
    lines((await cli('who', file, '--address', address, '--length', '2', '--all', '--reads')).stdout);
  expect(await asked('0x12')).toEqual([
    '0x10: #0 in copy+0x7 (memory.copy) read, step 0, call 1, 6 bytes from 0x10, 73 65 63 72 65 74',
    '0xa: #0 in copy+0x7 (memory.copy) read, step 1, call 2, 4086 bytes from 0xa, 00 00 00 00 00 00 73 65 …',
  ]);
  // 10 + 9000 = 0x2332; 8000 = 0x1f40.
  expect(await asked('0x2331')).toEqual([
    expect.stringMatching(/^0x2000: .* read, step 1, call 2, 818 bytes from 0x2000, /),
    expect.stringMatching(/^0x1f40: .* wrote, step 2, call 2, 9000 bytes from 0x1f40, /),
  ]);
});
