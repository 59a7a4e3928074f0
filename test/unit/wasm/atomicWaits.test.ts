// Waits trap where memory was not shared, whatever is recorded; offsets are those of wasm-objdump.
import { describe, expect, it } from 'vitest';
import { type CompiledGuest, compileGuest, readForRun } from '../../../src/engine/input/compile.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { body, moduleOf, name, section } from '../support/bytes.ts';
import { callExport } from '../support/instances.ts';
import { LEVELS, runHere } from '../support/runs.ts';
import { assemble, disassemble } from '../support/wabt.ts';

/** Waits for no time at all, in a memory of the given limits. */
const guestOf = (limits: string) =>
  assemble(`(module (memory ${limits})
    (func (export "wait32") (param i32) (result i32)
      (i32.store (i32.const 4) (i32.const 0xfe01))
      (memory.atomic.wait32 (local.get 0) (i32.const 1) (i64.const 0)))
    (func (export "wait64") (param i32) (result i32)
      (block (result i32)
        (i32.add (memory.atomic.wait64 offset=8 (local.get 0) (i64.const 0) (i64.const 0)) (i32.const 10))))
    (func (export "notify") (param i32) (result i32) (memory.atomic.notify (local.get 0) (i32.const 1))))`);

/** `wait32` waits in the second memory, which is shared; the first is not. */
const SECOND_MEMORY = moduleOf(
  section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
  section(3, [1, 0]),
  section(5, [2, 0x00, 1, 0x03, 1, 1]),
  section(7, [1], name('wait32'), [0, 0]),
  section(10, [1], body(0x20, 0, 0x41, 1, 0x42, 0, 0xfe, 0x01, 0x42, 1, 0)),
);

function exportsOf({ rewritten, compiled }: CompiledGuest): WebAssembly.Exports {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: rewritten.maximum, shared: true });
  const { module, name } = rewritten.memoryImport;
  const imports: WebAssembly.Imports = { [module]: { [name]: memory } };
  new AccessLog(() => {}).addImports(imports, rewritten.addedImports);
  return new WebAssembly.Instance(compiled, imports).exports;
}

describe.each(LEVELS)('recorded at level %s, a wait', level => {
  const guest = (bytes: Uint8Array): CompiledGuest => compileGuest(readForRun(bytes), level);

  it('in a memory that is not shared traps', () => {
    const bytes = guestOf('1');
    const compiled = guest(bytes);
    const exports = exportsOf(compiled);
    expect(() => callExport(exports, 'wait32', 0)).toThrow(WebAssembly.RuntimeError);
    expect(() => callExport(exports, 'wait64', 0)).toThrow(WebAssembly.RuntimeError);
    expect(callExport(exports, 'notify', 0)).toBe(0); // nobody waits
    const instructions = disassemble(bytes);
    const waits = Array.from(compiled.trappingWaits, offset => instructions.get(offset)?.trim().split(' ')[0]);
    expect(waits).toEqual(['memory.atomic.wait32', 'memory.atomic.wait64']);
  });

  it('in a shared memory waits', () => {
    const exports = exportsOf(guest(guestOf('1 1 shared')));
    expect(callExport(exports, 'wait32', 0)).toBe(1); // "not equal"
    expect(callExport(exports, 'wait64', 0)).toBe(12); // 10, and 2 for "timed out"
  });

  it('in another memory, which is shared, waits', () => {
    expect(callExport(exportsOf(guest(SECOND_MEMORY)), 'wait32', 0)).toBe(1);
  });
});

it.each(LEVELS)('what a guest stored before a wait that traps is recorded, and the wait is no load: %s', record => {
  const { reader, events } = runHere('misbehaving/wait-in-unshared-memory', { instances: 1, record });
  expect(reader.lastStep).toBe(2); // one store of alloc_11, and one before the wait
  expect(reader.accesses.ofCall(2, 0, 10)).toMatchObject([{ kind: 'write', address: 132 }]);
  expect(events.at(-1)).toMatchObject({
    status: 'trapped',
    problem: {
      message: expect.stringMatching(
        /^Call 2, add_23 on #0, trapped: Atomics\.wait cannot be called in this context in wait at offset 0x[0-9a-f]+\.$/,
      ),
    },
  });
});
