// What `who` says of each kind of answer; real ones are in who.test.ts.
import { describe, expect, it } from 'vitest';
import { type Answer, answerLines } from '../../../src/answers/lastWriterLines.ts';
import { whoDocument } from '../../../src/cli/lastWriter.ts';
import type { GrowView, LastChange, WriteView } from '../../../src/protocol/access.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { runSnapshot } from '../support/calls.ts';

const run = runSnapshot({ firstStep: step(4), lastStep: step(9) });

const answer = (change: LastChange | null, madeBy: Answer['madeBy'] = { kind: 'initial' }): Answer => ({
  address: address(0x548),
  step: step(7),
  memoryBytes: 65_536,
  change,
  madeBy,
});
const line = (change: LastChange) => answerLines(answer(change), run).join('\n');

/** Two bytes that the host wrote between calls, with what a test says of them. */
const write = (given: Partial<WriteView> = {}): LastChange => ({
  kind: 'write',
  write: {
    kind: 'write',
    access: 12,
    step: step(6),
    call: null,
    owner: { kind: 'host' },
    import: null,
    between: { after: 4, before: 5 },
    site: null,
    segment: null,
    address: address(0x548),
    length: 2,
    before: Uint8Array.of(0, 0),
    after: Uint8Array.of(0x0b, 0xff),
    since: null,
    isStale: false,
    ...given,
  },
});

describe('the line of', () => {
  it.each<[string, LastChange, string]>([
    [
      'a write of the host',
      write(),
      '0x548 at step 7: host, between calls 4 and 5, step 6, 2 bytes from 0x548, 00 00 -> 0b ff',
    ],
    [
      'a write of a host function',
      write({ call: 3, between: null, import: { module: 0, from: 'env', name: 'read' } }),
      '0x548 at step 7: host, in import env.read, step 6, call 3, 2 bytes from 0x548, 00 00 -> 0b ff',
    ],
    [
      'a write of the host that was found late',
      write({ since: step(2) }),
      '0x548 at step 7: host, between steps 2 and 6, step 6, 2 bytes from 0x548, 00 00 -> 0b ff',
    ],
    [
      'a write of the host before the first call',
      write({ between: { after: 0, before: 1 } }),
      '0x548 at step 7: host, before the first call, step 6, 2 bytes from 0x548, 00 00 -> 0b ff',
    ],
    [
      'a write of the host behind the last call',
      write({ between: { after: 9, before: null } }),
      '0x548 at step 7: host, after call 9, step 6, 2 bytes from 0x548, 00 00 -> 0b ff',
    ],
    [
      'a write over what the host may have written meanwhile',
      write({ owner: { kind: 'instance', instance: 1 }, call: 3, between: null, isStale: true }),
      '0x548 at step 7: #1, step 6, call 3, 2 bytes from 0x548, 00 00 (or what had been written there from outside by then) -> 0b ff',
    ],
    [
      'an unrecorded change',
      write({ owner: { kind: 'unrecorded' }, call: 3, length: 1, before: Uint8Array.of(1), after: Uint8Array.of(2) }),
      '0x548 at step 7: unrecorded, step 6, call 3, 1 byte from 0x548, 01 -> 02',
    ],
    ['initial data', { kind: 'initial' }, '0x548 at step 7: initial data'],
    ['a byte never written', { kind: 'never' }, '0x548 at step 7: never written'],
    ['a dropped write', { kind: 'dropped' }, '0x548 at step 7: written before step 4, from where on history is kept'],
  ])('%s', (_, change, text) => expect(line(change)).toBe(text));

  it('a long write shows its first eight bytes', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index);
    expect(line(write({ length: 100, before: new Uint8Array(64), after: bytes }))).toBe(
      '0x548 at step 7: host, between calls 4 and 5, step 6, 100 bytes from 0x548, 00 00 00 00 00 00 00 00 … -> 00 01 02 03 04 05 06 07 …',
    );
  });
});

describe('of a byte that memory did not have from the first on it is told', () => {
  const NEVER: LastChange = { kind: 'never' };
  const grow: GrowView = {
    kind: 'grow',
    access: 3,
    step: step(5),
    call: null,
    owner: { kind: 'host' },
    import: null,
    between: { after: 2, before: 3 },
    site: null,
    segment: null,
    pages: 2,
    memoryBytes: 3 * 65_536,
  };
  const lines = (change: LastChange | null, madeBy: Answer['madeBy']) => answerLines(answer(change, madeBy), run);

  it('which growth made it', () => {
    expect(lines(NEVER, { kind: 'growth', grow })).toEqual([
      '0x548 at step 7: never written',
      '0x548 exists since step 5: host, between calls 2 and 3 grew memory from 1 to 3 pages',
    ]);
    const byImport = { ...grow, call: 4, between: null, import: { module: 0, from: 'env', name: 'resize' } };
    expect(lines(NEVER, { kind: 'growth', grow: byImport })[1]).toBe(
      '0x548 exists since step 5: host, in import env.resize grew memory from 1 to 3 pages, call 4',
    );
  });

  it('that it was not there yet', () => {
    expect(lines(null, { kind: 'growth', grow: { ...grow, step: step(8) } })[0]).toBe(
      '0x548 at step 7: not there yet, memory had only 65536 bytes',
    );
    expect(answerLines({ ...answer(null, { kind: 'growth', grow }), memoryBytes: 0 }, run)[0]).toBe(
      '0x548 at step 7: not there yet, memory had no byte',
    );
  });

  it('that its growth is not kept', () => {
    expect(lines(NEVER, { kind: 'dropped' })[1]).toBe(
      '0x548 exists since some step up to 4, from where on history is kept',
    );
  });
});

describe('the document of', () => {
  it('a byte that nobody wrote has the question, and what is recorded', () => {
    expect(whoDocument('a.wasm', answer({ kind: 'dropped' }), run)).toEqual({
      file: 'a.wasm',
      address: 0x548,
      step: 7,
      moduleNames: run.modules.map(({ name }) => name),
      instanceModules: run.instances.map(({ module }) => module),
      record: 'stores',
      recordNote: null,
      notes: [],
      firstStep: 4,
      lastStep: 9,
      memoryBytes: 65_536,
      lastWriter: { kind: 'dropped' },
      madeBy: { kind: 'initial' },
    });
  });

  it('a write without an instruction says so', () => {
    expect(whoDocument('a.wasm', answer(write()), run).lastWriter).toEqual({
      kind: 'write',
      call: null,
      write: {
        step: 6,
        address: 0x548,
        length: 2,
        type: 'bytes',
        before: '00 00',
        value: '0b ff',
        isStale: false,
        owner: { kind: 'host' },
        import: null,
        between: { after: 4, before: 5 },
        since: null,
        module: null,
        function: null,
        functionIndex: null,
        functionOffset: null,
        offset: null,
        instruction: null,
        segment: null,
      },
    });
  });
});
