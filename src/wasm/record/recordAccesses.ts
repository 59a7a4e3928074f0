// The rewrite of a module for a run: memory 0 is imported and shared, so that several instances can run over it, and code tells
// each access of it to a log in a memory of its own. Where instances share their state, mutable globals are imported, too, see
// `sharedState.ts`. One pass over the file; what does not change is copied.
import type { AccessLevel, LogKind, RecordingPlan } from '../../protocol/recordingPlan.ts';
import type { InstanceState, RecordLevel } from '../../protocol/run.ts';
import { ByteWriter } from '../byteWriter.ts';
import {
  countImports,
  linearMemory,
  type Module,
  maximumPages,
  SECTION,
  SECTION_ORDER,
  type Section,
} from '../module.ts';
import { CodeRecording } from './codeRecording.ts';
import { functionRanges } from './functionBody.ts';
import { ADDED_IMPORTS } from './logFormat.ts';
import {
  freeModuleName,
  functionSection,
  importSection,
  laterDataSection,
  movedSection,
  namedSection,
  startSection,
  typeSection,
  UNCHANGED,
} from './sections.ts';
import { globalsModule, mutableGlobals, type SharedState, startsLater } from './sharedState.ts';

export interface RecordOptions {
  readonly level: RecordLevel;
  /** `compact` where it is not given; at level `calls` there is none. */
  readonly log?: LogKind;
  /** Memory 0 is imported with the limits that the module declares, and is shared only where it is so there. */
  readonly keepLimits?: boolean;
  /**
   * Given where calls between instances of several modules are recorded. `firstNumber`: the module's records have numbers from this one on,
   * which no other module has; `name`: what engines call the module, in the place of the name that it has.
   */
  readonly among?: { readonly firstNumber: number; readonly name: string } | null;
  /** Indices of functions of which the log tells each call, by whomever: those of allocators. */
  readonly told?: readonly number[];
  /** The global that holds the end of the shadow stack, and what it is at first. Where it is imported, it is not watched. */
  readonly stackPointer?: { readonly global: number; readonly initial: number } | null;
  /** Whether accesses are checked for what the host wrote, see `checkedAccess.ts`: while code runs, nobody else may write to memory 0. */
  readonly exact?: boolean;
  /** `separate` where it is not given. */
  readonly state?: InstanceState;
}

/** A module as it is run. Several instances may share one memory and one log; where they share their state, this is the first one's. */
export interface RewrittenModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The import through which the module takes its memory 0. */
  readonly memoryImport: { readonly module: string; readonly name: string };
  /** Module name of the imports that the rewrite added, see {@link ADDED_IMPORTS}. */
  readonly addedImports: string;
  /** Maximum of memory 0, in pages of 64 KiB: the memory given must have this maximum or a lower one. */
  readonly maximum: number;
  /** Takes a byte offset inside the code section of the new module back to the offset in the original file. */
  readonly originalOffset: (offset: number) => number;
  /** Takes a function index of the new module back to the original one, also that of a function's entry or teller; null for another one that was added. */
  readonly originalFunction: (index: number) => number | null;
  /** Whether a byte offset in the original file lies in the body of one of its functions, by their index. */
  readonly isInFunction: (index: number, offset: number) => boolean;
  /** What the stack pointer is at first, and the name of its export, where calls tell of it; else null. */
  readonly stackPointer: { readonly initial: number; readonly exported: string | null } | null;
  /** Indices in the original module of the functions for which V8's optimizing compiler may take gigabytes, see `branching.ts`; none where code is copied as it is. */
  readonly branching: readonly number[];
  /** Null at level `calls`: there is no log. */
  readonly plan: RecordingPlan | null;
  /** Null where each instance has its own state. */
  readonly shared: SharedState | null;
}

/** A module that records its accesses: it takes the log that `ADDED_IMPORTS` names. */
export interface RecordedModule extends RewrittenModule {
  readonly plan: RecordingPlan;
}

/**
 * Rewrites a module so that it imports its memory 0, and at levels other than `calls` records its accesses to it.
 * @param module a valid module (have the engine validate the original first: a rewrite can hide a fault) with a memory 0 that
 *   has pages of 64 KiB; below 4 GiB, where its addresses have 64 bits
 * @throws WasmFormatError with the offset of an instruction that can't be read
 */
export function recordAccesses(
  module: Module,
  options: RecordOptions & { readonly level: AccessLevel },
): RecordedModule;
export function recordAccesses(module: Module, options: RecordOptions): RewrittenModule;
export function recordAccesses(
  module: Module,
  {
    level,
    log = 'compact',
    keepLimits = false,
    among = null,
    told = [],
    stackPointer = null,
    exact = false,
    state = 'separate',
  }: RecordOptions,
): RewrittenModule {
  const memory = linearMemory(module);
  if (!memory) throw new RangeError('a module without a memory has nothing to share or to record');
  const addedImports = freeModuleName(module, ADDED_IMPORTS.module);
  const { bytes } = module;
  const out = new ByteWriter(bytes.length * (level === 'calls' ? 1 : 2) + 1024);
  const globals = state === 'shared' ? mutableGlobals(module) : null;
  const shared = globals?.shared ?? null;
  const watched = level === 'calls' || !isWatchable(module, stackPointer) ? null : stackPointer;
  const recording =
    level === 'calls' && !shared
      ? null
      : new CodeRecording(module, level, log, among, definedOnes(module, told), watched?.global ?? null, exact, shared);
  const indices = recording?.indices ?? null;
  const types = recording && typeSection(module, exact);
  /** Sections that are written anew; the original may lack them. */
  const anew = new Map<number, () => void>();
  const write = (id: number, contents: Uint8Array): void => {
    anew.set(id, () => writeSection(out, id, contents));
  };
  if (types) write(SECTION.type, types.contents);
  write(SECTION.import, importSection(module, addedImports, keepLimits, shared ?? [], types?.firstAdded ?? 0, indices));
  const around = [...(indices?.entered ?? []), ...(indices?.told ?? [])];
  if (types && (shared || around.length > 0))
    write(SECTION.function, functionSection(module, around, shared && types.firstAdded));
  if (shared && indices) write(SECTION.start, startSection(indices.start));
  const hasCode = module.sections.some(({ id }) => id === SECTION.code);
  if (recording && (hasCode || shared)) anew.set(SECTION.code, () => recording.write(out));
  /** Writes those that stand before a section, or all. */
  const writeBefore = (section: Section | null): void => {
    const place = section ? SECTION_ORDER.indexOf(section.id) : SECTION_ORDER.length;
    for (const id of SECTION_ORDER.slice(0, Math.max(0, place))) {
      anew.get(id)?.();
      anew.delete(id);
    }
  };

  out.copy(bytes, 0, module.sections[0]?.start ?? bytes.length);
  let originalOffset = (offset: number): number => offset;
  if (recording) originalOffset = offset => recording.originalOffset(offset);
  /** Where the data section stands in the new file. */
  let data: WrittenSection | null = null;
  for (const section of module.sections) {
    writeBefore(section);
    const written = anew.get(section.id);
    if (written) {
      written();
      anew.delete(section.id);
      continue;
    }
    if (section.id === SECTION.code) {
      const moved = out.size - section.start;
      originalOffset = offset => offset - moved;
    }
    if (among && section.name === 'name') continue; // it is written behind all others
    const start = out.size;
    const contents = movedSection(module, section, indices);
    if (contents === UNCHANGED) out.copy(bytes, section.start, section.end);
    else if (contents) writeSection(out, section.id, contents);
    if (section.id === SECTION.data) data = { section, start, end: out.size };
  }
  writeBefore(null);
  if (among && indices) writeSection(out, SECTION.custom, namedSection(module, indices, among.name));
  const rewritten = out.finish();
  return {
    bytes: rewritten,
    memoryImport: memory.imported
      ? { module: memory.imported.module, name: memory.imported.name }
      : { module: addedImports, name: ADDED_IMPORTS.memory },
    addedImports,
    maximum: maximumPages(module),
    originalOffset,
    originalFunction: index => (indices ? indices.originalFunction(index) : index),
    isInFunction: bodiesOf(module),
    stackPointer: watched && { initial: watched.initial, exported: exportedAs(module, watched.global) },
    branching: recording?.branching ?? [],
    plan: recording?.plan() ?? null,
    shared:
      globals && recording
        ? {
            laterBytes: laterModule(module, rewritten, data, recording),
            globalsBytes: globalsModule(module, globals.shared),
            ownGlobals: globals.own,
          }
        : null,
  };
}

const POINTER_TYPES: readonly unknown[] = ['i32', 'i64'];

/** Name of the export of a global; null where it has none. */
const exportedAs = ({ exports }: Module, global: number): string | null =>
  exports.find(({ kind, index }) => kind === 'global' && index === global)?.name ?? null;

/** Whether the log can tell of a stack pointer: it is the module's own. Who gets it by an export may set it, which is seen where a call begins and ends. */
export const isWatchable = (module: Module, stackPointer: { readonly global: number } | null | undefined): boolean =>
  stackPointer != null &&
  stackPointer.global >= countImports(module, 'global') &&
  POINTER_TYPES.includes(module.globals[stackPointer.global]?.type);

const definedOnes = ({ importedFunctions }: Module, functions: readonly number[]): number[] =>
  [...new Set(functions)].filter(index => index >= importedFunctions).sort((a, b) => a - b);

/** Whether the instances of a rewritten module share what they keep outside of memory. */
export const stateOf = ({ shared }: Pick<RewrittenModule, 'shared'>): InstanceState => (shared ? 'shared' : 'separate');

/** A section of the original file, and where it stands in the new one. */
interface WrittenSection {
  readonly section: Section;
  readonly start: number;
  readonly end: number;
}

/** The module of the instances behind the first one. */
function laterModule(
  module: Module,
  first: Uint8Array,
  data: WrittenSection | null,
  { indices, laterAt }: CodeRecording,
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(first.length).copy(first, 0, data?.start ?? first.length);
  if (data) {
    writeSection(out, SECTION.data, laterDataSection(module, data.section, indices));
    out.copy(first, data.end, first.length);
  }
  const later = out.finish();
  startsLater(later, laterAt);
  return later;
}

function bodiesOf(module: Module): RewrittenModule['isInFunction'] {
  let ranges: ReturnType<typeof functionRanges> | null = null;
  return (index, offset) => {
    ranges ??= functionRanges(module);
    const at = 2 * (index - module.importedFunctions);
    return at >= 0 && at < ranges.length && offset >= ranges[at] && offset < ranges[at + 1];
  };
}

function writeSection(out: ByteWriter, id: number, contents: Uint8Array): void {
  out.byte(id).u32(contents.length).bytes(contents);
}
