// Each ordered pair of two different modules over one memory: what goes wrong, and what is found. Reasoned from where the modules have their
// things (all are linked for an address space of their own):
//
//   wat     its allocator begins at 0x400, and it has no data
//   def     its i32 is data: 11 at 0x400, and text up to 0x409; memory of 4 pages at most
//   c       a word at 0x400 says where its allocator is, zeros of a data segment; the heap is at 0x10410
//   cdef    the same, but nothing puts the zeros
//   wasi    dlmalloc's state is at 0x400 to 0x5ef, zeros that nothing puts; the heap is at 0x10600
//   rust    data at 0x100000 to 0x1004cb, memory of 17 pages; its heap is what it grows memory by
//   rustdef the same
//   zig     its allocator's state is at 0x100000 to 0x1000a7, zeros of a data segment; memory of 17 pages; its heap is what it grows memory by
//   stub    data at 0x40c to 0x48b, its i32 is at 0x490
//   min     other data at 0x40c to 0x48b, and at 0x490 to 0xab3 the state of its allocator, which it zeroes before the first block; its i32 is at 0xac0
//   inc     byte for byte the data of min, then a stack, and its allocator and its i32 behind 0x8490
//
// D: both allocators hand out a block. F: one hands out what the other has, in its heap or as data (`def` returns the address of its data). S: data at the same addresses. An allocator that begins with
// a small number that the other one left stores below all data of its module, too: that follows from the other two. An exclamation mark: an i32 is not what it should be, or a call
// trapped: Zig's allocator takes the text that Rust's data segment put over its zeros for addresses of free blocks.
import { describe, expect, it } from 'vitest';
import type { FindingKind } from '../../../src/protocol/finding.ts';
import { findingsHere } from '../support/findings.ts';
import { eventsOfType, runHere } from '../support/runs.ts';

const FILES = {
  wat: 'wat',
  def: 'defined-memory',
  c: 'c',
  cdef: 'c-defined-memory',
  wasi: 'wasi-reactor',
  rust: 'rust',
  rustdef: 'rust-defined-memory',
  zig: 'zig',
  stub: 'assemblyscript-stub',
  min: 'assemblyscript-minimal',
  inc: 'assemblyscript-incremental',
} as const;

const LETTERS: Readonly<Partial<Record<FindingKind, string>>> = {
  'duplicate-allocation': 'D',
  'foreign-write': 'F',
  'static-overlap': 'S',
  'null-page-write': 'N',
};

/** Rows are the module that is first, columns the other one. A point: nothing; a dash: they can't agree on a memory. */
const BOTH_AT_FIRST = `
          wat   def   c     cdef  wasi  rust  rustdef zig   stub  min   inc
  wat     .     F!    F!    F!    F!    .     .       .     .     .     .
  def     F!    .     S!    S!    S     -     -       -     .     .     .
  c       F     S!    .     S     S     .     .       .     .     .     .
  cdef    F     S!    S     .     S     .     .       .     .     .     .
  wasi    F     S!    S     S     .     .     .       .     FS    S     S
  rust    .     -     .     .     .     .     S       S     .     .     .
  rustdef .     -     .     .     .     S     .       S     .     .     .
  zig     .     -     .     .     .     S!    S!      .     .     .     .
  stub    .     .     .     .     FS    .     .       .     .     FS!   S
  min     .     .     .     .     S     .     .       .     FS    .     .
  inc     .     .     .     .     S     .     .       .     S     .     .`;

/** The other one is made when the first has allocated: its data, and its zeros, go over what is there. */
const ONE_LATE = `
          wat   def   c     cdef  wasi  rust  rustdef zig   stub  min   inc
  wat     .     F!    F!    F!    F!    .     .       .     .     .     .
  def     F!    .     S!    S!    S     -     -       -     .     .     .
  c       F     S     .     S     S     .     .       .     .     .     .
  cdef    F     S     DS!   .     S     .     .       .     .     .     .
  wasi    F     S     S     S     .     .     .       .     FS    S     S
  rust    .     -     .     .     .     .     S       S     .     .     .
  rustdef .     -     .     .     .     S     .       S     .     .     .
  zig     .     -     .     .     .     S     S       .     .     .     .
  stub    .     .     .     .     FS    .     .       .     .     FS!   S
  min     .     .     .     .     S     .     .       .     FS    .     .
  inc     .     .     .     .     S     .     .       .     S     .     .`;

type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES).filter((name): name is Name => name in FILES);

function cells(table: string): (readonly [first: Name, other: Name, cell: string])[] {
  const [, head, ...rows] = table.split('\n');
  expect(head.trim().split(/ +/)).toEqual(NAMES);
  return rows.flatMap((row, y) => {
    const [name, ...found] = row.trim().split(/ +/);
    expect([name, found.length]).toEqual([NAMES[y], NAMES.length]);
    return found.flatMap((cell, x) => (x === y ? [] : [[NAMES[y], NAMES[x], cell] as const]));
  });
}

async function cellOf(first: Name, other: Name, late: number): Promise<string> {
  const run = runHere([`demo/${FILES[first]}`, `demo/${FILES[other]}`], { late });
  const [{ status, problem }] = eventsOfType(run.events, 'finished');
  if (status === 'rejected') return problem?.kind === 'unsupported-memory' ? '-' : `rejected: ${problem?.message}`;
  const letters = (await findingsHere(run)).map(({ kind }) => LETTERS[kind] ?? kind).sort();
  const values = run.calls.filter(({ kind }) => kind === 'call').map(({ watched }) => watched?.after);
  // 11, 34 of the one, 11, 34 of the other, then 57 of each. Two i32 at one place may look right until the end.
  const isRight = problem === null && String(values) === '11,34,11,34,57,57';
  expect(isRight, `${first} ${other}`).toBe(problem === null);
  return `${letters.join('')}${isRight ? '' : '!'}` || '.';
}

describe('two modules over one memory,', () => {
  it.each([
    ['both made at first', BOTH_AT_FIRST, 0],
    ['one made late', ONE_LATE, 1],
  ])(
    '%s: each pair has exactly its findings',
    async (_, table, late) => {
      const expected = cells(table);
      const found: (typeof expected)[number][] = [];
      for (const [first, other] of expected) found.push([first, other, await cellOf(first, other, late)]);
      expect(found).toEqual(expected);
    },
    120_000,
  );
});
