import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readModule } from '../../../../src/wasm/module.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import type { Bytes } from '../../support/bytes.ts';
import { callExport } from '../../support/instances.ts';
import { check } from '../../support/property.ts';
import { type RandomModule, randomModule } from '../../support/randomModules.ts';

interface Call {
  readonly function: number;
  readonly args: readonly [number, number];
}

const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const calls: fc.Arbitrary<Call[]> = fc.array(fc.record({ function: fc.nat(2), args: fc.tuple(i32, i32) }), {
  maxLength: 6,
});

/** What the calls return, and what memory holds after them. */
function behaviour(bytes: Bytes, imports: WebAssembly.Imports, functions: number, calls: readonly Call[]) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  const results = calls.map(call => callExport(exports, `f${call.function % functions}`, ...call.args));
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('the memory is not exported');
  return { results, memory: Buffer.from(new Uint8Array(memory.buffer)) };
}

function plainImports({ importsMemory, limits }: RandomModule): WebAssembly.Imports {
  return { env: { base: 0, ...(importsMemory ? { memory: new WebAssembly.Memory(limits) } : {}) } };
}

it('leaves what a module does as it was', () => {
  check([randomModule, calls], 150, (random, calls) => {
    const rewritten = recordAccesses(readModule(random.bytes), { level: 'calls' });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: rewritten.maximum, shared: true });
    const { module, name } = rewritten.memoryImport;
    const imports: WebAssembly.Imports = { env: { base: 0 } };
    imports[module] = { ...imports[module], [name]: memory };

    const before = behaviour(random.bytes, plainImports(random), random.functions, calls);
    const after = behaviour(rewritten.bytes, imports, random.functions, calls);
    expect(after.results).toEqual(before.results);
    expect(after.memory.equals(before.memory)).toBe(true);
  });
});

it('is tested with modules that return various values, write to memory and grow it', () => {
  const samples = fc.sample(randomModule, { seed: 7, numRuns: 100 });
  const seen = samples.map(random =>
    behaviour(random.bytes, plainImports(random), random.functions, [{ function: 0, args: [3, 0x1234] }]),
  );
  expect(new Set(seen.map(({ results }) => results[0])).size).toBeGreaterThan(20);
  expect(seen.filter(({ memory }) => memory.some(byte => byte !== 0)).length).toBeGreaterThan(20);
  expect(seen.filter(({ memory }) => memory.length > 65_536).length).toBeGreaterThan(5);
});
