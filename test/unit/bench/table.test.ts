import { describe, expect, it } from 'vitest';
import { type Row, renderTable } from '../../../bench/table.ts';

const row = (more: Partial<Row> = {}): Row => ({
  what: 'a thing',
  unit: 'ms',
  ours: 1,
  peer: null,
  reach: null,
  ...more,
});

const cells = (line: string | undefined) => line?.trim().split(/ {2,}/);

/** The cells of the only row. */
function rendered(more: Partial<Row>): string[] | undefined {
  return cells(renderTable([row(more)]).split('\n')[2]);
}

describe('a row', () => {
  it('has what is measured, both values with their unit, ours through the peer, and what is to be reached', () => {
    const peer = { value: 4, what: 'nothing at all' };
    expect(rendered({ ours: 10, peer, reach: 16.7 })).toEqual(['a thing', '10 ms', '4 ms a', '2.5×', '≤ 16.7 ms ✓']);
  });

  it('has dashes where there is no peer and no promise', () => {
    expect(rendered({})).toEqual(['a thing', '1 ms', '–', '–', '–']);
  });

  it.each([
    [0.001234, '0.00123 ms'],
    [12.345, '12.3 ms'],
    [345.6, '346 ms'],
    [1_234_567, '1,230,000 ms'],
  ])('shows three significant digits of %d', (ours, text) => {
    expect(rendered({ ours })?.[1]).toBe(text);
  });

  it('has no ratio to a peer that takes no time', () => {
    expect(rendered({ peer: { value: 0, what: 'nothing' } })).toEqual(['a thing', '1 ms', '0 ms a', '–', '–']);
  });
});

describe('what is to be reached', () => {
  it.each([
    [16.7, '✓'],
    [16.749, '✓'], // 16.7 as the table shows it
    [16.75, '✗'],
    [33.3, '✗'],
  ])('%d against 16.7: %s', (ours, mark) => {
    expect(rendered({ ours, reach: 16.7 })?.at(-1)).toBe(`≤ 16.7 ms ${mark}`);
  });
});

describe('the table', () => {
  const rows = [
    row({ what: 'short', peer: { value: 2, what: 'the first peer' } }),
    row({ what: 'a much longer name', ours: 123_456, peer: { value: 3, what: 'the second peer' }, reach: 5 }),
    row({ what: 'third', peer: { value: 4, what: 'the first peer' } }),
  ];
  const lines = renderTable(rows).split('\n');

  it('begins with the columns in their order', () => {
    expect(cells(lines[0])).toEqual(['what', 'ours', 'peer', 'ratio', 'reach']);
  });

  it('has lines of one length: words on the left of their column, numbers on the right', () => {
    expect(new Set(lines.slice(0, 5).map(line => line.length)).size).toBe(1);
    const end = (line: string | undefined) => (line?.indexOf(' ms') ?? 0) + 3;
    expect(end(lines[2])).toBe(end(lines[3]));
    expect(lines[2]?.startsWith('short  ')).toBe(true);
  });

  it('says below what each peer is, once', () => {
    expect(lines.slice(5)).toEqual(['', 'Peers', '  a: the first peer', '  b: the second peer']);
    expect([2, 3, 4].map(line => cells(lines[line])?.[2])).toEqual(['2 ms a', '3 ms b', '4 ms a']);
  });

  it('says nothing of peers where there are none', () => {
    expect(renderTable([row()])).not.toContain('Peers');
  });
});
