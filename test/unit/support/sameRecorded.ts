// Programs that print the same recorded as they do by themselves.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import type { Run } from '../../../src/engine/client.ts';
import { accessorText } from '../../../src/protocol/access.ts';
import { address } from '../../../src/protocol/units.ts';
import { shell } from './cli.ts';
import { type RecordedProgram, recordProgram } from './recordedPrograms.ts';

/** What a test file needs to record programs. All that is opened and written is gone when its tests are over. */
export function sameRecordings() {
  const folder = mkdtempSync(join(tmpdir(), 'javascript-api-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const opened: Run[] = [];
  afterEach(() => {
    for (const run of opened.splice(0)) run.dispose();
  });

  /** Records a program, and runs it as it is, too: both print the same. `load(name)` compiles one of the modules. */
  async function sameRecorded(modules: Readonly<Record<string, Uint8Array>>, source: string): Promise<RecordedProgram> {
    for (const [name, bytes] of Object.entries(modules)) writeFileSync(join(folder, `${name}.wasm`), bytes);
    const path = join(folder, 'program.cjs');
    const prelude = `
      const bytesOf = name => require('node:fs').readFileSync(__dirname + '/' + name + '.wasm');
      const load = (name, ...options) => new WebAssembly.Module(bytesOf(name), ...options);
      const tell = (what, of) => { try { console.log(what, of()); } catch (error) { console.log(what, error.name, error.message); } };`;
    writeFileSync(path, prelude + source);
    const bare = await shell(`"$NODE" ${path}`);
    const recorded = await recordProgram(path);
    opened.push(recorded.run);
    expect(recorded.stdout).toBe(bare.stdout);
    return recorded;
  }

  const writer = async ({ run }: RecordedProgram, at: number): Promise<string> => {
    const change = await run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(at) });
    return change.kind === 'write' ? accessorText(change.write) : change.kind;
  };

  return { folder, opened, sameRecorded, writer };
}
