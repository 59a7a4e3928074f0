// The WebAssembly Binary Toolkit, as a second opinion on everything that src/wasm reads and writes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import loadWabt from 'wabt';
import type { Bytes } from './bytes.ts';
import { ROOT } from './fixtures.ts';

const wabt = await loadWabt();

const FEATURES = {
  exceptions: true,
  threads: true,
  function_references: true,
  tail_call: true,
  gc: true,
  memory64: true,
  extended_const: true,
};

/**
 * Assembles the text format; throws with wabt's message where it is wrong.
 * This build of wabt leaves out the memory index of data segments: modules that use a second memory are written by hand.
 */
export function assemble(wat: string, { names = true } = {}): Bytes {
  const module = wabt.parseWat('test.wat', wat, FEATURES);
  try {
    return module.toBinary({ write_debug_names: names }).buffer.slice();
  } finally {
    module.destroy();
  }
}

/** A module in the text format, with the names that it has. */
export function text(bytes: Uint8Array): string {
  const module = wabt.readWasm(bytes, { ...FEATURES, readDebugNames: true });
  try {
    module.applyNames();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** What `wasm-objdump` prints of a module. */
export function objdump(bytes: Uint8Array, ...options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'objdump-'));
  try {
    const file = join(folder, 'module.wasm');
    writeFileSync(file, bytes);
    const tool = join(ROOT, 'node_modules', 'wabt', 'bin', 'wasm-objdump');
    const printing = { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 } as const;
    const { stdout, stderr, status } = spawnSync(process.execPath, [tool, ...options, file], printing);
    if (status !== 0) throw new Error(`wasm-objdump failed: ${stderr}${stdout}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Instructions by their byte offset in the file, as `wasm-objdump -d` has them. */
export function disassemble(bytes: Uint8Array): Map<number, string> {
  const lines = objdump(bytes, '-d').matchAll(/^ ([0-9a-f]{6}): [^|]*\| +(.*)$/gm);
  return new Map(Array.from(lines, ([, offset, instruction]) => [Number.parseInt(offset, 16), instruction]));
}
