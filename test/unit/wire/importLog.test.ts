import { describe, expect, it } from 'vitest';
import { ImportLog, restOfImports } from '../../../src/wire/importLog.ts';
import {
  hostGrewRecord,
  hostWroteRecord,
  type ImportReturn,
  type Input,
  readInputs,
} from '../../../src/wire/inputRecords.ts';

interface Given {
  readonly records: Uint8Array;
  readonly end: number;
}

const isReturn = (input: Input): input is ImportReturn => input.kind === 'import';

function importLog() {
  const given: Given[] = [];
  const log = new ImportLog((records, end) => given.push({ records, end }));
  return {
    log,
    given,
    all: (): ImportReturn[] => given.flatMap(({ records }) => [...readInputs(records)].filter(isReturn)),
  };
}

describe('the log of what host functions give back', () => {
  it('has records as the description says', () => {
    const { log, given } = importLog();
    log.returned(258, ['i32', 'i64'], [-2, 1n]);
    log.threw(3);
    log.flush();
    const expected = [
      [0, 2, 1, 0, 0, 2, 0, 0, 0xfe, 0xff, 0xff, 0xff, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
      [1, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    ].flat();
    expect(given).toEqual([{ records: Uint8Array.from(expected), end: expected.length }]);
  });

  it('tells each result as the guest got it', () => {
    const { log, all } = importLog();
    log.returned(0, ['i32'], 2 ** 32 + 5.7); // ToInt32
    log.returned(0, ['i32'], undefined);
    log.returned(1, ['i64'], 2n ** 64n - 1n); // ToBigInt64
    log.returned(2, ['f32'], 0.1);
    log.returned(3, ['f64'], -0);
    log.returned(4, ['externref'], null);
    log.returned(4, ['externref'], {});
    log.returned(5, ['i32', 'f64'], new Set([1, Number.NEGATIVE_INFINITY]));
    log.returned(6, [], undefined);
    log.flush();
    expect(all().map(({ results }) => results)).toEqual([
      [{ type: 'i32', value: 5 }],
      [{ type: 'i32', value: 0 }],
      [{ type: 'i64', value: -1n }],
      [{ type: 'f32', value: Math.fround(0.1) }],
      [{ type: 'f64', value: -0 }],
      [{ type: 'reference', isNull: true }],
      [{ type: 'reference', isNull: false }],
      [
        { type: 'i32', value: 1 },
        { type: 'f64', value: Number.NEGATIVE_INFINITY },
      ],
      [],
    ]);
  });

  it('counts calls that end alike, and only those that follow each other', () => {
    const { log, all } = importLog();
    for (const value of [4, 4, 4, 5, 4, 4]) log.returned(1, ['i32'], value);
    log.returned(2, ['i32'], 4);
    log.returned(2, ['i32'], 4);
    log.threw(2);
    log.threw(2);
    log.flush();
    log.threw(2);
    log.flush();
    expect(all().map(each => [each.import, each.count, each.results?.[0] ?? null])).toEqual([
      [1, 3, { type: 'i32', value: 4 }],
      [1, 1, { type: 'i32', value: 5 }],
      [1, 2, { type: 'i32', value: 4 }],
      [2, 2, { type: 'i32', value: 4 }],
      [2, 2, null],
      [2, 1, null],
    ]);
  });

  it('tells what a host function called of the module', () => {
    const { log, given } = importLog();
    log.entered(1, 40, [7, 2n ** 63n, null, undefined, 'text']);
    log.entered(0, 3, []);
    log.entered(0, 3, []);
    log.entered(1, 3, []);
    log.flush();
    expect(given.flatMap(({ records }) => [...readInputs(records)])).toEqual([
      {
        kind: 'entered',
        instance: 1,
        function: 40,
        args: [
          { type: 'f64', value: 7 },
          { type: 'i64', value: -(2n ** 63n) },
          { type: 'reference', isNull: true },
          { type: 'f64', value: Number.NaN },
          { type: 'f64', value: Number.NaN },
        ],
        count: 1,
      },
      { kind: 'entered', instance: 0, function: 3, args: [], count: 2 },
      { kind: 'entered', instance: 1, function: 3, args: [], count: 1 },
    ]);
  });

  it('gives records out when it is full, and loses none', () => {
    const { log, given, all } = importLog();
    for (let value = 0; value < 10_000; value++) log.returned(0, ['i32'], value);
    expect(given.length).toBeGreaterThan(1); // 10,000 records of 16 bytes are more than it holds
    log.flush();
    expect(all().map(({ results }) => results?.[0])).toEqual(
      Array.from({ length: 10_000 }, (_, value) => ({ type: 'i32', value })),
    );
    expect(given.at(-1)?.end).toBe(160_000);
  });

  it('holds what was not given out', () => {
    const { log, given } = importLog();
    log.returned(0, ['i32'], 1);
    log.flush();
    log.returned(0, ['i32'], 2);
    expect([...readInputs(restOfImports(log.memory, given[0].end))]).toEqual([
      { kind: 'import', import: 0, count: 1, results: [{ type: 'i32', value: 2 }] },
    ]);
    log.flush();
    expect(restOfImports(log.memory, given[1].end)).toHaveLength(0);
  });

  it('is not read where it is damaged', () => {
    const { log, given } = importLog();
    log.returned(0, ['f64'], 1.5);
    log.flush();
    const [{ records }] = given;
    for (let length = 1; length < records.length; length++)
      expect(() => [...readInputs(records.subarray(0, length))]).toThrow(RangeError);
    expect(() => [...readInputs(records.with(0, 5))]).toThrow('there is no input of kind 5');
    expect(() => [...readInputs(records.with(7, 9))]).toThrow('no value has the type 9');
  });
});

describe('the record of what the host did to memory', () => {
  it('is as the description says', () => {
    expect([...hostWroteRecord(0xfffe0102, Uint8Array.of(7, 8, 9))]).toEqual([
      2, 2, 1, 0xfe, 0xff, 3, 0, 0, 0, 7, 8, 9,
    ]);
    expect([...hostGrewRecord(258)]).toEqual([3, 2, 1, 0, 0]);
  });

  it('is read among others', () => {
    const { log, given } = importLog();
    log.threw(5);
    log.flush();
    const written = hostWroteRecord(65_536, Uint8Array.of(1, 2));
    const records = Buffer.concat([
      written,
      given[0].records,
      hostGrewRecord(2),
      hostWroteRecord(0, new Uint8Array(0)),
    ]);
    expect([...readInputs(new Uint8Array(records))]).toEqual([
      { kind: 'host-wrote', address: 65_536, bytes: Uint8Array.of(1, 2) },
      { kind: 'import', import: 5, count: 1, results: null },
      { kind: 'host-grew', pages: 2 },
      { kind: 'host-wrote', address: 0, bytes: new Uint8Array(0) },
    ]);
    for (let length = 1; length < written.length; length++)
      expect(() => [...readInputs(written.subarray(0, length))]).toThrow(RangeError);
  });
});
