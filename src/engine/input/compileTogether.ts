// The modules of a run over one memory: each is read, checked and rewritten as if it ran alone, but their sites and records are numbered
// over all of them, and they have to agree on a memory.
import { moduleLabels } from '../../protocol/instanceNames.ts';
import type { InstanceState, ModuleSummary, RecordLevel } from '../../protocol/run.ts';
import type { Module } from '../../wasm/module.ts';
import { lastNumber } from '../../wasm/record/decodeEntries.ts';
import { stateOf } from '../../wasm/record/recordAccesses.ts';
import { unlinkedNote } from '../host/dynamicLinking.ts';
import { type CompiledGuest, compileGuest, readForRun, unmetNote } from './compile.ts';
import { InputError, inputError } from './errors.ts';
import type { GuestFile } from './guestFile.ts';
import { summarize } from './inspect.ts';
import { memoryFor } from './memoryFor.ts';

/** A module of a run. */
export interface RunModule {
  readonly index: number;
  /** What the user calls it. */
  readonly name: string;
  readonly module: Module;
  readonly guest: CompiledGuest;
  /** Number of its first import among those of all modules. */
  readonly firstImport: number;
}

export interface RunModules {
  readonly modules: readonly RunModule[];
  readonly summaries: readonly ModuleSummary[];
  readonly memory: WebAssembly.Memory;
  /** What is recorded of all of them, and why that is less than asked for; null where it is not. */
  readonly record: RecordLevel;
  readonly recordNote: string | null;
  readonly notes: readonly string[];
}

interface ReadFile {
  readonly name: string;
  readonly module: Module;
}

/**
 * Reads and compiles the modules of a run, and makes their memory.
 * @param allocators functions of allocators that the user names
 * @throws InputError for the first file that can't be run, named where there are several, and where they can't share a memory
 */
export function compileTogether(
  files: readonly GuestFile[],
  wanted: RecordLevel,
  state: InstanceState,
  allocators: readonly string[] = [],
): RunModules {
  const several = files.length > 1;
  const labels = several ? moduleLabels(files.map(({ name }) => ({ name, exports: [] }))) : [];
  const about = <T>(index: number, work: () => T): T => (several ? naming(labels[index], work) : work());
  const read = files.map(({ name, bytes }, index) => ({
    name,
    module: about(index, () => readForRun(bytes, allocators)),
  }));
  const compile = (level: RecordLevel): RunModule[] => {
    const modules: RunModule[] = [];
    for (const [index, file] of read.entries())
      modules.push(about(index, () => compileBehind(modules, file, level, state, several)));
    return modules;
  };
  const asWanted = compile(wanted);
  const isLess = asWanted.some(({ guest }) => guest.record !== wanted);
  // One log tells of all of them, or none.
  const modules = isLess && several ? compile('calls') : asWanted;
  const { memory, pages } = memoryFor(
    modules.map(({ module, guest }, index) => ({
      module,
      maximum: guest.rewritten.maximum,
      label: labels[index] ?? '',
    })),
  );
  const named = (index: number, note: string | null): string[] =>
    note === null ? [] : [several ? `${labels[index]}: ${note}` : note];
  const recordNotes = asWanted.flatMap(({ guest }, index) => named(index, guest.recordNote));
  return {
    modules,
    summaries: modules.map(({ module, name, guest }) => {
      const summary = summarize(module, name, stateOf(guest.rewritten));
      return several ? { ...summary, memory: { ...summary.memory, pages } } : summary;
    }),
    memory,
    record: modules[0].guest.record,
    recordNote: recordNotes.length > 0 ? recordNotes.join(' ') : null,
    notes: [
      ...modules.flatMap(({ guest, module }, index) => [
        ...named(index, guest.stateNote),
        ...named(index, unlinkedNote(module)),
      ]),
      ...[unmetNote(modules.map(({ module }) => module))].filter(note => note !== null),
    ],
  };
}

/** A file's problem, with its name. */
function naming<T>(label: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { kind, message, remedy } = error.problem;
    throw inputError(kind, `${label}: ${message}`, remedy, error.cause);
  }
}

/** Compiles a module of which the records have numbers behind those of the modules before. */
function compileBehind(
  before: readonly RunModule[],
  { name, module }: ReadFile,
  level: RecordLevel,
  state: InstanceState,
  several: boolean,
): RunModule {
  const last = before.at(-1);
  const plan = last?.guest.rewritten.plan;
  const among = { firstNumber: plan ? lastNumber(plan) + 1 : 1, name: `wasm-shared-memory-${before.length}` };
  const guest = compileGuest(module, level, state, several ? among : null);
  const firstImport = last ? last.firstImport + last.module.imports.length : 0;
  return { index: before.length, name, module, guest, firstImport };
}
