// Reads a file as far as the product needs it, without running or compiling anything, and says what is wrong with it.

import { sha256 } from '../../platform/bytes.ts';
import type { ModuleClaims } from '../../protocol/claims.ts';
import type { ExportSummary, ImportSummary, InstanceState, ModuleSummary } from '../../protocol/run.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { readClaims, readRegions } from '../../wasm/claims/readClaims.ts';
import { WasmFormatError } from '../../wasm/errors.ts';
import { identify } from '../../wasm/identify.ts';
import { findUnlinked } from '../../wasm/linking.ts';
import {
  type ExternalType,
  endOfData,
  linearMemory,
  MAXIMUM_PAGES,
  type Module,
  maximumPages,
  readModule,
} from '../../wasm/module.ts';
import { functionTypeText, globalTypeText, limitsText } from '../../wasm/types.ts';
import { provisionsFor } from '../host/hostModules.ts';
import { type InputError, inputError } from './errors.ts';

export const offsetText = (offset: number): string => `offset ${offset} (0x${offset.toString(16)})`;

/**
 * Reads a module that has a linear memory which instances can share.
 * @throws InputError for anything else
 */
export function readInput(bytes: Uint8Array, allocators: readonly string[] = []): Module {
  const module = readLinked(bytes, allocators);
  refuseUnsuitableMemory(module);
  return module;
}

/**
 * Reads a module that is linked, whatever memory it has.
 * @throws InputError for anything else
 */
export function readLinked(bytes: Uint8Array, allocators: readonly string[] = []): Module {
  refuseOtherFiles(bytes);
  const module = explained(() => readModule(bytes, allocators));
  const unlinked = findUnlinked(module);
  if (unlinked) {
    throw inputError(
      'relocatable-object',
      `The file is a relocatable object file, not yet linked: it has a 'linking' section at ${offsetText(unlinked.offset)}, and ${unlinked.what}.`,
      'Link it with wasm-ld, or run the compiler without -c, and use the result.',
    );
  }
  return module;
}

/** @throws InputError for a file that is no core module, by its first bytes */
export function refuseOtherFiles(bytes: Uint8Array): void {
  const file = identify(bytes);
  switch (file.kind) {
    case 'module':
      return;
    case 'empty':
      throw inputError('empty-file', 'The file is empty (0 bytes).', 'Build the module again, or choose another file.');
    case 'truncated':
      throw truncated(`the header of 8 bytes ends at ${offsetText(bytes.length)}`);
    case 'component':
      throw inputError(
        'component',
        'The file is a WebAssembly component (layer 1 at offset 6), which has no linear memory of its own to share.',
        "Use the core module inside it: 'wasm-tools component unbundle' takes it out.",
      );
    case 'version':
      throw inputError(
        'not-wasm',
        `The file says it is WebAssembly of version ${file.version} (at offset 4), and only version 1 exists.`,
        'Build the module again with a current toolchain, or choose another file.',
      );
    case 'other':
      throw inputError(
        'not-wasm',
        `The file is no WebAssembly module: it is ${file.what}.`,
        file.what.includes('Git LFS')
          ? "Fetch the file itself with 'git lfs pull'."
          : file.what.includes('WebAssembly text')
            ? "Translate it with 'wat2wasm' and use the result."
            : 'Choose a .wasm file that begins with the bytes 00 61 73 6d.',
      );
  }
}

function truncated(what: string, cause?: WasmFormatError): InputError {
  return inputError(
    'truncated',
    `The file is truncated: ${what}.`,
    'Copy or download it again, or build it again; part of it is missing.',
    cause,
  );
}

/** What `read` returns. @throws InputError where it meets what can't be read */
function explained<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    if (error.reason === 'truncated') throw truncated(`${error.message}, at ${offsetText(error.offset)}`, error);
    throw inputError(
      'malformed',
      `The file is malformed: ${error.message}, at ${offsetText(error.offset)}.`,
      "Build it again; 'wasm-validate' or 'wasm-tools validate' tells more about what is wrong.",
      error,
    );
  }
}

function refuseUnsuitableMemory(module: Module): void {
  const memory = linearMemory(module);
  if (!memory) {
    throw inputError(
      'no-memory',
      'The module has no linear memory: it neither imports nor defines one, so its instances have nothing to share.',
      'Build a module that uses memory (with --import-memory, or one that defines its own).',
    );
  }
  const { limits } = memory;
  if (limits.customPageSize) {
    throw inputError(
      'unsupported-memory',
      "The module's memory has a page size of its own; only memories with pages of 64 KiB can be shared here.",
      'Build the module with standard pages.',
    );
  }
  if (limits.is64) {
    if (limits.minimum <= MAXIMUM_PAGES) return;
    throw inputError(
      'unsupported-memory',
      `The module's memory asks for ${limits.minimum} pages, and at most 65536 (4 GiB) can be shared here.`,
      'Build it with a smaller initial memory.',
    );
  }
  if (limits.minimum > MAXIMUM_PAGES || (limits.maximum !== null && limits.maximum > MAXIMUM_PAGES)) {
    throw inputError(
      'malformed',
      `The file is malformed: its memory asks for ${limitsText(limits)} pages, and a 32-bit memory has 65536 at most.`,
      'Build it with limits of 65536 pages or less.',
    );
  }
}

/**
 * Pages of 64 KiB that a run creates: the declared minimum, and of an imported memory as many as data needs, since whoever gives
 * it would give enough.
 */
export function initialPages(module: Module): number {
  const memory = linearMemory(module);
  if (!memory) return 0;
  const minimum = Number(memory.limits.minimum);
  if (!memory.imported) return minimum;
  const needed = Math.max(minimum, Math.ceil(endOfData(module) / WASM_PAGE_BYTES));
  return Math.min(needed, maximumPages(module));
}

/** The type of what is imported or exported, as one line. */
export const typeText = (external: ExternalType): string => {
  switch (external.kind) {
    case 'function':
    case 'tag':
      return external.type ? functionTypeText(external.type) : '?';
    case 'table':
      return `${limitsText(external.type.limits)} ${external.type.element}`;
    case 'memory':
      return limitsText(external.type);
    case 'global':
      return globalTypeText(external.type);
  }
};

/** What a file says of itself. */
export type ModuleFacts = Omit<ModuleSummary, 'name' | 'sha256' | 'instanceState'>;

/** @param name what the user calls the module */
export function summarize(module: Module, name: string, instanceState: InstanceState = 'separate'): ModuleSummary {
  const { size, memory, ...rest } = factsOf(module);
  return { name, sha256: sha256(module.bytes), size, memory, instanceState, ...rest };
}

function factsOf(module: Module): ModuleFacts {
  const memory = linearMemory(module);
  if (!memory) throw new RangeError('a run needs a module with a memory');
  const { limits, imported } = memory;
  const imports = provisionsFor(module).map(({ label }, index): ImportSummary => {
    const each = module.imports[index];
    return { module: each.module, name: each.name, kind: each.kind, type: typeText(each), provided: label };
  });
  return {
    size: module.bytes.length,
    memory: {
      kind: imported ? 'imported' : 'defined',
      minimum: Number(limits.minimum),
      maximum: limits.maximum === null ? null : Number(limits.maximum),
      shared: limits.shared,
      pages: initialPages(module),
    },
    imports,
    ...(module.allocators.length > 0 && { allocators: module.allocators }),
    exports: module.exports.map((each): ExportSummary => ({ name: each.name, kind: each.kind, type: typeText(each) })),
  };
}

/** What a module claims. @throws InputError where its code can't be read, which reading the module passes over */
export const claimsOf = (module: Module): ModuleClaims => explained(() => readClaims(module));

/**
 * Reads a file's imports, exports and memory, and what it claims of that.
 * @param claimsUpTo size in bytes of the largest file of which claims are read: that looks at code; of a larger one there are none
 * @throws InputError that says what is wrong with the file
 */
export function inspectModule(
  bytes: Uint8Array,
  claimsUpTo = Number.POSITIVE_INFINITY,
): ModuleFacts & Pick<ModuleClaims, 'claims'> {
  const module = readInput(bytes);
  return { ...factsOf(module), claims: bytes.length > claimsUpTo ? [] : explained(() => readRegions(module)) };
}
