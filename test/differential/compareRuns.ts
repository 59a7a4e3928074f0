// Runs a module bare, with the simple log and with the compact log, alone and as one of several instances that share their state, and
// compares all that can be seen of it.
import { createHash } from 'node:crypto';
import type { AccessLevel, LogKind } from '../../src/protocol/recordingPlan.ts';
import { OP, PREFIX_MISC, prefixed } from '../../src/wasm/code/instructionCodes.ts';
import { InstructionWalker } from '../../src/wasm/code/instructionWalker.ts';
import { type Module, readModule } from '../../src/wasm/module.ts';
import { functionRanges, readBody } from '../../src/wasm/record/functionBody.ts';
import type { RecordOptions } from '../../src/wasm/record/recordAccesses.ts';
import { mutableGlobals } from '../../src/wasm/record/sharedState.ts';
import type { ValueType } from '../../src/wasm/types.ts';
import { type RecordedRun, type Run, runBare, runRecorded } from '../unit/wasm/record/recordedRun.ts';
import { guestImports, valueText } from './guestImports.ts';

/** What a run came to, line by line. */
interface Observed {
  readonly lines: string[];
  /** Accesses by call. */
  readonly accesses: string[][];
  readonly stackOverflow: boolean;
}

export interface Comparison {
  /** What differs; empty where nothing does. */
  readonly differences: string[];
  readonly accesses: number;
  readonly traps: number;
  /** Several instances were compared with one. */
  readonly severalCompared: boolean;
  /** Why the module could not be compared; null where it was. */
  readonly skipped: string | null;
}

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  i32: [0, 7, -1, 65_535, 1_000],
  i64: [1n, -1n, 0x1_0000_0001n],
  f32: [1.5, -0.0],
  f64: [3.25, -1e300],
};

const argumentOf = (type: ValueType, index: number): unknown => {
  const values = ARGUMENTS[type];
  return values ? values[index % values.length] : null;
};

const STACK_OVERFLOW = /call stack size exceeded/;

const textOf = (thrown: unknown): string =>
  thrown instanceof WebAssembly.Exception ? 'exception' : thrown instanceof Error ? thrown.message : String(thrown);

/** Says what memory holds, in a text that equal bytes have in common. */
class MemoryDigest {
  private known: Uint8Array = new Uint8Array(0);
  private text = '';

  of(memory: WebAssembly.Memory): string {
    const live = new Uint8Array(memory.buffer);
    // Most calls change nothing, and comparing takes less than hashing.
    if (this.text === '' || Buffer.compare(live, this.known) !== 0) {
      const copy = live.slice(); // a hash takes no shared memory
      this.known = copy;
      this.text = `${copy.length} bytes, ${createHash('md5').update(copy).digest('hex')}`;
    }
    return this.text;
  }
}

function observe(module: Module, make: (told: (line: string) => void) => Run & Partial<RecordedRun>): Observed {
  const lines: string[] = [];
  const accesses: string[][] = [];
  let stackOverflow = false;
  const digest = new MemoryDigest();
  const run = make(line => lines.push(line));
  const after = (): void => {
    lines.push(`memory ${digest.of(run.memory)}`);
    for (const { kind, name } of module.exports) {
      if (kind !== 'global') continue;
      const exported = run.instance.exports[name];
      if (!(exported instanceof WebAssembly.Global)) continue;
      try {
        lines.push(`${name} = ${valueText(exported.value)}`);
      } catch {
        // A v128 has no value for JavaScript.
      }
    }
    if (!run.accesses || !run.rebuilt) return;
    accesses.push(run.accesses());
    const live = new Uint8Array(run.memory.buffer);
    const rebuilt = run.rebuilt();
    if (Buffer.compare(rebuilt, live) !== 0) {
      lines.push(`memory rebuilt from the recording differs at ${rebuilt.findIndex((byte, at) => byte !== live[at])}`);
    }
  };
  after();
  let call = 0;
  for (const each of module.exports) {
    if (each.kind !== 'function' || each.type === null) continue;
    const { exports } = run.instances[call % run.instances.length];
    const exported = exports[each.name];
    if (typeof exported !== 'function') continue;
    const args = each.type.params.map((type, index) => argumentOf(type, call + index));
    call++;
    try {
      lines.push(`${each.name}: ${valueText(exported(...args))}`);
    } catch (thrown) {
      const text = textOf(thrown);
      stackOverflow ||= STACK_OVERFLOW.test(text);
      lines.push(`${each.name} threw ${text}`);
      run.threw?.(thrown);
    }
    after();
  }
  return { lines, accesses, stackOverflow };
}

function firstDifference(what: string, expected: readonly string[], actual: readonly string[]): string[] {
  const length = Math.max(expected.length, actual.length);
  for (let i = 0; i < length; i++)
    if (expected[i] !== actual[i]) return [`${what}, ${i} of ${length}: expected ${expected[i]}, got ${actual[i]}`];
  return [];
}

/** Instances of a run that shares their state, of which one call after the other is made on the next. */
const INSTANCES = 3;

/** `data.drop`, `table.init`, `elem.drop`, `table.copy`, `table.grow` and `table.fill`. */
const CHANGES_OWN: ReadonlySet<number> = new Set([
  OP.tableSet,
  ...[9, 12, 13, 14, 15, 17].map(sub => prefixed(PREFIX_MISC, sub)),
]);

/** Whether instances that share their state have nothing else that changes: tables, segments, other memories, globals that can't be shared. */
function sharesAll(module: Module): boolean {
  if (module.memories.length > 1 || mutableGlobals(module).own.length > 0) return false;
  const ranges = functionRanges(module);
  for (let i = 0; i < ranges.length; i += 2) {
    const { code, end } = readBody(module, module.importedFunctions + i / 2, ranges[i], ranges[i + 1]);
    const walker = new InstructionWalker(module.bytes, code, end);
    while (walker.next()) if (CHANGES_OWN.has(walker.code)) return false;
  }
  return true;
}

/** Compares the runs of a module at both levels. */
export function compareRuns(bytes: Uint8Array): Comparison {
  const module = readModule(bytes);
  const nothing = { differences: [], accesses: 0, traps: 0, severalCompared: false };
  if (module.memories.length === 0) return { ...nothing, skipped: 'no memory' };
  let bare: Observed;
  try {
    bare = observe(module, told => runBare(bytes, memory => guestImports(module, memory, told)));
  } catch (error) {
    return { ...nothing, skipped: `not instantiated: ${textOf(error)}` };
  }
  // How deep a guest may recurse depends on the size of its frames, which recording changes.
  if (bare.stackOverflow) return { ...nothing, skipped: 'stack overflow' };

  const differences: string[] = [];
  let accesses = 0;
  const severalCompared = sharesAll(module);
  for (const level of ['all', 'stores'] satisfies AccessLevel[]) {
    const recorded = (
      log: LogKind,
      options: Pick<RecordOptions, 'among' | 'told' | 'stackPointer' | 'exact' | 'state'> = {},
      instances = 1,
    ): Observed =>
      observe(module, told =>
        runRecorded(bytes, { level, log, ...options }, memory => guestImports(module, memory, told), instances),
      );
    const simple = recorded('simple');
    const compact = recorded('compact');
    // Its numbers grow from two bytes to four on the way.
    const among = recorded('compact', { among: { firstNumber: 2 ** 15 - 40, name: 'one of several' } });
    // Whatever functions tell of their calls, and whichever global is taken for the stack pointer, the accesses are the same.
    const global = module.globals.findIndex(({ mutable, type }) => mutable && type === 'i32');
    const told = {
      told: module.functions.map((_, index) => index).filter(index => index % 2 === 0),
      stackPointer: global < 0 ? null : { global, initial: 2 ** 16 },
    };
    const toldAmong = { ...told, among: { firstNumber: 7, name: 'one of several' } };
    for (const [log, options] of [
      ['simple', told],
      ['compact', toldAmong],
    ] as const) {
      const telling = recorded(log, options);
      differences.push(...firstDifference(`${level}, ${log} log, told`, bare.lines, telling.lines));
      const where = `${level}, ${log} log, told: accesses`;
      differences.push(...firstDifference(where, simple.accesses.flat(), telling.accesses.flat()));
    }
    // Nobody but the guest writes: nothing is found, and nothing else differs.
    for (const log of ['simple', 'compact'] satisfies LogKind[]) {
      const exact = recorded(log, { exact: true });
      const what = `${level}, ${log} log, exact`;
      differences.push(...firstDifference(what, bare.lines, exact.lines));
      differences.push(...firstDifference(`${what}, accesses`, simple.accesses.flat(), exact.accesses.flat()));
    }
    const instances = severalCompared && level === 'stores' ? INSTANCES : 1;
    const shared = recorded('compact', { state: 'shared' }, instances);
    differences.push(...firstDifference(`${level}, ${instances} with one state`, bare.lines, shared.lines));
    differences.push(...firstDifference(`${level}, their accesses`, simple.accesses.flat(), shared.accesses.flat()));
    differences.push(...firstDifference(`${level}, simple log`, bare.lines, simple.lines));
    differences.push(...firstDifference(`${level}, compact log`, bare.lines, compact.lines));
    differences.push(...firstDifference(`${level}, accesses`, simple.accesses.flat(), compact.accesses.flat()));
    differences.push(...firstDifference(`${level}, one of several modules`, bare.lines, among.lines));
    differences.push(...firstDifference(`${level}, its accesses`, simple.accesses.flat(), among.accesses.flat()));
    accesses += simple.accesses.flat().length;
  }
  const traps = bare.lines.filter(line => / threw /.test(line)).length;
  return { differences, accesses, traps, severalCompared, skipped: null };
}
