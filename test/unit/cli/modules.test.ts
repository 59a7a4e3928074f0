// What the terminal says of a recorded program of several modules: of which one an instance is.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, lines } from '../support/cli.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-modules-'));
const file = join(folder, 'program.wsmrec');
afterAll(() => rmSync(folder, { recursive: true }));

/** `beat` stores 1 at 0x800, and has the other module store 7 at 0x804: steps 1 and 2. */
const KIT = `(module (import "env" "memory" (memory 1)) (import "env" "hit" (func $hit))
  (func (export "beat") (i32.store8 (i32.const 0x800) (i32.const 1)) (call $hit)))`;
const DRUMS = `(module (import "env" "memory" (memory 1))
  (func (export "hit") (i32.store8 (i32.const 0x804) (i32.const 7))))`;

/** A module's label, whatever the recording has to make it of: its file, or else its export. */
const of = (name: string, only: string) => `(?:${name}\\.wasm|${only})`;
const [KIT_NAME, DRUMS_NAME] = [of('kit', 'beat'), of('drums', 'hit')];

beforeAll(async () => {
  writeFileSync(join(folder, 'kit.wasm'), assemble(KIT));
  writeFileSync(join(folder, 'drums.wasm'), assemble(DRUMS));
  const script = join(folder, 'program.cjs');
  writeFileSync(
    script,
    `const memory = new WebAssembly.Memory({ initial: 1 });
     const make = (name, env = {}) => new WebAssembly.Instance(
       new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/' + name)), { env: { memory, ...env } }).exports;
     make('kit.wasm', make('drums.wasm')).beat();`,
  );
  const { code, stderr } = await cli('record', script, '--export', file);
  expect([code, stderr]).toEqual([0, expect.stringContaining('recorded')]);
});

it('who: the instance with its module', async () => {
  const { stdout } = await cli('who', file, '--address', '0x804');
  expect(stdout).toMatch(
    new RegExp(`^0x804 at step 2: #0 \\(${DRUMS_NAME}\\) in hit\\+0x\\w+ \\(i32\\.store8\\), step 2`),
  );
  const all = await cli('who', file, '--address', '0x800', '--length', '8', '--all');
  expect(lines(all.stdout)).toEqual([
    expect.stringMatching(new RegExp(`^0x800: #1 \\(${KIT_NAME}\\) in beat`)),
    expect.stringMatching(new RegExp(`^0x804: #0 \\(${DRUMS_NAME}\\) in hit`)),
  ]);
});

it('dump: behind the rows', async () => {
  const { stdout } = await cli('dump', file, '--address', '0x800', '--length', '16');
  expect(lines(stdout)[0]).toMatch(new RegExp(`#1 \\(${KIT_NAME}\\) 0, #0 \\(${DRUMS_NAME}\\) 4$`));
});

it('diff: whose a byte became', async () => {
  const { stdout } = await cli('diff', file, '--step', '1');
  expect(lines(stdout)[2]).toMatch(
    new RegExp(`^0x804: 00 -> 07, never written -> #0 \\(${DRUMS_NAME}\\); last #0 \\(${DRUMS_NAME}\\) in hit`),
  );
});

it('trace: one track an instance, with the module in its name', async () => {
  const output = join(folder, 'trace.json');
  expect((await cli('trace', file, '--output', output)).code).toBe(0);
  const { traceEvents } = JSON.parse(readFileSync(output, 'utf8'));
  const tracks = traceEvents.filter(({ name }: { name: string }) => name === 'thread_name');
  expect(tracks.map(({ args }: { args: { name: string } }) => args.name)).toEqual([
    expect.stringMatching(new RegExp(`^#0 ${DRUMS_NAME}$`)),
    expect.stringMatching(new RegExp(`^#1 ${KIT_NAME}$`)),
  ]);
});
