// What recording costs a real program: sql.js (SQLite, compiled by emscripten) running queries.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ROOT } from '../scripts/lib/project.ts';
import { watchedIn } from '../src/engine/input/compile.ts';
import { declaredMemory } from '../src/engine/input/memory.ts';
import { ProgramRun } from '../src/engine/program/programRun.ts';
import type { AccessLevel } from '../src/protocol/recordingPlan.ts';
import { linearMemory, type Module, readModule } from '../src/wasm/module.ts';
import { ADDED_IMPORTS } from '../src/wasm/record/logFormat.ts';
import { type RecordedModule, recordAccesses } from '../src/wasm/record/recordAccesses.ts';
import type { SeenMemory } from '../src/wire/seenMemory.ts';
import { INSTRUMENTED, instrumentMemory } from './instrumentMemory.ts';
import { addChecks, LOG_METHODS, type MeasuredLog } from './logs.ts';
import { EXACT_REACH } from './recording.ts';
import { median } from './statistics.ts';
import type { Row } from './table.ts';

const require = createRequire(import.meta.url);
/** Makes a database, fills it and asks it; see there. */
const PROGRAM = join(ROOT, 'bench', 'programs', 'sql.cjs');

const RUNS = 15;
const WARM_UP_RUNS = 3;
const PEER_RUNS = 2;
const WHOLE_RUNS = 3;
const LIMIT_BYTES = 512 * 2 ** 20;

/** Runs the queries once and gives what they found. */
type Queries = () => string;

interface Subject {
  readonly queries: Queries;
  /** Null where nothing is recorded. */
  readonly log: MeasuredLog | null;
}

const unrecorded = async (queries: Promise<Queries>): Promise<Subject> => ({ queries: await queries, log: null });

/** The program in this process, over an instance that `make` makes. */
async function queriesOver(make: (imports: WebAssembly.Imports) => WebAssembly.Instance): Promise<Queries> {
  for (const path of Object.keys(require.cache)) if (path.includes('sql')) delete require.cache[path];
  const { instantiate } = WebAssembly;
  try {
    Object.assign(WebAssembly, {
      instantiate: async (_bytes: unknown, imports: WebAssembly.Imports) => ({ instance: make(imports) }),
    });
    const { open } = require(PROGRAM) as { open(): Promise<Queries> }; // a file of ours
    return await open();
  } finally {
    Object.assign(WebAssembly, { instantiate });
  }
}

/** With its accesses recorded. */
async function recorded(
  module: Module,
  rewritten: RecordedModule,
  log: MeasuredLog,
  isExact: boolean,
): Promise<Subject> {
  const compiled = new WebAssembly.Module(rewritten.bytes);
  const queries = await queriesOver(imports => {
    const limits = linearMemory(module)?.limits;
    if (!limits) throw new Error('sql.js has a memory');
    const { module: from, name } = rewritten.memoryImport;
    const memory = declaredMemory(limits);
    const given: WebAssembly.Imports = { ...imports, [from]: { ...imports[from], [name]: memory } };
    if (!isExact) {
      log.addImports(given);
      return new WebAssembly.Instance(compiled, given);
    }
    const seen = addChecks(given, rewritten, memory);
    tellTurns(given, seen);
    log.addImports(given);
    const { exports } = new WebAssembly.Instance(compiled, given);
    return { exports: Object.fromEntries(Object.entries(exports).map(([name, each]) => [name, leaving(each, seen)])) };
  });
  return { queries, log };
}

/** The host runs in each import … */
function tellTurns(imports: WebAssembly.Imports, seen: SeenMemory): void {
  for (const [from, names] of Object.entries(imports)) {
    if (from === ADDED_IMPORTS.module) continue;
    const entries = Object.entries(names).map(([name, each]): [string, WebAssembly.ImportValue] => {
      if (typeof each !== 'function') return [name, each];
      const call = (...args: unknown[]): unknown => {
        seen.hostRuns();
        return Reflect.apply(each, undefined, args);
      };
      return [name, call];
    });
    imports[from] = Object.fromEntries(entries);
  }
}

/** … and where an export returns. */
function leaving(each: WebAssembly.ExportValue, seen: SeenMemory): WebAssembly.ExportValue {
  if (typeof each !== 'function') return each;
  return (...args: unknown[]): unknown => {
    try {
      return Reflect.apply(each, undefined, args);
    } finally {
      seen.hostRuns();
    }
  };
}

function instrumented(original: Uint8Array): Promise<Subject> {
  const { bytes, hooks } = instrumentMemory(original);
  const compiled = new WebAssembly.Module(bytes);
  return unrecorded(
    queriesOver(imports => new WebAssembly.Instance(compiled, { ...imports, env: { ...imports.env, ...hooks } })),
  );
}

/** Median milliseconds of each, one after the other in turn. */
function compare(subjects: readonly Subject[], warmUps: number, runs: number): number[] {
  const samples = subjects.map((): number[] => []);
  const expected = subjects[0].queries();
  for (let i = 0; i < warmUps + runs; i++) {
    for (const [index, { queries, log }] of subjects.entries()) {
      log?.prepare();
      const start = performance.now();
      const found = queries();
      log?.finish();
      if (i >= warmUps) samples[index].push(performance.now() - start);
      if (found !== expected) throw new Error(`the queries found ${found} instead of ${expected}`);
    }
  }
  return samples.map(median);
}

const REACHES: readonly (readonly [level: AccessLevel, isExact: boolean, reach: number])[] = [
  ['all', false, 2],
  ['all', true, EXACT_REACH],
  ['stores', false, 1.7],
  ['stores', true, EXACT_REACH],
];

/** Slowdown of the queries by recording, and a whole program with everything kept. */
export async function measureRealModule(workerFolder: string): Promise<Row[]> {
  return [...(await measureSlowdown()), ...(await measureWholePrograms(workerFolder))];
}

async function measureSlowdown(): Promise<Row[]> {
  const bytes = new Uint8Array(readFileSync(require.resolve('sql.js/dist/sql-wasm.wasm')));
  const module = readModule(bytes);
  const compiled = new WebAssembly.Module(bytes);
  const bare = await unrecorded(queriesOver(imports => new WebAssembly.Instance(compiled, imports)));
  const [peerBareMs, peerMs] = compare([bare, await instrumented(bytes)], 0, PEER_RUNS);
  const rows: Row[] = [];
  for (const [level, isExact, reach] of REACHES) {
    const rewritten = recordAccesses(module, { level, keepLimits: true, exact: isExact });
    const how = isExact ? `${level}, exact` : level;
    const logs = LOG_METHODS.map(method => method.make(rewritten));
    const ours: Subject[] = [];
    // One after the other: `queriesOver` puts something in the place of a global function meanwhile.
    for (const log of logs) ours.push(await recorded(module, rewritten, log, isExact));
    const [bareMs, ...oursMs] = compare([bare, ...ours], WARM_UP_RUNS, RUNS);
    for (const log of logs) log.dispose();
    for (const [index, { what }] of LOG_METHODS.entries()) {
      rows.push({
        what: `${index === 0 ? `slowdown by recording (${how}), sql.js running queries` : '  the same'}, ${what}`,
        unit: '×',
        ours: oursMs[index] / bareMs,
        peer: { value: peerMs / peerBareMs, what: INSTRUMENTED },
        reach: index === 0 ? reach : null,
      });
    }
  }
  rows.push(await measureWatching(module));
  return rows;
}

/** What findings are told of beside accesses costs the guest. */
async function measureWatching(module: Module): Promise<Row> {
  const [method] = LOG_METHODS;
  const ways = [{}, watchedIn(module)];
  const subjects: Subject[] = [];
  for (const watched of ways) {
    const rewritten = recordAccesses(module, { level: 'stores', keepLimits: true, ...watched });
    subjects.push(await recorded(module, rewritten, method.make(rewritten), false));
  }
  const [aloneMs, watchedMs] = compare(subjects, WARM_UP_RUNS, RUNS);
  for (const { log } of subjects) log?.dispose();
  return {
    what: 'slowdown of sql.js recorded at level stores by what findings are told: calls of allocators, the stack pointer',
    unit: '×',
    ours: watchedMs / aloneMs,
    peer: { value: 1, what: 'the same without' },
    reach: 1.2,
  };
}

/** Milliseconds of the program by itself, in a thread as a recorded one is. */
async function aloneMs(): Promise<number> {
  const start = performance.now();
  const worker = new Worker(PROGRAM);
  await new Promise((resolve, reject) => worker.once('error', reject).once('exit', resolve));
  return performance.now() - start;
}

/** Milliseconds until the program has ended and all that it did is recorded. */
async function recordedMs(record: AccessLevel, workerFolder: string): Promise<number> {
  const start = performance.now();
  const program = new ProgramRun({
    script: PROGRAM,
    args: [],
    record,
    moduleName: null,
    memoryNumber: null,
    part: { function: null, fromCall: 1, calls: null },
    paused: false,
    exact: false,
    allocators: [],
    nodeOptions: [],
    recordingLimitBytes: LIMIT_BYTES,
    workerFolder,
  });
  try {
    const { exitCode, run } = await program.done;
    if (exitCode !== 0 || run?.record !== record) throw new Error('the program was not recorded');
    return performance.now() - start;
  } finally {
    program.dispose();
  }
}

/** At the level that users get where they ask for none. */
async function measureWholePrograms(workerFolder: string): Promise<Row[]> {
  const [alone, ours]: [number[], number[]] = [[], []];
  for (let i = 0; i < WHOLE_RUNS; i++) {
    alone.push(await aloneMs());
    ours.push(await recordedMs('stores', workerFolder));
  }
  return [
    {
      what: '  sql.js from start to end, everything kept (stores)',
      unit: 'ms',
      ours: median(ours),
      peer: { value: median(alone), what: 'the same without recording' },
      reach: null,
    },
  ];
}
