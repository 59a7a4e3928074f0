// The code around the instruction that wrote a byte: of a run, and of its file once it is opened; what wabt prints at that offset.
import { expect, it, onTestFinished } from 'vitest';
import type { Recording } from '../../../src/engine/client.ts';
import { openRecording } from '../../../src/engine/client.ts';
import { writerOf } from '../../../src/protocol/access.ts';
import { address, type Step } from '../../../src/protocol/units.ts';
import { CodeOfModules } from '../../../src/recording/codeOfModules.ts';
import { readGuest, WORKERS } from '../support/fixtures.ts';
import { start } from '../support/runs.ts';
import { assemble, disassemble } from '../support/wabt.ts';

/** The code around what last wrote the byte at the demo's value. */
async function aroundWriter(recording: Recording, at: number, step: Step) {
  const site = writerOf(await recording.ask('lastChange', { step, address: address(at) }));
  if (!site) throw new Error('no instruction wrote the byte');
  const { module, offset } = site;
  return { site, code: await recording.ask('codeAround', { module, offset, around: 3 }) };
}

it('is there in a run, and in its file', async () => {
  const run = start('demo/wat');
  onTestFinished(() => run.dispose());
  const { watch, lastStep } = await run.done;
  if (!watch) throw new Error('the demo watches a value');
  const live = await aroundWriter(run.recording, watch.address, lastStep);
  const marked = live.code?.lines[live.code.marked];
  expect(marked?.offset).toBe(live.site.offset);
  const theirs = disassemble(readGuest('demo/wat')).get(live.site.offset) ?? '';
  expect(theirs.split(' ')[0]).toBe(live.site.instruction);
  expect(marked?.text.split(' ')[0]).toBe(live.site.instruction);
  expect(live.code?.function).toBe(live.site.functionIndex);

  const opened = await openRecording(await run.recording.exportFile(), WORKERS);
  onTestFinished(() => opened.dispose());
  expect((await aroundWriter(opened.recording, watch.address, lastStep)).code).toEqual(live.code);
});

const bytes = assemble('(module (memory 1) (func (export "f") (i32.store (i32.const 4) (i32.const 5)) nop nop))');
const store = [...disassemble(bytes)].find(([, text]) => text.startsWith('i32.store'))?.[0] ?? 0;

it('ends where the function does', () => {
  const around = (lines: number) => {
    const found = new CodeOfModules(() => [bytes]).around(0, store, lines);
    return found?.lines.map(({ text }, i) => (i === found.marked ? `> ${text}` : text));
  };
  expect(around(0)).toEqual(['> i32.store']);
  expect(around(1)).toEqual(['i32.const 5', '> i32.store', 'nop']);
  expect(around(9)).toEqual([
    '(func $f (;0;) (type 0)',
    'i32.const 4',
    'i32.const 5',
    '> i32.store',
    'nop',
    'nop',
    ')',
  ]);
});

it('is nothing where no code is known', () => {
  expect(new CodeOfModules(() => []).around(0, store, 3)).toBeNull();
  expect(new CodeOfModules(() => [bytes]).around(1, store, 3)).toBeNull();
  expect(new CodeOfModules(() => [bytes]).around(0, 2, 3)).toBeNull();
});
