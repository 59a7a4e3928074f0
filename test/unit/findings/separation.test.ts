// What is printed to separate two modules, applied: AssemblyScript's guests are built anew with it, and run over one memory with the other.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overlaps } from '../../../src/protocol/claimOverlaps.ts';
import { separate } from '../../../src/protocol/separation.ts';
import { commandLines } from '../../../src/protocol/separationTexts.ts';
import { claimsOf } from '../support/claims.ts';
import { findingsHere } from '../support/findings.ts';
import { ROOT, readGuest } from '../support/fixtures.ts';
import { eventsOfType, runHere } from '../support/runs.ts';

/** What is used of the compiler. Its own types would come with those of its standard library, which stand in the place of JavaScript's. */
interface Compiler {
  main(args: readonly string[], options: object): Promise<{ readonly error: Error | null; readonly stderr: object }>;
}
const load: (name: string) => Promise<Compiler> = name => import(name);
const asc = await load('assemblyscript/asc');

const built = new Map<string, Promise<Uint8Array>>();

/** As test/guests/build.sh builds it, with further options. */
function build(runtime: string, options: readonly string[]): Promise<Uint8Array> {
  const args = ['guest.ts', '-O2', '--runtime', runtime, '--importMemory', '--debug', ...options];
  const key = args.join(' ');
  const building = built.get(key) ?? compile(args);
  built.set(key, building);
  return building;
}

async function compile(args: readonly string[]): Promise<Uint8Array> {
  const source = readFileSync(join(ROOT, 'guest', 'demo.ts'), 'utf8');
  const files = new Map<string, Uint8Array | string>();
  const { error, stderr } = await asc.main([...args, '--outFile', 'guest.wasm'], {
    readFile: (name: string) => (name === 'guest.ts' ? source : null),
    writeFile: (name: string, contents: Uint8Array | string) => void files.set(name, contents),
    listFiles: () => [],
  });
  const bytes = files.get('guest.wasm');
  if (error || !(bytes instanceof Uint8Array)) throw new Error(stderr.toString());
  return bytes;
}

const RUNTIME = /^demo\/assemblyscript-(stub|minimal|incremental)$/;

/** The modules, of which those that have to lie elsewhere are built anew with what is printed for asc. */
async function separated(names: readonly string[]): Promise<Uint8Array[]> {
  const claims = names.map(name => claimsOf(readGuest(name)));
  return Promise.all(
    separate(claims).map(async ({ placement }, index) => {
      if (placement.kind === 'stays') return readGuest(names[index]);
      const [, runtime] = RUNTIME.exec(names[index]) ?? [];
      expect([placement.kind, runtime], names[index]).toEqual(['moves', expect.any(String)]);
      const [line] = placement.kind === 'moves' ? commandLines(placement.by) : [];
      const [tool, ...options] = line.text.split(' ');
      expect(tool).toBe('asc');
      return build(runtime, options);
    }),
  );
}

const [STUB, MINIMAL, INCREMENTAL] = ['stub', 'minimal', 'incremental'].map(each => `demo/assemblyscript-${each}`);

describe('modules that were linked anew as printed', () => {
  it.each([
    [STUB, MINIMAL],
    [MINIMAL, STUB],
    [STUB, INCREMENTAL],
    [MINIMAL, INCREMENTAL],
    ['demo/c', STUB],
    ['demo/c', MINIMAL],
    ['demo/wasi-reactor', MINIMAL],
    ['demo/rust', INCREMENTAL],
    ['demo/c', STUB, INCREMENTAL],
  ])('do not meet: %s, %s', async (...names) => {
    const guests = await separated(names.filter(name => name !== undefined));
    for (const late of [0, guests.length - 1])
      for (const order of [guests, [...guests].reverse()]) {
        const run = runHere(order, { late });
        const [{ problem }] = eventsOfType(run.events, 'finished');
        expect([problem, await findingsHere(run)]).toEqual([null, []]);
      }
    // Heaps have no end that a module tells: all else of what they claim is apart.
    const claimants = guests.map((bytes, module) => ({
      module,
      claims: claimsOf(bytes).claims.filter(({ kind }) => kind !== 'heap'),
    }));
    expect(overlaps(claimants)).toEqual([]);
  });

  it('meet where they were not: the printed base is what separates them', async () => {
    const late = runHere([readGuest(STUB), await build('minimal', [])], { late: 1 });
    expect((await findingsHere(late)).map(({ kind }) => kind)).toEqual(['static-overlap', 'foreign-write']);
  });
});
