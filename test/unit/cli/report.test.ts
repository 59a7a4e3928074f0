import { describe, expect, it } from 'vitest';
import { notes, transcript, trappedNotes } from '../../../src/cli/report.ts';
import type { CallRecord, WatchedValue } from '../../../src/protocol/call.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { callRecord, runSnapshot } from '../support/calls.ts';

const linesOf = (...calls: Partial<CallRecord>[]) => transcript(runSnapshot(), calls.map(callRecord));

/** What lies at the watched address after a call that printed nothing of it, unless a test says so. */
const watched = (after: number | null, printed: number | null = null): WatchedValue => ({ before: 0, after, printed });

describe('the transcript', () => {
  it('tells function, instance and value of each call', () => {
    expect(linesOf({ function: 'alloc_11', watched: watched(11) }, { instance: 2, watched: watched(57) })).toEqual([
      'alloc_11[#0]: 11',
      'add_23[#2]: 57',
    ]);
    expect(linesOf({ watched: watched(0) }, { watched: watched(-1) })).toEqual(['add_23[#0]: 0', 'add_23[#0]: -1']);
  });

  it('says so where there is no value', () => {
    expect(linesOf({ watched: null }, { watched: watched(null) })).toEqual(Array(2).fill('add_23[#0]: no value'));
  });

  it('is what the guest printed, where it printed', () => {
    expect(linesOf({ printed: ['add_23[#0]: 34'], watched: watched(11, 34) })).toEqual(['add_23[#0]: 34']);
    expect(linesOf({ printed: ['one\n', 'two\r\nthree'] })).toEqual(['one', 'two', 'three']);
  });

  it('has no line for a call that did not return', () => {
    expect(linesOf({}, { end: 'trapped' }, { end: 'stopped' })).toEqual(['add_23[#0]: 34']);
  });

  it('ends with the value that is expected, where one is', () => {
    expect(transcript(runSnapshot({ verdict: { expected: 356, actual: null } }), [])).toEqual(['expected: 356']);
    expect(transcript(runSnapshot(), [])).toEqual([]);
  });
});

describe('the notes', () => {
  it('tell differences, stubs, address, value and times', () => {
    const calls = [
      callRecord({ durationNs: 1_500_000 }),
      callRecord({ index: 2, instance: 1, durationNs: 250_000, watched: watched(null, 57) }),
    ];
    const run = runSnapshot({
      stubsCalled: [
        { module: 'env', name: 'malloc', calls: 1 },
        { module: 'sys', name: 'now', calls: 20 },
      ],
      watch: { address: address(1352), type: 'i32' },
      verdict: { expected: 356, actual: -3 },
    });
    expect(notes(run, calls, 12.6)).toEqual([
      'difference: call 2, add_23 on #1, printed 57; memory holds no value',
      'stub: env.malloc was called 1 time; it does nothing and returns zeros',
      'stub: sys.now was called 20 times; it does nothing and returns zeros',
      'address: 0x548',
      'value reached: -3',
      'calls: 2 in 1.750 ms; whole run 13 ms',
    ]);
  });

  it('tell what a stub of WASI returns', () => {
    const [module, name] = ['wasi_snapshot_preview1', 'fd_seek'];
    const run = runSnapshot({
      modules: [
        {
          name: 'guest.wasm',
          sha256: '',
          instanceState: 'separate',
          size: 100,
          memory: { kind: 'imported', minimum: 1, maximum: 2, shared: false, pages: 1 },
          imports: [{ module, name, kind: 'function', type: '(i32, i64, i32, i32) -> i32', provided: 'wasi-stub' }],
          exports: [],
        },
      ],
      stubsCalled: [{ module, name, calls: 2 }],
    });
    expect(notes(run, [], 0)[0]).toBe(
      'stub: wasi_snapshot_preview1.fd_seek was called 2 times; it does nothing and returns the error number 52 (not supported)',
    );
  });

  it('tell what is to be known of the run, and what the recording does not hold', () => {
    const run = runSnapshot({
      notes: ['The module was not linked. Link it.'],
      recordNote: 'The module has two memories.',
      firstStep: step(7),
    });
    expect(notes(run, [], 0).slice(0, -1)).toEqual([
      'note: The module was not linked. Link it.',
      'recording: The module has two memories.',
      'recording: whole from step 7 on; the steps before were dropped to keep within its limit',
    ]);
  });

  it('count the calls that trapped and name the first, but not the one that the problem tells of', () => {
    const trapped = (index: number, message: string) =>
      callRecord({ index, instance: 2, function: 'fail', end: 'trapped', trap: { message, stack: [] } });
    const calls = [trapped(4, 'unreachable'), trapped(5, 'two\nlines'), trapped(9, 'divide by zero')];
    expect(trappedNotes(runSnapshot({ trapped: { total: 5, calls } }))).toEqual([
      'trapped or threw: 5 calls',
      '    call 4, fail on #2: unreachable',
      '    call 5, fail on #2: two',
      '    call 9, fail on #2: divide by zero',
      '    … 2 more',
    ]);
    const one = { total: 1, calls: calls.slice(0, 1) };
    expect(trappedNotes(runSnapshot({ trapped: one }))).toEqual([
      'trapped or threw: 1 call',
      '    call 4, fail on #2: unreachable',
    ]);
    const problem = { kind: 'trap', message: 'Call 4, fail on #2, trapped: unreachable.', remedy: 'Mend it.' } as const;
    expect(trappedNotes(runSnapshot({ trapped: one, problem }))).toEqual([]);
    expect(trappedNotes(runSnapshot())).toEqual([]);
  });

  it('show ten frames of a stack and count the others', () => {
    const frame = { module: 0, function: 'recurse', functionIndex: 1, offset: null };
    const trap = { message: 'unreachable', stack: Array.from({ length: 12 }, () => frame) };
    const told = notes(runSnapshot(), [callRecord({ end: 'trapped', trap })], 0);
    expect(told.slice(0, -1)).toEqual([...Array<string>(10).fill('    in recurse'), '    … 2 more']);
  });
});
