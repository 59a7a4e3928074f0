// Real modules from npm: what the compact log says of every access is what the simple log says.
import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { declaredMemory } from '../../../src/engine/input/memory.ts';
import { hookWebAssembly } from '../../../src/engine/program/webAssemblyHooks.ts';
import type { AccessLevel, LogKind } from '../../../src/protocol/recordingPlan.ts';
import { linearMemory, readModule } from '../../../src/wasm/module.ts';
import type { AccessVisitor } from '../../../src/wasm/record/accessVisitor.ts';
import { decodeLog, logReader } from '../../../src/wasm/record/decodeLog.ts';
import { recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import type { Site } from '../../../src/wasm/record/sites.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';

const require = createRequire(import.meta.url);

/** Accesses as numbers: a million of them, as lines, would take longer than the runs. */
class AccessNumbers implements AccessVisitor {
  readonly numbers: number[] = [];

  load(site: Site, address: number): void {
    this.numbers.push(site.id, address, 0, 0);
  }
  store(site: Site, address: number, bytes: Uint8Array): void {
    let value = 0;
    for (const byte of bytes) value = (Math.imul(value, 0x01000193) ^ byte) >>> 0; // FNV-1
    this.numbers.push(site.id, address, bytes.length, value);
  }
  fill(site: Site, address: number, size: number, byte: number): void {
    this.numbers.push(site.id, address, size, byte);
  }
  copy(site: Site, address: number, size: number, from: number): void {
    this.numbers.push(site.id, address, size, from);
  }
  init(site: Site, address: number, size: number, from: number): void {
    this.numbers.push(site.id, address, size, from);
  }
  grow(site: Site, pages: number, previous: number): void {
    this.numbers.push(site.id, 0, pages, previous);
  }
}

interface Recorded {
  readonly result: unknown;
  readonly accesses: readonly number[];
}

/** Runs a program here with every module that it instantiates recorded. */
async function recorded(
  options: { readonly level: AccessLevel; readonly log: LogKind },
  program: () => Promise<unknown>,
): Promise<Recorded> {
  const accesses = new AccessNumbers();
  const logs: AccessLog[] = [];
  const own = Object.getOwnPropertyDescriptors(WebAssembly);
  const { Instance, Module } = WebAssembly;
  let busy = false; // what the log itself instantiates is none of the program's
  hookWebAssembly((_module, source, given) => {
    if (!source || source === 'unknown' || busy) return null;
    busy = true;
    const module = readModule(source.bytes);
    const limits = linearMemory(module)?.limits;
    if (!limits) throw new Error('the module has no memory');
    const rewritten = recordAccesses(module, { ...options, keepLimits: true });
    const reader = logReader(module, rewritten.plan);
    const log = new AccessLog((records, stop) => decodeLog(reader, records, accesses, stop));
    logs.push(log);
    const imports = { ...(given as WebAssembly.Imports) }; // the programs below give valid ones, or none
    const { module: from, name } = rewritten.memoryImport;
    imports[from] = { ...imports[from], [name]: declaredMemory(limits) };
    log.addImports(imports, rewritten.addedImports);
    const instance = new Instance(new Module(rewritten.bytes), imports);
    busy = false;
    return instance;
  });
  try {
    const result = await program();
    for (const log of logs) log.flush();
    return { result, accesses: accesses.numbers };
  } finally {
    Object.defineProperties(WebAssembly, own);
  }
}

/** A package as at its first use: what it has instantiated is forgotten. */
function fresh(name: string): unknown {
  for (const path of Object.keys(require.cache)) if (path.includes('node_modules')) delete require.cache[path];
  return require(name);
}

interface Sql {
  Database: new () => { exec(sql: string): { values: unknown[][] }[]; run(sql: string): void };
}

async function sql(): Promise<unknown> {
  const init = fresh('sql.js') as () => Promise<Sql>; // its documented interface
  const db = new (await init()).Database();
  db.run('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX i ON t (b)');
  db.run(
    "INSERT INTO t (b) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 40) SELECT 'row ' || (x * 7 % 41) FROM n",
  );
  return db.exec("SELECT count(*), sum(a), min(b), max(length(b)) FROM t WHERE b > 'row 1'")[0].values;
}

async function sha256(): Promise<unknown> {
  const wasm = fresh('hash-wasm') as { sha256(text: string): Promise<string> }; // its documented interface
  return wasm.sha256('abc'.repeat(2000));
}

async function brotli(): Promise<unknown> {
  const { compress } = fresh('brotli-wasm') as { compress(bytes: Uint8Array, options: object): Uint8Array }; // as before
  return Buffer.from(compress(Buffer.from('the same again, '.repeat(9)), { quality: 4 })).toString('hex');
}

const PROGRAMS: readonly (readonly [name: string, program: () => Promise<unknown>, accesses: number])[] = [
  ['sql.js', sql, 40_000],
  ['hash-wasm', sha256, 500],
  ['brotli-wasm', brotli, 5_000],
];

// Two runs can be compared only where neither chance nor time has a part in them.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.spyOn(Date, 'now').mockReturnValue(1e12);
  vi.spyOn(require('node:crypto'), 'randomFillSync').mockImplementation(view => view);
});
afterEach(() => {
  vi.restoreAllMocks();
});

for (const level of ['stores', 'all'] as const) {
  it.each(PROGRAMS)(`%s, ${level}`, async (_name, program, least) => {
    const bare = await program();
    const simple = await recorded({ level, log: 'simple' }, program);
    const compact = await recorded({ level, log: 'compact' }, program);
    expect([simple.result, compact.result]).toEqual([bare, bare]);
    expect(simple.accesses.length).toBeGreaterThan(4 * least);
    const different = simple.accesses.findIndex((value, index) => compact.accesses[index] !== value);
    expect(different, `access ${Math.floor(different / 4)}`).toBe(-1);
    expect(compact.accesses.length).toBe(simple.accesses.length);
  });
}
