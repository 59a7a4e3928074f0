// A program run as it is, and recorded: what both printed, and all that the recording has.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallRecord, EVERY_CALL } from '../../../src/protocol/call.ts';
import { OWNER_CODE, ownerName, ownerOf } from '../../../src/protocol/owner.ts';
import { type ReadRecording, readRecording } from '../../../src/recording/file/readRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { cli, type Ended, lines, shell } from './cli.ts';
import { memoryOf } from './runs.ts';

interface TimedEnd extends Ended {
  readonly ms: number;
}

export interface ComparedProgram {
  readonly bare: TimedEnd;
  readonly recorded: TimedEnd;
  readonly run: ReadRecording['run'];
  readonly reader: RecordingReader;
  readonly calls: readonly CallRecord[];
  /** Who owns any byte, or made any access, at any step: by name. */
  readonly owners: ReadonlySet<string>;
  /** What `find` finds in it: kinds, and what happened. */
  readonly findings: readonly string[];
  /** Memory at the last step, in the words of programs/tellMemory.cjs. */
  readonly memoryLine: string;
}

/**
 * @param script its path from the repository's folder
 * @param options of `record`
 */
export async function compareProgram(
  script: string,
  args: readonly string[],
  options: readonly string[] = [],
): Promise<ComparedProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'compared-program-'));
  const file = join(folder, 'out.wsmrec');
  try {
    const bare = await timed(shell(['exec "$NODE"', ...[script, ...args].map(quoted)].join(' ')));
    const recorded = await timed(cli('record', '--export', file, ...options, script, '--', ...args));
    const found: unknown = JSON.parse((await cli('find', file, '--json')).stdout);
    const { run, store } = readRecording(readFileSync(file));
    const reader = new RecordingReader(store);
    return {
      bare,
      recorded,
      run,
      reader,
      calls: reader.trace.calls(EVERY_CALL, 0, store.calls.count).calls,
      owners: ownersOf(store),
      findings: findingsOf(found),
      memoryLine: tellMemory(memoryOf(reader, reader.lastStep)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function findingsOf(document: unknown): string[] {
  const { findings } = document as { findings: readonly { kind: string; happened: string }[] }; // as its schema says
  return findings.map(({ kind, happened }) => `${kind}: ${happened}`);
}

/** What a program printed, without the line that tells its memory, which comes last. */
export function printedBy({ stdout }: Ended): { readonly printed: readonly string[]; readonly memory: string } {
  const printed = lines(stdout);
  return { printed: printed.slice(0, -1), memory: printed.at(-1) ?? '' };
}

const tellMemory = (memory: Uint8Array): string =>
  `memory: ${memory.length} bytes, ${createHash('sha256').update(memory).digest('hex')}`;

async function timed(ended: Promise<Ended>): Promise<TimedEnd> {
  const start = performance.now();
  return { ...(await ended), ms: performance.now() - start };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function ownersOf({ accessors, pages }: ReadRecording['store']): Set<string> {
  const codes = new Set<number>();
  for (let each = 0; each < accessors.count; each++) codes.add(accessors.owner(each));
  for (const { live } of pages.values()) for (const code of live.owners) codes.add(code);
  codes.delete(OWNER_CODE.never);
  return new Set([...codes].map(code => ownerName(ownerOf(code))));
}
