import { describe, expect, it } from 'vitest';
import { accessorText } from '../../../src/protocol/access.ts';
import { InstanceNames, moduleLabels, NUMBERS_ALONE } from '../../../src/protocol/instanceNames.ts';
import { ownerName } from '../../../src/protocol/owner.ts';
import type { ExportSummary, ModuleSummary } from '../../../src/protocol/run.ts';
import { step } from '../../../src/protocol/units.ts';

const moduleOf = (name: string, exports: readonly ExportSummary[]): ModuleSummary => ({
  name,
  sha256: '00'.repeat(32),
  instanceState: 'separate',
  size: 85,
  memory: { kind: 'imported', minimum: 1, maximum: null, shared: false, pages: 1 },
  imports: [],
  exports,
});
const file = (name: string) => moduleOf(name, exported('run'));
const exported = (...names: string[]): ExportSummary[] =>
  names.map(name => ({ name, kind: name === 'memory' ? 'memory' : 'function', type: '() -> ()' }));
const described = (...names: string[]) =>
  moduleOf(`the module of 85 bytes that exports ${names.join(', ') || 'nothing'}`, exported(...names));

describe('labels of modules', () => {
  it.each([
    ['files, without their folders', [file('kit/drums.wasm'), file('C:\\kit\\bass.wasm')], ['drums.wasm', 'bass.wasm']],
    [
      'files of one name, with as many folders as tell them apart',
      [file('a/kit/drums.wasm'), file('b/kit/drums.wasm')],
      ['a/kit/drums.wasm', 'b/kit/drums.wasm'],
    ],
    [
      'files that nothing tells apart',
      [file('a.wasm'), file('a.wasm'), file('a.wasm')],
      ['a.wasm', 'a.wasm 2', 'a.wasm 3'],
    ],
    ['modules without a file, by their first export', [described('hit', 'roll'), described('play')], ['hit', 'play']],
    [
      'by further exports where the first is another’s, too',
      [described('run', 'hit'), described('run', 'bow')],
      ['run, hit', 'run, bow'],
    ],
    [
      'not by what every compiler exports, nor by the memory',
      [described('memory', '__wasm_call_ctors', 'malloc', 'parse'), file('b.wasm')],
      ['parse', 'b.wasm'],
    ],
    [
      'by that, where there is nothing else',
      [described('__wasm_call_ctors'), file('b.wasm')],
      ['__wasm_call_ctors', 'b.wasm'],
    ],
    ['modules that export nothing, by their place', [described(), described()], ['module[0]', 'module[1]']],
  ])('%s', (_, modules, labels) => expect(moduleLabels(modules)).toEqual(labels));
});

describe('instances', () => {
  const instance = (module: number) => ({ module, call: null, step: step(0) });
  const names = InstanceNames.of({
    modules: [file('kit.wasm'), file('drums.wasm')],
    instances: [instance(0), instance(1), instance(1)],
  });

  it('have the label of their module', () => {
    expect([names.name(0), names.title(2), names.module(1)]).toEqual(['#0 (kit.wasm)', '#2 drums.wasm', 'drums.wasm']);
    expect([names.instancesOf(1), names.areSeveral]).toEqual([[1, 2], true]);
    expect(names.name(3)).toBe('#3'); // not made yet
  });

  it('are their numbers alone where there is one module', () => {
    const one = InstanceNames.of({ modules: [file('kit.wasm')], instances: [instance(0)] });
    expect([one.name(0), one.title(0), one.module(0), one.areSeveral]).toEqual(['#0', '#0', null, false]);
    expect(NUMBERS_ALONE.name(2)).toBe('#2');
  });

  it('are owners with their modules; others are of no module', () => {
    expect(ownerName({ kind: 'instance', instance: 2 }, names)).toBe('#2 (drums.wasm)');
    expect(ownerName({ kind: 'host' }, names)).toBe('host');
  });

  it('call imports of their modules', () => {
    const by = { module: 1, from: 'env', name: 'read' };
    const access = { access: 1, step: step(1), call: 1, site: null, segment: null, import: by, between: null };
    const grow = { ...access, kind: 'grow', owner: { kind: 'host' }, pages: 1, memoryBytes: 65_536 } as const;
    expect(accessorText(grow, names)).toBe('host, in import env.read of drums.wasm');
    expect(accessorText(grow)).toBe('host, in import env.read');
  });
});
