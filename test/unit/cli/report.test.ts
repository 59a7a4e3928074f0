import { describe, expect, it } from 'vitest';
import { notes, transcript } from '../../../src/cli/report.ts';
import type { CallRecord } from '../../../src/protocol/run.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { callRecord, runSnapshot } from '../support/calls.ts';

const linesOf = (...calls: Partial<CallRecord>[]) => transcript(runSnapshot({ calls: calls.map(callRecord) }));

describe('the transcript', () => {
  it('tells function, instance and value of each call', () => {
    expect(linesOf({ function: 'alloc_11', valueAfter: 11 }, { instance: 2, valueAfter: 57 })).toEqual([
      'alloc_11[#0]: 11',
      'add_23[#2]: 57',
    ]);
    expect(linesOf({ valueAfter: 0 }, { valueAfter: -1 })).toEqual(['add_23[#0]: 0', 'add_23[#0]: -1']);
  });

  it('says so where there is no value', () => {
    expect(linesOf({ valueAfter: null })).toEqual(['add_23[#0]: no value']);
  });

  it('is what the guest printed, where it printed', () => {
    expect(linesOf({ printed: ['add_23[#0]: 34'], valueAfter: 11 })).toEqual(['add_23[#0]: 34']);
    expect(linesOf({ printed: ['one\n', 'two\r\nthree'] })).toEqual(['one', 'two', 'three']);
  });

  it('has no line for a call that did not return', () => {
    expect(linesOf({}, { end: 'trapped' }, { end: 'stopped' })).toEqual(['add_23[#0]: 34']);
  });

  it('ends with the value that is expected, where one is', () => {
    expect(transcript(runSnapshot({ expected: 356 }))).toEqual(['expected: 356']);
    expect(transcript(runSnapshot())).toEqual([]);
  });
});

describe('the notes', () => {
  it('tell differences, stubs, address, value and times', () => {
    const run = runSnapshot({
      calls: [
        callRecord({ durationNs: 1_500_000 }),
        callRecord({ index: 2, instance: 1, durationNs: 250_000, difference: { printed: 57, memory: null } }),
      ],
      stubsCalled: [
        { module: 'env', name: 'malloc', calls: 1 },
        { module: 'sys', name: 'now', calls: 20 },
      ],
      address: address(1352),
      actual: -3,
    });
    expect(notes(run, 12.6)).toEqual([
      'difference: call 2, add_23 on #1, printed 57; memory holds no value',
      'stub: env.malloc was called 1 time; it does nothing and returns zeros',
      'stub: sys.now was called 20 times; it does nothing and returns zeros',
      'address: 0x548',
      'value reached: -3',
      'calls: 2 in 1.750 ms; whole run 13 ms',
    ]);
  });

  it('tell what the recording does not hold', () => {
    const run = runSnapshot({ recordNote: 'The module has two memories.', firstStep: step(7) });
    expect(notes(run, 0).slice(0, -1)).toEqual([
      'recording: The module has two memories.',
      'recording: whole from step 7 on; the steps before were dropped to keep within its limit',
    ]);
  });

  it('show ten frames of a stack and count the others', () => {
    const frame = { function: 'recurse', functionIndex: 1, offset: null };
    const trap = { message: 'unreachable', stack: Array.from({ length: 12 }, () => frame) };
    const run = runSnapshot({ calls: [callRecord({ end: 'trapped', trap })] });
    expect(notes(run, 0).slice(0, -1)).toEqual([...Array<string>(10).fill('    in recurse'), '    … 2 more']);
  });
});
