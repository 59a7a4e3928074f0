// The words for what separates modules: command lines for the tools that may have linked them.
import { rangeText } from './claimTexts.ts';
import type { Relinking, SeparatedModule, SeparatePart } from './separation.ts';
import { hex } from './text.ts';

export type Tool = 'wasm-ld' | 'clang' | 'rustc' | 'cargo' | 'zig' | 'emcc' | 'asc';

/** What is added to the command line that links a module. */
export interface CommandLine {
  readonly tool: Tool;
  readonly text: string;
}

const line = (tool: Tool, text: string): CommandLine => ({ tool, text });

/** With options of LLD: those of zig and emcc, which put the stack behind statics once these have a place, are their own. */
function linkerLines(lld: readonly string[], base: number, stackBytes: number): CommandLine[] {
  return [
    line('wasm-ld', `wasm-ld ${lld.join(' ')}`),
    line('clang', `clang -Wl,${lld.join(',').replaceAll(' ', ',')}`),
    line('zig', `zig build-exe --global-base=${base} --stack ${stackBytes}`),
    line('emcc', `emcc -sGLOBAL_BASE=${base} -sSTACK_SIZE=${stackBytes}`),
  ];
}

/** rustc gives LLD a size of the stack itself: the last one counts. */
function rustLines(lld: readonly string[]): CommandLine[] {
  const options = lld.map(option => `-C link-arg=${option.replace(' ', '')}`).join(' ');
  return [line('rustc', `rustc ${options}`), line('cargo', `RUSTFLAGS="${options}" cargo build`)];
}

/** One a tool that may have linked it; none where nothing tells of one. */
export function commandLines(by: Relinking): CommandLine[] {
  switch (by.kind) {
    case 'assemblyscript':
      return [line('asc', `asc --memoryBase ${by.base}`)];
    case 'statics-first': {
      const options = [`--global-base=${by.base}`, `-z stack-size=${by.stackBytes}`];
      return by.isRust ? rustLines(options) : linkerLines(options, by.base, by.stackBytes);
    }
    case 'stack-first': {
      const options = [`-z stack-size=${by.top}`];
      return by.isRust ? rustLines(options) : linkerLines(options, by.base, by.stackBytes);
    }
    case 'unknown-tool':
      return [];
  }
}

const partText = ({ kind, start, end }: SeparatePart): string =>
  `${kind} ${rangeText({ start, end, relativeTo: null })}`;

/** `statics 0x20000–0x20004, stack 0x20010–0x30010, heap 0x30010–end`. */
const partsText = (parts: readonly SeparatePart[]): string => parts.map(partText).join(', ');

/** A stack that comes first reaches down to 0, over what others have below its own part. */
function stackText(parts: readonly SeparatePart[]): string {
  const stack = parts.find(({ kind }) => kind === 'stack');
  const statics = parts.find(({ kind }) => kind === 'statics');
  const { start = 0, end = null } = stack ?? {};
  const comesFirst = end !== null && start > 0 && (statics?.start ?? 0) >= end;
  return comesFirst ? ` Its stack begins at ${hex(end)} and grows down: nothing stops it at ${hex(start)}.` : '';
}

/** Before what becomes of each module. */
export const separationText = (separated: readonly SeparatedModule[]): string =>
  separated.some(({ placement }) => placement.kind === 'moves')
    ? 'What keeps them apart, added to the command line that links them, for one tool or another:'
    : 'They keep apart where they are, as long as none leaves its part:';

/** What becomes of a module, as a sentence. @param name of the module */
export function separatedText({ placement, parts }: SeparatedModule, name: string): string {
  switch (placement.kind) {
    case 'stays':
      return `${name} stays as it is: ${partsText(parts)}.${stackText(parts)}`;
    case 'moves':
      return placement.by.kind === 'unknown-tool'
        ? `${name} has to be written for addresses from ${hex(placement.by.base)} on: ${partsText(parts)}.`
        : `${name} is linked anew: ${partsText(parts)}.${stackText(parts)}`;
    case 'relative':
      return `${name} is position-independent: its loader gives it a place.`;
    case 'unknown':
      return `${name} claims nothing that is known, so nothing tells where it has to be.`;
  }
}

/** What a heap that has an end is to be told, as a sentence; null where there is none. */
export const roomText = (separated: readonly SeparatedModule[]): string | null =>
  separated.some(({ parts }) => parts.some(({ kind, end }) => kind === 'heap' && end !== null))
    ? 'A heap that ends below another module is room, no limit: nothing tells its allocator to stop there.'
    : null;
