// What a file says of itself before anything runs: also one that can't be run here, such as a module without a memory.
import { sha256 } from '../../platform/bytes.ts';
import type { ModuleClaims } from '../../protocol/claims.ts';
import type { ExternalKind } from '../../protocol/run.ts';
import type { Module } from '../../wasm/module.ts';
import { claimsOf, readLinked } from './inspect.ts';

export interface InspectedMemory {
  /** `env.memory`; null where the module defines it. */
  readonly importedAs: string | null;
  readonly exportedAs: readonly string[];
  /** In pages of 64 KiB, unless the memory has a page size of its own. */
  readonly minimum: number;
  readonly maximum: number | null;
  readonly shared: boolean;
  readonly is64: boolean;
  readonly customPageSize: boolean;
}

export type KindCounts = Readonly<Partial<Record<ExternalKind, number>>>;

export interface Inspection extends ModuleClaims {
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  /** Memory 0, of which claims tell, comes first. */
  readonly memories: readonly InspectedMemory[];
  /** How many it imports of each module. */
  readonly imports: readonly { readonly module: string; readonly counts: KindCounts }[];
  readonly exports: KindCounts;
}

/**
 * Reads what a module claims, and what it imports and exports.
 * @throws InputError where the file is no linked module
 */
export function inspectClaims(bytes: Uint8Array): Inspection {
  const module = readLinked(bytes);
  const names = new Set(module.imports.map(each => each.module));
  return {
    sha256: sha256(bytes),
    bytes: bytes.length,
    memories: memoriesOf(module),
    imports: [...names].map(name => ({
      module: name,
      counts: countKinds(module.imports.filter(each => each.module === name)),
    })),
    exports: countKinds(module.exports),
    ...claimsOf(module),
  };
}

function countKinds(externals: readonly { readonly kind: ExternalKind }[]): KindCounts {
  const counts: Partial<Record<ExternalKind, number>> = {};
  for (const { kind } of externals) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function memoriesOf({ imports, exports, memories }: Module): InspectedMemory[] {
  const imported = imports.filter(({ kind }) => kind === 'memory');
  const exported = exports.filter(({ kind }) => kind === 'memory');
  return memories.map(({ minimum, maximum, shared, is64, customPageSize }, index) => {
    const { [index]: from } = imported;
    return {
      importedAs: from ? `${from.module}.${from.name}` : null,
      exportedAs: exported.filter(each => each.index === index).map(({ name }) => name),
      minimum: Number(minimum),
      maximum: maximum === null ? null : Number(maximum),
      shared,
      is64,
      customPageSize,
    };
  });
}
