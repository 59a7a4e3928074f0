// Programs over real modules from npm: recorded, they print what they print alone and what is known from elsewhere, and memory
// rebuilt from the recording is the memory that they had.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LastChange } from '../../../src/protocol/access.ts';
import type { CallRecord } from '../../../src/protocol/call.ts';
import { type Address, address, type Step, step } from '../../../src/protocol/units.ts';
import { lines, shell } from '../support/cli.ts';
import { memoryLine, type RecordedProgram, recordProgram } from '../support/recordedPrograms.ts';
import { callsOf } from '../support/runs.ts';

const MESSAGE = 'The quick brown fox jumps over the lazy dog';
const TEXT = 'Wasm Shared Memory. '.repeat(40);

interface Program {
  readonly script: string;
  readonly args: readonly string[];
  /** What its lines must be, known without the module. */
  check(printed: readonly string[]): void;
}

const PROGRAMS: readonly Program[] = [
  {
    script: 'sql.cjs',
    args: [],
    check: printed => {
      expect(printed.map(line => (line.startsWith('[') ? JSON.parse(line) : line))).toEqual([
        [{ columns: ['count(*)', 'min(born)', 'sum(born)'], values: [[3, 1815, 1815 + 1906 + 1906]] }],
        [{ columns: ['name'], values: [['Grace Hopper'], ['Kurt Gödel']] }],
        [{ columns: ['name', 'name'], values: [['Grace Hopper', 'Kurt Gödel']] }],
        'near "nothing": syntax error', // NOTHING is a keyword of SQLite's
      ]);
    },
  },
  {
    script: 'hash.mjs',
    args: [MESSAGE],
    check: printed => expect(printed).toEqual([createHash('sha256').update(MESSAGE).digest('hex')]),
  },
  {
    script: 'brotli.cjs',
    args: [TEXT],
    check: ([packed, roundTrip]) => {
      expect(brotliDecompressSync(Buffer.from(packed, 'base64')).toString()).toBe(TEXT);
      expect(roundTrip).toBe('true');
    },
  },
];

const pathOf = (script: string): string => `test/unit/real/programs/${script}`;

describe.each(PROGRAMS)('$script', ({ script, args, check }) => {
  it.each(['stores', 'all'])('is the same with its module recorded (%s)', async level => {
    const [bare, { code, stdout, run }] = await Promise.all([
      shell(`"$NODE" ${pathOf(script)} ${args.map(arg => `'${arg}'`).join(' ')}`),
      recordProgram('--record', level, pathOf(script), ...args),
    ]);
    try {
      expect([code, stdout]).toEqual([bare.code, bare.stdout]);
      const [memory, ...printed] = lines(stdout).toReversed();
      check(printed.toReversed());
      expect(await memoryLine(run)).toBe(memory);
      expect(run.snapshot).toMatchObject({ status: 'completed', record: level, recordNote: null, verdict: null });
    } finally {
      run.dispose();
    }
  });
});

/** Opcodes of all instructions that store, vectors and bulk memory behind their prefixes included (specification, 5.4.7). */
const STORES = (code: number): boolean => (code >= 0x36 && code <= 0x3e) || code === 0xfc || code === 0xfd;

describe('who wrote the rows of SQLite', () => {
  const module = readFileSync(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm-debug.wasm'));
  let program: RecordedProgram;
  let calls: readonly CallRecord[];

  beforeAll(async () => {
    program = await recordProgram(pathOf('sql.cjs'));
    calls = await callsOf(program.run);
  });
  afterAll(() => program.run.dispose());

  /** Every place where memory holds a text at the end. */
  async function placesOf(text: string): Promise<Address[]> {
    const { recording, snapshot } = program.run;
    const query = { kind: 'text', text, encoding: 'utf-8' } as const;
    const found = new Set<Address>();
    for (let from = address(0); ; ) {
      const request = { step: snapshot.lastStep, query, from, direction: 'next' } as const;
      const match = await recording.search(request, () => {}, new AbortController().signal);
      if (!match || found.has(match.address)) return [...found];
      found.add(match.address);
      from = match.address;
    }
  }

  const lastChange = (place: number, at: Step = program.run.snapshot.lastStep): Promise<LastChange> =>
    program.run.recording.ask('lastChange', { step: at, address: address(place) });

  it('is an instruction of the module that stores, or the program itself', async () => {
    const places = await placesOf('ADA LOVELACE');
    expect(places.length).toBeGreaterThan(0);
    const owners = new Set<string>();
    for (const place of places) {
      for (const [index, expected] of [...Buffer.from('ADA LOVELACE')].entries()) {
        const change = await lastChange(place + index);
        if (change.kind !== 'write') throw new Error(`nobody wrote ${place + index}: ${change.kind}`);
        const { write } = change;
        owners.add(write.owner.kind);
        expect(write.after[place + index - write.address]).toBe(expected);
        if (write.owner.kind !== 'instance') continue;
        expect(write.site).toMatchObject({ function: expect.stringMatching(/^(func\[\d+\]|[a-z_]\w*)$/i) });
        expect(module[write.site?.offset ?? 0]).toSatisfy(STORES);
        expect(calls[(write.call ?? 0) - 1]).toMatchObject({ instance: 0 });
      }
    }
    // upper() has made it inside the module: no JavaScript ever wrote these letters.
    expect(owners).toEqual(new Set(['instance']));
  });

  it('is the call that inserted the row; before it the text came from the program', async () => {
    const { recording } = program.run;
    const [place] = await placesOf('Kurt Gödel');
    const change = await lastChange(place);
    if (change.kind !== 'write') throw new Error(`nobody wrote ${place}: ${change.kind}`);
    expect(calls[(change.write.call ?? 0) - 1].function).toMatch(/^sqlite3_|malloc|free/);
    // The glue puts the value into memory between two calls, for `sqlite3_bind_text` to read.
    const bind = calls.filter(call => call.function === 'sqlite3_bind_text').at(2);
    const pointer = Number(bind?.args[2]);
    const bytes = await recording.ask('bytes', {
      step: step(bind?.stepBefore ?? 0),
      address: address(pointer),
      length: 11,
    });
    expect(new TextDecoder().decode(bytes)).toBe('Kurt Gödel');
    expect(await lastChange(pointer, bind?.stepBefore)).toMatchObject({
      kind: 'write',
      write: { owner: { kind: 'host' }, call: null, site: null },
    });
  });
});
