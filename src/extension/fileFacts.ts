// What the Quick Pick tells of a file: its size, its memory and what it claims of that, or why it can't be run.
import * as vscode from 'vscode';
import { InputError, inspectModule } from '../engine/client.ts';
import type { Claim, ClaimKind } from '../protocol/claims.ts';
import type { MemorySummary } from '../protocol/run.ts';
import { hex, messageOf } from '../protocol/text.ts';

/** Larger files are not read for the list, so that it is complete soon. */
export const MAXIMUM_READ_BYTES = 32 * 2 ** 20;

/** What larger files claim is not told there: the extension's host has other things to do. */
const MAXIMUM_CLAIMED_BYTES = 2 ** 20;

/** For example `512 B`, `1.5 KiB`, `12 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 && unit > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${units[unit]}`;
}

/** For example `imports its memory (1 to 16 pages)`. */
export function describeMemory(memory: MemorySummary): string {
  const { kind, minimum, maximum, shared } = memory;
  const pages = minimum === 1 ? vscode.l10n.t('1 page') : vscode.l10n.t('{0} pages', minimum);
  const size =
    maximum === null
      ? vscode.l10n.t('{0} or more', pages)
      : maximum === minimum
        ? pages
        : vscode.l10n.t('{0} to {1} pages', minimum, maximum);
  const limits = shared ? vscode.l10n.t('{0}, shared', size) : size;
  return kind === 'imported'
    ? vscode.l10n.t('imports its memory ({0})', limits)
    : vscode.l10n.t('defines its memory ({0})', limits);
}

/** For example `data 1 KiB, stack about 64 KiB, heap from 0x10480`; empty where nothing is claimed. */
export function describeClaims(claims: readonly Claim[]): string {
  const sizeOf = (what: string, ...kinds: readonly ClaimKind[]): string[] => {
    const found = claims.filter(({ kind }) => kinds.includes(kind));
    const bytes = found.reduce((sum, { start, end }) => sum + (end === null ? 0 : end - start), 0);
    const isGuess = found.some(({ because }) => because.some(({ kind }) => kind === 'usual-stack'));
    return bytes > 0 ? [`${what} ${isGuess ? 'about ' : ''}${formatBytes(bytes)}`] : [];
  };
  const region = sizeOf('position-independent,', 'dylink');
  const heap = claims.find(({ kind }) => kind === 'heap');
  return [
    // Data and zeros of such a module are the region's.
    ...(region.length > 0 ? region : sizeOf('data', 'data', 'bss')),
    ...sizeOf('stack', 'stack'),
    ...(heap ? [`heap from ${hex(heap.start)}`] : []),
  ].join(', ');
}

/**
 * One line on a file, which may be a broken one: its size, then its memory and what it claims of that, or what is wrong with it.
 * @param size in bytes
 * @param read called only for a file small enough
 */
export async function describeFile(size: number, read: () => Promise<Uint8Array>): Promise<string> {
  const facts =
    size > MAXIMUM_READ_BYTES ? vscode.l10n.t('too large to be read for this list') : await describeModule(read);
  return `${formatBytes(size)} · ${facts}`;
}

async function describeModule(read: () => Promise<Uint8Array>): Promise<string> {
  try {
    const { memory, claims } = inspectModule(await read(), MAXIMUM_CLAIMED_BYTES);
    return [describeMemory(memory), describeClaims(claims)].filter(text => text !== '').join(' · ');
  } catch (error) {
    if (error instanceof InputError) return error.problem.message;
    return messageOf(error);
  }
}
