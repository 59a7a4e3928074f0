// The words for what a module claims.
import {
  type AllocatorFunction,
  type AssemblyScriptRuntime,
  type Because,
  type Claim,
  type ClaimedRange,
  type ClaimKind,
  ENOUGH_FUNCTIONS,
  type LateInstance,
  type ModuleClaims,
  type Rewrite,
  type StackPointer,
  type Toolchain,
} from './claims.ts';
import { count, hex } from './text.ts';

const KIND_TEXTS: Readonly<Record<ClaimKind, string>> = {
  data: 'data',
  bss: 'bss',
  stack: 'stack',
  heap: 'heap',
  dylink: 'dylink region',
  tls: 'thread-locals',
};

export const claimKindText = (kind: ClaimKind): string => KIND_TEXTS[kind];

/** `.rodata` of a segment, else what it is: `stack`. */
export const claimText = ({ kind, name }: Pick<Claim, 'kind' | 'name'>): string =>
  kind === 'data' && name !== null ? name : KIND_TEXTS[kind];

/** `5 functions`, `16 functions or more`. */
const usersText = (functions: number): string =>
  `${count(functions, 'function')}${functions < ENOUGH_FUNCTIONS ? '' : ' or more'}`;

/** Why a claim is a guess, as a clause behind "because". */
export function becauseText(because: Because): string {
  switch (because.kind) {
    case 'stack-pointer-by-use':
      return `its stack pointer is told only by its use, in ${usersText(because.functions)}`;
    case 'stack-first':
      return 'no data lies below it, and linkers let a stack that comes first begin at 0';
    case 'behind-statics':
      return `the static data that is seen ends at ${hex(because.end)}`;
    case 'behind-stack':
      return 'the stack ends there';
    case 'usual-stack':
      return `a stack of ${hex(because.bytes)} bytes is usual`;
    case 'unseen-zeros':
      return 'nothing in the module tells where static variables that are zero at first end';
    case 'only-zeros':
      return 'the segment holds only zeros';
    case 'cut-at-zeros':
      return `its ${because.segments} segments look cut at zero bytes`;
    case 'set-by-start':
      return `the start function sets global ${because.global} to it`;
    case 'set-to-heap':
      return `it is set to ${hex(because.address)}, where the heap begins, and to nothing else that was seen`;
    case 'set-by-allocator':
      return `${because.function} returns what was in it, and sets it`;
  }
}

/** `0x400–0x558`, `env.__memory_base + 0x0–0x24d4`, `0x10480–end`. */
export function rangeText({ start, end, relativeTo }: ClaimedRange): string {
  const range = `${hex(start)}–${end === null ? 'end' : hex(end)}`;
  return relativeTo === null ? range : `${relativeTo} + ${range}`;
}

/** How a stack pointer is known, behind the number of its global. */
function foundBy({ by, name, functions }: Extract<StackPointer, { kind: 'found' }>): string {
  switch (by) {
    case 'name':
      return `named ${name}`;
    case 'export':
      return `exported as ${name}`;
    case 'import':
      return `imported as ${name}`;
    case 'use':
      return `told by its use in ${usersText(functions)}`;
  }
}

export function stackPointerText(pointer: StackPointer): string {
  if (pointer.kind === 'none') return 'None was found.';
  const initial =
    pointer.initial === null ? 'where it starts, its loader says' : `it starts at ${hex(pointer.initial)}`;
  return `Global ${pointer.global}, ${foundBy(pointer)}; ${initial}.`;
}

const RUNTIMES: Readonly<Record<AssemblyScriptRuntime, string>> = {
  stub: 'AssemblyScript (stub runtime)',
  minimal: 'AssemblyScript (minimal runtime)',
  incremental: 'AssemblyScript (incremental runtime)',
  unknown: 'AssemblyScript',
};

/** `made by rustc 1.63.0, AssemblyScript (stub runtime)`; empty where nothing tells. */
export function toolchainText({ producers, assemblyScript }: Toolchain): string {
  const textsOf = (entries: Toolchain['producers']): string[] =>
    entries.map(({ name, version }) => `${name} ${version}`.trim());
  const tools = [
    ...textsOf(producers.filter(({ field }) => field !== 'language')),
    ...(assemblyScript ? [RUNTIMES[assemblyScript]] : []),
  ];
  if (tools.length > 0) return `made by ${tools.join(', ')}`;
  // It may be that of a library alone: Zig's modules say C99.
  return producers.length > 0 ? `it names no tool, and the language ${textsOf(producers).join(', ')}` : '';
}

const BY: Readonly<Record<AllocatorFunction['by'], string>> = {
  export: 'exported',
  name: 'by name',
  import: 'imported',
  code: 'by its code',
};

/** `malloc: malloc (exported), free (exported)`, one a family. */
export function allocatorTexts(functions: readonly AllocatorFunction[]): string[] {
  const families = new Map<string, string[]>();
  for (const { family, name, by } of functions)
    families.set(family, [...(families.get(family) ?? []), `${name} (${BY[by]})`]);
  return [...families].map(([family, names]) => `${family}: ${names.join(', ')}`);
}

/** Ranges that a sentence names, at most. */
const NAMED_RANGES = 4;

/** `0x400–0x500 and zeros to 0x510–0x620`. */
function rewriteText(rewrites: readonly Rewrite[]): string {
  const texts = rewrites.map(each => `${each.fill === 'zeros' ? 'zeros to ' : ''}${rangeText(each)}`);
  const parts =
    texts.length > NAMED_RANGES ? [...texts.slice(0, NAMED_RANGES), `${texts.length - NAMED_RANGES} more`] : texts;
  return [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter(part => part !== '').join(' and ');
}

/** What making a late instance does to memory, in whole sentences. */
export function lateTexts({ rewrites, cutAtZeros, once, keepsZeros }: LateInstance): string[] {
  const bySegments = rewrites.filter(({ by }) => by === 'segment');
  const byStart = rewrites.filter(({ by }) => by === 'start');
  const texts: string[] = [];
  if (bySegments.length > 0) texts.push(`Its data segments write ${rewriteText(bySegments)} again.`);
  if (bySegments.length > 0 && cutAtZeros)
    texts.push('They look cut at zero bytes, so that single bytes of a number may go back.');
  if (byStart.length > 0) {
    const when = once ? 'for the first instance only, as a flag in memory says' : 'again';
    texts.push(`Its start function writes ${rewriteText(byStart)} ${when}.`);
  }
  if (keepsZeros) texts.push('Its bss stays as it is, since no segment zeroes it.');
  return texts.length > 0 ? texts : ['Nothing is known to be written again.'];
}

/** What each instance has for itself beside memory, in whole sentences. */
export function instanceStateTexts({ allocatorState, threadLocals }: ModuleClaims): string[] {
  const globals = allocatorState.map(({ global, name }) => name ?? `global ${global}`);
  return [
    ...(globals.length > 0
      ? [`Its allocator keeps its state in globals, one set an instance: ${globals.join(', ')}.`]
      : []),
    ...(threadLocals
      ? [
          `Its thread-locals${threadLocals.bytes === null ? '' : ` (${count(threadLocals.bytes, 'byte')})`} are where global ${threadLocals.global} says: at 0 in a late instance, unless its host calls __wasm_init_tls.`,
        ]
      : []),
  ];
}
