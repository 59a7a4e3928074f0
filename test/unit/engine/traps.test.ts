// Stacks are V8's own, of guests that really trap; offsets are held against wasm-objdump of the user's file.
import { describe, expect, it } from 'vitest';
import { describeTrap, parseStack } from '../../../src/engine/traps.ts';
import type { StackFrame, Trap } from '../../../src/protocol/call.ts';
import type { RecordLevel } from '../../../src/protocol/run.ts';
import { type Module, readModule, SECTION } from '../../../src/wasm/module.ts';
import { functionNamer } from '../../../src/wasm/names.ts';
import { type RewrittenModule, recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { type Bytes, body, custom, moduleOf, name, section } from '../support/bytes.ts';
import { readGuest } from '../support/fixtures.ts';
import { callExport } from '../support/instances.ts';
import { LEVELS } from '../support/runs.ts';
import { assemble, disassemble, objdump } from '../support/wabt.ts';

/** A module as a run at a level of recording has it. */
const rewrite = (module: Module, record: RecordLevel): RewrittenModule => recordAccesses(module, { level: record });

/** Runs an export of the rewritten module, which must trap. */
function trapOf(bytes: Bytes, record: RecordLevel, exportName: string, ...args: number[]): Trap {
  const module = readModule(bytes);
  const rewritten = rewrite(module, record);
  const memory = new WebAssembly.Memory({ initial: 2, maximum: rewritten.maximum, shared: true });
  const imports: WebAssembly.Imports = { [rewritten.memoryImport.module]: { [rewritten.memoryImport.name]: memory } };
  new AccessLog(() => {}).addImports(imports, rewritten.addedImports);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(rewritten.bytes), imports);
  try {
    callExport(exports, exportName, ...args);
  } catch (thrown) {
    return describeTrap(thrown, () => ({ module: 0, nameOf: functionNamer(module), original: rewritten }));
  }
  throw new Error(`${exportName} did not trap`);
}

/** Function and instruction of each frame, the latter by wasm-objdump. */
function instructionsOf(bytes: Uint8Array, stack: readonly StackFrame[]): string[] {
  const instructions = disassemble(bytes);
  return stack.map(frame => `${frame.function}: ${instructions.get(frame.offset ?? -1)?.trim()}`);
}

const DEFINED = `(module
  (memory (export "memory") 1)
  (func $deep (param $at i32) (result i32) (i32.load offset=4 (local.get $at)))
  (func $middle (param $at i32) (result i32) (i32.mul (i32.const 3) (call $deep (local.get $at))))
  (func (export "run") (param i32) (result i32) (nop) (call $middle (local.get 0))))`;

describe.each(LEVELS)('the stack of a trap at level %s', record => {
  it('of an overflow names the function whose body begins there', () => {
    const text = (name: string): string => `(func (export "${name}") (param i32) (result i32)
      (i32.store (local.get 0) (i32.const 1)) (i32.add (call $${name} (local.get 0)) (i32.const 1)))`;
    const bytes = assemble(
      `(module (memory 1) ${['first', 'second'].map(name => text(name).replace('(func', `(func $${name}`)).join('')})`,
    );
    // `00004a func[0] <first>:` is where wasm-objdump has the body begin.
    const bodies = Array.from(objdump(bytes, '-d').matchAll(/^([0-9a-f]{6}) func\[/gm), ([, at]) =>
      Number.parseInt(at, 16),
    );
    for (const [index, name] of ['first', 'second'].entries()) {
      const { message, stack } = trapOf(bytes, record, name, 0);
      expect(message).toBe('Maximum call stack size exceeded');
      expect(stack[0]).toEqual({ module: 0, function: name, functionIndex: index, offset: bodies[index] });
      expect(instructionsOf(bytes, stack.slice(1, 2))).toEqual([`${name}: call ${index} <${name}>`]);
    }
  });

  it('names functions and instructions of a guest that imports its memory', () => {
    const bytes = readGuest('misbehaving/trap-out-of-bounds');
    const { message, stack } = trapOf(bytes, record, 'add_23', 8);
    expect(message).toBe('memory access out of bounds');
    expect(instructionsOf(bytes, stack)).toEqual(['read_far: i32.load 2 4294967295', 'add_23: call 1 <read_far>']);
  });

  it('gives offsets in the original file, where a memory was defined and the code moved', () => {
    const bytes = assemble(DEFINED);
    const { message, stack } = trapOf(bytes, record, 'run', -8);
    expect(message).toBe('memory access out of bounds');
    expect(instructionsOf(bytes, stack)).toEqual([
      'deep: i32.load 2 4',
      'middle: call 0 <deep>',
      'run: call 1 <middle>',
    ]);
    expect(stack.map(({ functionIndex }) => functionIndex)).toEqual([0, 1, 2]);
  });

  it('gives function indices where there are no names', () => {
    const { stack } = trapOf(assemble(DEFINED, { names: false }), record, 'run', -8);
    expect(stack.map(frame => frame.function)).toEqual(['func[0]', 'func[1]', 'run']);
  });
});

describe('names that look like frames', () => {
  it('do not lead astray', () => {
    const stack = [
      'RuntimeError: unreachable wasm-function[7]:0x7',
      '    at module.wasm-function[9]:0x99 (wasm://wasm/module-1f2e3d4c:wasm-function[3]:0x1b5)',
      '    at wasm://wasm/1f2e3d4c:wasm-function[5]:0x30',
      '    at wasm://wasm/1f2e3d4c:wasm-function[4]:0x20',
      '    at GuestThread.enter (/somewhere/worker.js:10:20)',
    ].join('\n');
    expect(
      parseStack(stack, url => ({
        module: url === 'wasm://wasm/module-1f2e3d4c' ? 1 : 0,
        nameOf: index => `f${index}`,
        original: {
          originalOffset: offset => offset - 1,
          originalFunction: index => (index === 5 ? null : index - 1), // function 5 was added by the rewrite
          isInFunction: () => true,
        },
      })),
    ).toEqual([
      { module: 1, function: 'f2', functionIndex: 2, offset: 0x1b4 },
      { module: 0, function: 'f3', functionIndex: 3, offset: 0x1f },
    ]);
  });

  it('are those of the module itself', () => {
    const misleading = 'wasm-function[9]:0x99';
    const names = [2, 0, ...name(misleading), 1, ...name('run')];
    const bytes = moduleOf(
      section(SECTION.type, [1, 0x60, 0, 0]),
      section(SECTION.function, [2, 0, 0]),
      section(SECTION.memory, [1, 0x00, 1]),
      section(SECTION.export, [1], name('run'), [0x00, 1]),
      section(SECTION.code, [2], body(0x00), body(0x10, 0)), // unreachable; call 0
      custom('name', 1, names.length, ...names),
    );
    const { stack } = trapOf(bytes, 'calls', 'run');
    expect(stack.map(frame => [frame.function, frame.functionIndex])).toEqual([
      [misleading, 0],
      ['run', 1],
    ]);
    expect(instructionsOf(bytes, stack)).toEqual([`${misleading}: unreachable`, `run: call 0 <${misleading}>`]);
  });
});

describe('what else a call may throw', () => {
  const describeIt = (thrown: unknown) =>
    describeTrap(thrown, () => ({
      module: 0,
      nameOf: String,
      original: { originalOffset: offset => offset, originalFunction: index => index, isInFunction: () => true },
    }));

  it('an object without a text', () => {
    expect(describeIt(Object.create(null))).toEqual({ message: 'uncaught object', stack: [] });
  });

  it('an object that has none of its own, without running code of the program', () => {
    const thrown = {
      name: 'ExitStatus',
      status: 3,
      get other(): never {
        throw new Error('this runs code of the program');
      },
      inner: {},
    };
    expect(describeIt(thrown)).toEqual({ message: 'uncaught { name: ExitStatus, status: 3 }', stack: [] });
    expect(describeIt({})).toEqual({ message: 'uncaught {}', stack: [] });
  });

  it('what node:wasi throws where a guest ends itself', () => {
    expect(describeIt(Symbol('kExitCode'))).toEqual({ message: 'proc_exit: the guest ended itself', stack: [] });
    expect(describeIt(Symbol('other'))).toEqual({ message: 'uncaught Symbol(other)', stack: [] });
  });

  it('a WebAssembly exception, of which V8 keeps no stack', () => {
    const tag = new WebAssembly.Tag({ parameters: [] });
    expect(describeIt(new WebAssembly.Exception(tag, []))).toEqual({
      message: 'uncaught WebAssembly exception',
      stack: [],
    });
  });

  it('a JavaScript error without WebAssembly frames', () => {
    expect(describeIt(new TypeError('wrong type'))).toEqual({ message: 'wrong type', stack: [] });
  });

  it.each([[42], [null], [undefined], ['text']])('the value %j', thrown => {
    expect(describeIt(thrown)).toEqual({ message: `uncaught ${thrown}`, stack: [] });
  });
});
