// Programs of several modules over one memory: calls from one instance into another, calls of threads that overlap, growth.
import type { SiteView } from '../../src/protocol/access.ts';
import type { CallRecord } from '../../src/protocol/call.ts';
import type { ExportSummary, ModuleSummary } from '../../src/protocol/run.ts';
import { step } from '../../src/protocol/units.ts';
import {
  demoCalls,
  demoSnapshot,
  INITIAL_DATA,
  i32,
  type MadeRun,
  text,
  VALUE_ADDRESS,
  withCalls,
} from './syntheticRun.ts';
import type { Write } from './writtenMemory.ts';

const PAGE = 65_536;
const INITIAL_BYTES = 17 * PAGE;
const GROWN_BYTES = 19 * PAGE;

function moduleOf(name: string, size: number, functions: readonly string[]): ModuleSummary {
  const exports = functions.map((each): ExportSummary => ({ name: each, kind: 'function', type: '(i32) -> i32' }));
  return {
    name,
    sha256: size.toString(16).padStart(64, '7e'),
    instanceState: 'separate',
    size,
    memory: { kind: 'imported', minimum: 17, maximum: 1024, shared: false, pages: 17 },
    imports: [{ module: 'env', name: 'memory', kind: 'memory', type: 'memory 17 1024', provided: 'memory' }],
    exports,
  };
}

/** A runtime with a file's name, and two grammars, of which only the exports tell. */
const MODULES: readonly ModuleSummary[] = [
  moduleOf('tree-sitter.wasm', 186_526, ['malloc', 'free', 'ts_parser_parse_wasm']),
  moduleOf('the module of 43125 bytes that exports __wasm_call_ctors, tree_sitter_json', 43_125, [
    '__wasm_call_ctors',
    'tree_sitter_json',
  ]),
  moduleOf('grammars/tree-sitter-javascript.wasm', 512_000, ['tree_sitter_javascript']),
];

const [ANY_CALL] = demoCalls(1);

function call(index: number, from: number, to: number, overrides: Partial<CallRecord>): CallRecord {
  if (!ANY_CALL) throw new Error('the demo has no calls');
  const common = { index, stepBefore: step(from), step: step(to), accesses: to - from, args: [], results: [] };
  return { ...ANY_CALL, watched: null, bytesChanged: 4 * (to - from), ...common, ...overrides };
}

/** Of a call that one instance makes of another, nobody knows the times. */
const WITHIN = { startNs: null, durationNs: null } as const;

function site(module: number, name: string, functionOffset: number, instruction: string): SiteView {
  return { module, function: name, functionIndex: 9, offset: 0x300 + functionOffset, functionOffset, instruction };
}

/**
 * Call 1, of the runtime's #0, spans the steps 0–6; in it call 2 makes #2, 1–2, and call 3, of the grammar's #1, 2–5; in that call 4,
 * of #0 again, 3–4. Call 5, of #2 in another thread, is suspended from step 6 to 8 while call 6 runs, 6–8, in which memory grows at
 * step 7; it ends at step 9.
 */
export function modulesRun(): MadeRun {
  const calls = [
    call(1, 0, 6, {
      instance: 0,
      function: 'ts_parser_parse_wasm',
      args: [70_200, 0],
      results: [1],
      startNs: 1000,
      durationNs: 84_000,
    }),
    call(2, 1, 2, {
      instance: 2,
      function: '',
      kind: 'instantiation',
      parent: 1,
      depth: 1,
      startNs: 2000,
      durationNs: 9000,
    }),
    call(3, 2, 5, {
      instance: 1,
      function: 'ts_lex',
      args: [70_300, 12],
      results: [1],
      parent: 1,
      depth: 1,
      ...WITHIN,
    }),
    call(4, 3, 4, { instance: 0, function: 'malloc', args: [24], results: [1500], parent: 3, depth: 2, ...WITHIN }),
    call(5, 6, 9, { instance: 2, function: 'external_scanner_scan', thread: 1, startNs: 90_000, durationNs: 60_000 }),
    call(6, 6, 8, {
      instance: 0,
      function: 'malloc',
      args: [100_000],
      results: [1_114_112],
      startNs: 100_000,
      durationNs: 4000,
      grownPages: 2,
    }),
  ].map(each => ({ ...each, memoryBytes: each.step >= 7 ? GROWN_BYTES : INITIAL_BYTES }));
  const run = demoSnapshot(3, { calls, watch: null, verdict: null, modules: MODULES });
  const instances = [0, 1, 2].map(module => ({
    module,
    call: module === 2 ? 2 : null,
    step: step(module === 2 ? 2 : 0),
  }));
  return { ...run, instances };
}

const by = (instance: number) => ({ kind: 'instance', instance }) as const;

export const MODULES_WRITES: readonly Write[] = [
  ...INITIAL_DATA,
  {
    step: 1,
    address: VALUE_ADDRESS,
    bytes: i32(1),
    owner: by(0),
    call: 1,
    site: site(0, 'ts_parser_parse_wasm', 0x1c, 'i32.store'),
  },
  { step: 2, address: 0x5a8, bytes: text('javascript'), owner: by(2), call: 2, site: null },
  {
    step: 3,
    address: VALUE_ADDRESS + 4,
    bytes: i32(12),
    owner: by(1),
    call: 3,
    site: site(1, 'ts_lex', 0x42, 'i32.store'),
  },
  { step: 4, address: 0x5d0, bytes: i32(24), owner: by(0), call: 4, site: site(0, 'malloc', 0x9a, 'i32.store') },
  {
    step: 5,
    address: VALUE_ADDRESS,
    bytes: i32(0x5d0),
    owner: by(1),
    call: 3,
    site: site(1, 'ts_lex', 0x58, 'i32.store'),
  },
  {
    step: 6,
    address: 0x5d4,
    bytes: i32(7),
    owner: by(0),
    call: 1,
    site: site(0, 'ts_parser_parse_wasm', 0x2f, 'i32.store'),
  },
  {
    step: 7,
    grownPages: 2,
    address: 0,
    bytes: [],
    owner: by(0),
    call: 6,
    site: site(0, 'malloc', 0xb1, 'memory.grow'),
  },
  {
    step: 8,
    address: INITIAL_BYTES,
    bytes: i32(100_000),
    owner: by(0),
    call: 6,
    site: site(0, 'malloc', 0xc4, 'i32.store'),
  },
  {
    step: 9,
    address: 0x5a8,
    bytes: text('JS'),
    owner: by(2),
    call: 5,
    site: site(2, 'external_scanner_scan', 0x11, 'i32.store16'),
  },
];

/** A grammar that the runtime calls again and again, so often that no list has room for all calls. */
export function manyNestedCalls(count: number): MadeRun {
  const run = modulesRun();
  const outer = call(1, 0, 1, { instance: 0, function: 'ts_parser_parse_wasm', startNs: 1000, durationNs: 9_000_000 });
  const inner = Array.from({ length: count }, (_, i) =>
    call(2 + i, 0, 0, {
      instance: i % 2 === 0 ? 1 : 0,
      function: i % 2 === 0 ? 'ts_lex' : 'advance',
      parent: i % 2 === 0 ? 1 : 1 + i,
      depth: i % 2 === 0 ? 1 : 2,
      ...WITHIN,
    }),
  );
  return withCalls(
    run,
    [outer, ...inner].map(each => ({ ...each, memoryBytes: INITIAL_BYTES })),
  );
}
