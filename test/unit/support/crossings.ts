// Programs of several modules over one memory, run as they are and recorded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { accessorText } from '../../../src/protocol/access.ts';
import { address } from '../../../src/protocol/units.ts';
import { lines, shell } from './cli.ts';
import { type RecordedProgram, recordProgram } from './recordedPrograms.ts';
import { callsOf, memoryAt } from './runs.ts';
import { assemble } from './wabt.ts';

export const PUT = `(module (import "env" "memory" (memory 1))
  (func $put (export "put") (param i32 i32) (result i32) (i32.store8 (local.get 0) (local.get 1)) (i32.const 7))
  (func $double (export "double") (param i64 f32 f64) (result f64 i64)
    (i32.store8 (i32.const 90) (i32.const 1))
    (f64.add (local.get 2) (f64.promote_f32 (local.get 1))) (i64.mul (local.get 0) (i64.const 2))))`;

/** What a test file needs to record programs. All that is opened and written is gone when its tests are over. */
export function crossings() {
  const folder = mkdtempSync(join(tmpdir(), 'crossing-'));
  const opened: RecordedProgram['run'][] = [];
  afterAll(() => {
    for (const run of opened) run.dispose();
    rmSync(folder, { recursive: true });
  });

  /** Records a program, and runs it as it is, too: both print the same, and memory rebuilt is what the program has in the end. */
  async function record(modules: Readonly<Record<string, string>>, source: string): Promise<RecordedProgram> {
    for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, `${name}.wasm`), assemble(text));
    const path = join(folder, 'program.cjs');
    const program = `
      const compiled = {};
      const memory = new WebAssembly.Memory({ initial: 1 });
      const make = (name, env = {}) => new WebAssembly.Instance(
        compiled[name] ??= new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/' + name + '.wasm')),
        { env: { memory, ...env } },
      ).exports;
      const tell = of => { try { console.log(of()); } catch (error) { console.log(error.name, error.message); } };
      ${source}
      console.log(Buffer.from(memory.buffer).toString('base64'));`;
    writeFileSync(path, program);
    const bare = await shell(`"$NODE" ${path}`);
    const recorded = await recordProgram(path);
    opened.push(recorded.run);
    expect(recorded.stdout).toBe(bare.stdout);
    const memory = Buffer.from(lines(recorded.stdout).at(-1) ?? '', 'base64');
    const known = await memoryAt(recorded.run, recorded.run.snapshot.lastStep);
    expect(Buffer.from(known).equals(memory)).toBe(true);
    return recorded;
  }

  /** Each call of a function: its number, function, instance, module, parent, arguments, results or how else it ended. */
  async function callLines({ run }: RecordedProgram): Promise<string[]> {
    const { instances } = run.snapshot;
    const calls = (await callsOf(run)).filter(({ kind }) => kind === 'call'); // the making of later instances is one, too
    return calls.map(call => {
      const end = call.end === 'returned' ? `= ${call.results.join()}` : call.end;
      const of = `#${call.instance} of module ${instances[call.instance].module}`;
      return `${call.index} in ${call.parent ?? '-'}: ${of}: ${call.function}(${call.args.join()}) ${end}`;
    });
  }

  async function writer({ run }: RecordedProgram, at: number): Promise<string> {
    const change = await run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(at) });
    return change.kind === 'write'
      ? `${accessorText(change.write)} in ${change.write.site?.function ?? '-'}, call ${change.write.call}`
      : change.kind;
  }

  return { record, callLines, writer };
}
