// Programs that `wasm-shared-memory record` runs, and their recordings.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openRecording, type Run } from '../../../src/engine/client.ts';
import { InstanceNames } from '../../../src/protocol/instanceNames.ts';
import { cli, type Ended } from './cli.ts';
import { WORKERS } from './fixtures.ts';
import { memoryAt } from './runs.ts';

export interface RecordedProgram extends Ended {
  /** The opened recording; whoever asked for it disposes of it. */
  readonly run: Run;
}

/**
 * Records a program and opens what was recorded.
 * @param args of `record`, but for `--export`
 */
export async function recordProgram(...args: readonly string[]): Promise<RecordedProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-program-'));
  const file = join(folder, 'out.wsmrec');
  try {
    const ended = await cli('record', '--export', file, ...args);
    return { ...ended, run: await openRecording(new Uint8Array(readFileSync(file)), WORKERS) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Records a program that succeeds, and tells what is found.
 * @param args of `record`, but for `--export`
 */
export async function findingsOfProgram(...args: readonly string[]) {
  const { run, code, stderr } = await recordProgram(...args);
  try {
    expect([code, stderr]).toEqual([0, expect.stringContaining('recorded: ')]);
    return { findings: await run.recording.ask('findings', {}), names: InstanceNames.of(run.snapshot), stderr };
  } finally {
    run.dispose();
  }
}

/** Memory at the end of a recording, in the words of test/unit/real/programs/tellMemory.cjs. */
export async function memoryLine(run: Run): Promise<string> {
  const memory = await memoryAt(run, run.snapshot.lastStep);
  return `memory: ${memory.length} bytes, ${createHash('sha256').update(memory).digest('hex')}`;
}
