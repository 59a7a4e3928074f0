import { afterEach, describe, expect, it } from 'vitest';
import { lookAt as lookAtIn, type Run } from '../../../../src/engine/client.ts';
import { readStaticMemory } from '../../../../src/engine/input/lookAt.ts';
import { address, pageIndex, step } from '../../../../src/protocol/units.ts';
import { demoNames, fixturesThat, readGuest, WORKERS } from '../../support/fixtures.ts';
import { memoryAt, memoryOf, runHere } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

const runs: Run[] = [];
const lookAt = (bytes: Uint8Array): Run => {
  const run = lookAtIn(bytes, 'looked-at.wasm', WORKERS);
  runs.push(run);
  return run;
};

afterEach(() => {
  for (const run of runs.splice(0)) run.dispose();
});

describe('a file that is only read', () => {
  it('shows what its data segments put into memory, the later over the earlier', async () => {
    const run = lookAt(
      assemble(`(module (memory 2)
        (data (i32.const 4090) "abcdefghij")
        (data (i32.const 4094) "XY")
        (data "passive"))`),
    );
    expect(run.snapshot).toMatchObject({
      status: 'looked-at',
      problem: null,
      modules: [{ name: 'looked-at.wasm' }],
      instances: [],
      callCount: 0,
      verdict: null,
      watch: null,
      firstStep: 0,
      lastStep: 0,
      initialMemoryBytes: 131_072,
    });
    const memory = await memoryAt(run, step(0));
    expect(memory.subarray(4090, 4100).toString()).toBe('abcdXYghij');
    expect(memory.filter(byte => byte !== 0)).toHaveLength(10);
    expect(await run.recording.ask('lastChange', { step: step(0), address: address(4094) })).toEqual({
      kind: 'initial',
    });
    expect(await run.recording.ask('lastChange', { step: step(0), address: address(0) })).toEqual({ kind: 'never' });
    expect(await run.recording.ask('readPages', { step: step(0), pages: [pageIndex(5), pageIndex(0)] })).toEqual([
      { page: 5, bytes: null, changed: [], owners: null },
      { page: 0, bytes: expect.any(Uint8Array), changed: [], owners: expect.any(Uint8Array) },
    ]);
    expect(await run.recording.ask('describeStep', { step: step(0) })).toEqual({
      step: 0,
      memoryBytes: 131_072,
      access: null,
    });
  });

  it('shows data where a global of the module says that it lies, and not where an imported one does', async () => {
    const run = lookAt(
      assemble(`(module (import "env" "i" (global $imported i32)) (memory 2)
        (global $base i32 (i32.const 70000)) (global $next i32 (i32.add (global.get $base) (i32.const 8)))
        (data (global.get $next) "next") (data (global.get $imported) "unknown"))`),
    );
    const memory = await memoryAt(run, step(0));
    expect(memory.subarray(70_008, 70_012).toString()).toBe('next');
    expect(memory.filter(byte => byte !== 0)).toHaveLength(4);
  });

  it('shows the part of a segment that fits', async () => {
    const cut = assemble('(module (memory 1 1) (data (i32.const 65534) "abcd"))');
    const run = lookAt(cut);
    expect([...readStaticMemory(cut, 'cut.wasm').changes.pages]).toEqual([15]); // none behind the end
    expect((await memoryAt(run, step(0))).subarray(65_532).toString('latin1')).toBe('\0\0ab');
    expect(lookAt(assemble('(module (memory 1 1) (data (i32.const 70000) "abcd"))')).snapshot.status).toBe('looked-at');
  });

  // A start function writes too: this one's copies passive segments.
  it.each(demoNames.filter(name => name !== 'demo/c-shared-memory'))(
    '%s shows what instantiating puts there',
    async name => {
      const run = lookAt(readGuest(name));
      const { reader } = runHere(name, { instances: 1 });
      expect((await memoryAt(run, step(0))).equals(memoryOf(reader, step(0)))).toBe(true);
    },
  );

  it('is no run: done at once, never cancelled', async () => {
    const run = lookAt(readGuest('demo/wat'));
    run.cancel();
    run.onDidChange(() => expect.unreachable()).dispose();
    expect(await run.done).toBe(run.snapshot);
    run.dispose();
    await expect(run.recording.ask('readPages', { step: step(0), pages: [pageIndex(0)] })).rejects.toThrow(/closed/);
  });

  it('does not run the start function', () => {
    expect(lookAt(readGuest('misbehaving/loop-in-start')).snapshot.status).toBe('looked-at');
  });
});

describe('a file that can not be read', () => {
  const readable = ['malformed', 'unsupported-feature']; // V8 finds these, the reader need not
  const refused = fixturesThat('refused').filter(({ expectation }) => !readable.includes(expectation.problem));

  it.each(refused.map(({ name, expectation }) => [name, expectation] as const))('%s says why', (name, expectation) => {
    const { status, problem, initialMemoryBytes } = lookAt(readGuest(name)).snapshot;
    expect([status, problem?.kind, initialMemoryBytes]).toEqual(['rejected', expectation.problem, null]);
    expect(problem?.message).toMatch(expectation.message);
  });
});
