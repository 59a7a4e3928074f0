// What the page on the compact log shows is what happens.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import wabtFactory from 'wabt';
import { readModule } from '../../../../../src/wasm/module.ts';
import { FunctionPlanner } from '../../../../../src/wasm/record/compact/functionPlan.ts';
import { decodeLog, logReader } from '../../../../../src/wasm/record/decodeLog.ts';
import { ADDED_IMPORTS } from '../../../../../src/wasm/record/logFormat.ts';
import { recordAccesses } from '../../../../../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../../../../../src/wire/accessLog.ts';
import { ROOT } from '../../../support/fixtures.ts';
import { callExport } from '../../../support/instances.ts';
import { AccessLines, assemble } from '../recordedRun.ts';

const PAGE = readFileSync(join(ROOT, 'src', 'wasm', 'record', 'compact', 'README.md'), 'utf8');

function block(title: string): string {
  const found = new RegExp(`\`\`\`${title}\n([\\s\\S]*?)\n\`\`\``).exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`the page has no block '${title}'`);
  return found;
}

/** How the page calls what wabt names by its index. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/wasm-shared-memory\./g, ''],
  [/\$p0/g, '$to'],
  [/\$p1/g, '$value'],
  [/\$l2/g, '$position'],
  [/\$l3/g, '$operand'],
  [/\$l4/g, '$counter'],
];
const oneLine = (text: string): string => text.replace(/;;.*/g, '').replace(/\s+/g, ' ').replace(/ \)/g, ')').trim();

const guest = readModule(await assemble(block('wat guest')));
const recorded = recordAccesses(guest, { level: 'stores' });

test('the rewritten function', async () => {
  const wabt = await wabtFactory();
  // wabt's type of its features does not know all of them.
  const options = { multi_memory: true, threads: true, readDebugNames: true };
  const module = wabt.readWasm(recorded.bytes.slice(), options);
  module.generateNames();
  module.applyNames();
  const text = module.toText({ foldExprs: true, inlineExport: false });
  const named = NAMES.reduce((result, [pattern, name]) => result.replace(pattern, name), text);
  expect(oneLine(named)).toContain(oneLine(block('wat rewritten')));
});

test('the bytes of the log, and what the reader computes', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: recorded.maximum, shared: true });
  const imports: WebAssembly.Imports = { [recorded.addedImports]: { [ADDED_IMPORTS.memory]: memory } };
  const pieces: Buffer[] = [];
  const lines = new AccessLines();
  const reader = logReader(guest, recorded.plan);
  const log = new AccessLog(records => {
    pieces.push(Buffer.from(records));
    decodeLog(reader, records, lines);
  });
  log.addImports(imports, recorded.addedImports);
  callExport(new WebAssembly.Instance(new WebAssembly.Module(recorded.bytes), imports).exports, 'fill', 1012, 7);
  log.flush();
  expect(Buffer.concat(pieces).toString('hex')).toBe(block('hex').replace(/\s/g, ''));
  expect(lines.lines).toEqual(block('accesses').split('\n'));
});

test('the segments of the function as they are planned for reading', () => {
  const planner = new FunctionPlanner(guest, recorded.plan, logReader(guest, recorded.plan).sites);
  const segments = [...planner.plan(0)].map(([number, { segment, start, end }]) => ({
    number,
    kind: segment.kind,
    size: segment.size,
    opcodes: [guest.bytes[start], guest.bytes[end]],
  }));
  expect(segments).toEqual([
    { number: 1, kind: 'straight', size: 7, opcodes: [0x20, 0x03] }, // from local.get up to loop
    { number: 2, kind: 'counted', size: 14, opcodes: [0x20, 0x0d] }, // up to br_if
    { number: 3, kind: 'counted', size: 14, opcodes: [0x20, 0x0d] },
  ]);
});
