import { describe, expect, it } from 'vitest';
import { lookAt, type Run } from '../../../src/engine/client.ts';
import { readStaticMemory } from '../../../src/engine/lookAt.ts';
import { address, pageIndex, step } from '../../../src/protocol/units.ts';
import { demoNames, fixturesThat, readGuest } from '../support/fixtures.ts';
import { eventsOf, eventsOfType, memoryAt } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

const memoryOf = (run: Run): Buffer => memoryAt(run, step(0), run.snapshot.initialMemoryBytes ?? 0);

describe('a file that is only read', () => {
  it('shows what its data segments put into memory, the later over the earlier', () => {
    const run = lookAt(
      assemble(`(module (memory 2)
        (data (i32.const 4090) "abcdefghij")
        (data (i32.const 4094) "XY")
        (data "passive"))`),
    );
    expect(run.snapshot).toMatchObject({
      status: 'looked-at',
      problem: null,
      instances: 0,
      calls: [],
      expected: null,
      actual: null,
      firstStep: 0,
      lastStep: 0,
      initialMemoryBytes: 131_072,
    });
    const memory = memoryOf(run);
    expect(memory.subarray(4090, 4100).toString()).toBe('abcdXYghij');
    expect(memory.filter(byte => byte !== 0)).toHaveLength(10);
    expect(run.lastChange(step(0), address(4094))).toEqual({ kind: 'initial' });
    expect(run.lastChange(step(0), address(0))).toEqual({ kind: 'never' });
    expect(run.readPages(step(0), [pageIndex(5)])).toEqual([{ page: 5, bytes: null, changed: [] }]);
  });

  it('shows the part of a segment that fits', () => {
    const cut = assemble('(module (memory 1 1) (data (i32.const 65534) "abcd"))');
    const run = lookAt(cut);
    expect([...readStaticMemory(cut).changes.pages]).toEqual([15]); // none behind the end
    expect(memoryOf(run).subarray(65_532).toString('latin1')).toBe('\0\0ab');
    expect(lookAt(assemble('(module (memory 1 1) (data (i32.const 70000) "abcd"))')).snapshot.status).toBe('looked-at');
  });

  // A start function writes too: this one's copies passive segments.
  it.each(demoNames.filter(name => name !== 'demo/c-shared-memory'))('%s shows what instantiating puts there', name => {
    const run = lookAt(readGuest(name));
    const [{ changes, memoryBytes }] = eventsOfType(eventsOf(name, 1), 'instantiated');
    const instantiated = Buffer.alloc(memoryBytes);
    changes.pages.forEach((page, i) => {
      instantiated.set(changes.contents.subarray(i * 4096, (i + 1) * 4096), page * 4096);
    });
    expect(memoryOf(run).equals(instantiated)).toBe(true);
  });

  it('is no run: done at once, never cancelled', async () => {
    const run = lookAt(readGuest('demo/wat'));
    run.cancel();
    run.onDidChange(() => expect.unreachable()).dispose();
    expect(await run.done).toBe(run.snapshot);
    run.dispose();
    expect(() => run.readPages(step(0), [pageIndex(0)])).toThrow(RangeError);
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
