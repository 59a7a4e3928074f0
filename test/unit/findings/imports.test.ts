// Allocators that nobody provides, allocators that meet where memory grew, and code that is not recorded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finding, severityOf } from '../../../src/protocol/finding.ts';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { findingsOfProgram } from '../support/recordedPrograms.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'imports-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs take a second or two, on a busy machine many. */
const PATIENCE_MS = 120_000;

let written = 0;

/** @param script has `memory`, of one page, and `make(imports)` */
async function findingsIn(wat: string, script: string) {
  const number = written++;
  const guest = join(folder, `guest-${number}.wasm`);
  writeFileSync(guest, assemble(wat));
  const file = join(folder, `program-${number}.mjs`);
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(readFileSync(${JSON.stringify(guest)}));
    const make = imports => new WebAssembly.Instance(module, { env: { memory, ...imports } }).exports;
    ${script}`,
  );
  return (await findingsOfProgram(file)).findings;
}

const told = (finding: Finding) => [
  finding.kind,
  severityOf(finding),
  finding.step,
  finding.call,
  finding.range && [finding.range.address, finding.range.length],
];

describe('an imported malloc', () => {
  const PLUGIN = `(module (import "env" "memory" (memory 1)) (import "env" "malloc" (func $malloc (param i32) (result i32)))
    (func (export "note") (param $value i32) (i32.store offset=8 (call $malloc (i32.const 64)) (local.get $value)))
    (func (export "reserve") (result i32) (call $malloc (i32.const 64))))`;

  it(
    'that is a stub gives address 0 for all blocks',
    async () => {
      const findings = await findingsIn(PLUGIN, 'const { note } = make({ malloc: () => 0 }); note(7); note(8);');
      expect(findings.map(told)).toEqual([['missing-import', 'error', 1, 1, [8, 4]]]);
      expect(findingWords(findings[0]).happened).toMatch(
        /^The module called malloc 2 times, and got address 0 each time: .*: #0 in note\+0x8 \(i32\.store\) stored 4 bytes at 0x8\.$/,
      );
    },
    PATIENCE_MS,
  );

  it(
    'of which the address is not used is a warning, and one that hands out blocks is nothing',
    async () => {
      const stub = 'const { reserve } = make({ malloc: () => 0 }); reserve();';
      expect((await findingsIn(PLUGIN, `${stub} reserve();`)).map(told)).toEqual([
        ['missing-import', 'warning', 0, 1, null],
      ]);
      // An allocator may refuse a block.
      expect(await findingsIn(PLUGIN, stub)).toEqual([]);
      const works =
        'let at = 1024; const { note, reserve } = make({ malloc: size => (at += size) - size }); note(7); reserve();';
      expect(await findingsIn(PLUGIN, works)).toEqual([]);
    },
    PATIENCE_MS,
  );
});

it(
  'two allocators take the same pages that memory grew by',
  async () => {
    // One takes what lies behind its own blocks, from 0x400 on, where memory has room; the other one what memory grows by.
    const findings = await findingsIn(
      `(module (import "env" "memory" (memory 1)) (import "env" "grows" (global $grows i32))
        (global $~lib/rt/stub/offset (mut i32) (i32.const 0x400))
        (func (export "malloc") (param $size i32) (result i32)
          (if (global.get $grows) (then (return (i32.shl (memory.grow (i32.const 1)) (i32.const 16)))))
          (global.set $~lib/rt/stub/offset (i32.add (global.get $~lib/rt/stub/offset) (local.get $size)))
          (i32.sub (global.get $~lib/rt/stub/offset) (local.get $size))))`,
      `const a = make({ grows: 0 }), b = make({ grows: 1 });
      a.malloc(0xfc00); b.malloc(0x80); a.malloc(0x100);`,
    );
    // The making of #1 is call 1. 0x400 + 0xfc00 = 0x10000, where the page begins that #1 made memory grow by, in step 1.
    expect(findings.map(told)).toEqual([['grow-collision', 'error', 1, 4, [0x10000, 0x80]]]);
    expect(findings.map(({ details }) => details)).toMatchObject([
      { first: { index: 3, instance: 1 }, again: { index: 4, instance: 0 }, grow: { pages: 1, step: 1 } },
    ]);
    expect(findingWords(findings[0]).happened).toContain(
      'These bytes are there since #1 in malloc+0x7 (memory.grow) made memory grow from 1 to 2 pages at step 1: ',
    );
  },
  PATIENCE_MS,
);
