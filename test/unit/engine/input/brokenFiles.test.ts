// Whatever bytes come: either they are read, or the error says what is wrong with them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/engine/input/errors.ts';
import { inspectModule, readInput } from '../../../../src/engine/input/inspect.ts';
import type { Problem } from '../../../../src/protocol/problem.ts';
import { demoNames, readGuest } from '../../support/fixtures.ts';
import { check } from '../../support/property.ts';

/** Reads a file; anything but an InputError fails the test. */
function problemOf(bytes: Uint8Array): Problem | null {
  try {
    inspectModule(bytes);
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw new Error(`not an InputError, with ${bytes.length} bytes: ${error}`, { cause: error });
  }
}

/** Each message and remedy is a sentence: it begins with a capital, ends with a full stop, and holds no stack. */
function expectSentences({ message, remedy }: Problem): void {
  for (const sentence of [message, remedy]) expect(sentence).toMatch(/^[A-Z'][^\n]*\.$/);
}

describe('a file cut at any place', () => {
  it.each(demoNames)('%s', guest => {
    const bytes = readGuest(guest);
    const { sections } = readInput(bytes);
    const boundaries = new Set([8, ...sections.map(({ end }) => end)]);
    const wrong: string[] = [];
    /** One problem for each wording. */
    const messages = new Map<string, Problem>();
    for (let length = 1; length < bytes.length; length++) {
      const problem = problemOf(bytes.subarray(0, length));
      if (problem) messages.set(problem.message.replace(/\d+/g, '#'), problem);
      // Between sections a shorter module may be whole; inside one it never is.
      if (!boundaries.has(length) && problem?.kind !== 'truncated') wrong.push(`${length} bytes: ${problem?.kind}`);
    }
    expect(wrong).toEqual([]);
    for (const problem of messages.values()) expectSentences(problem);
    expect(problemOf(bytes.subarray(0, 0))?.kind).toBe('empty-file');
    expect(problemOf(bytes)).toBeNull();
  });
});

describe('a file with bytes changed', () => {
  const guests = demoNames.filter(name => readGuest(name).length < 4096);
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 });

  it('is read, or refused with a problem', () => {
    const kinds = new Set<string>();
    check([fc.constantFrom(...guests), flips], 4000, (guest, flips) => {
      const bytes = readGuest(guest);
      for (const [at, mask] of flips) bytes[at % bytes.length] ^= mask;
      const problem = problemOf(bytes);
      if (problem) expectSentences(problem);
      kinds.add(problem?.kind ?? 'readable');
    });
    expect([...kinds]).toEqual(expect.arrayContaining(['readable', 'malformed', 'truncated', 'not-wasm']));
  });

  it('is read, or refused with a problem, where a size or count is huge', () => {
    check([fc.constantFrom(...guests), fc.nat(), fc.constantFrom(0x7f, 0xff)], 1000, (guest, at, byte) => {
      const bytes = readGuest(guest);
      bytes.fill(byte, at % bytes.length, (at % bytes.length) + 5);
      const problem = problemOf(bytes);
      if (problem) expectSentences(problem);
    });
  });
});

it('random bytes behind a header are read, or refused with a problem', () => {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  // Sections of random contents, so that each part of the reader is reached.
  const section = fc.tuple(fc.nat(13), fc.uint8Array({ maxLength: 30 }));
  check([fc.array(section, { maxLength: 6 })], 3000, sections => {
    const bytes = sections.flatMap(([id, contents]) => [id, contents.length, ...contents]);
    const problem = problemOf(Uint8Array.from([...header, ...bytes]));
    if (problem) expectSentences(problem);
  });
});
