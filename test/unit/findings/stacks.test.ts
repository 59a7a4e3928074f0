// Shadow stacks that go wrong, each with exactly what is found; and such that are as they should be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/protocol/finding.ts';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { ROOT } from '../support/fixtures.ts';
import { findingsOfProgram } from '../support/recordedPrograms.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs take a second or two, on a busy machine many. */
const PATIENCE_MS = 120_000;

const FREELIST = join(ROOT, 'test', 'guests', 'allocators', 'freelist.wasm');

let written = 0;

/** @param script has `module` and `memory`, of two pages */
async function findingsIn(guest: string, script: string) {
  const file = join(folder, `program-${written++}.mjs`);
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
    const memory = new WebAssembly.Memory({ initial: 2 });
    const module = new WebAssembly.Module(readFileSync(${JSON.stringify(guest)}));
    ${script}`,
  );
  return (await findingsOfProgram(file)).findings;
}

const told = ({ kind, step, call, instances, range, count }: Finding) => ({
  kind,
  step,
  call,
  instances,
  range: range && [range.address, range.length],
  count,
});

/** `sum` has a frame of 256 bytes at 66320, below 66576 where the stack begins, and stores its bytes one by one, upwards. */
const callBack = (then: string, twice = ''): string => `
  let then = () => {};
  const make = () => new WebAssembly.Instance(module, { env: { memory, callback: () => then() } }).exports;
  const [a, b] = [make(), make()];
  then = () => { then = () => {}; ${then} };
  console.log(a.sum(9, 1));
  ${twice}`;

describe('an instance called out of a call of another one', () => {
  it(
    'pushes its frames over those in use',
    async () => {
      const findings = await findingsIn(FREELIST, callBack('b.sum(5, 0)'));
      // The making of #1 is call 1 and puts two data segments into memory. #0 has stored 256 bytes when it calls back.
      expect(findings.map(told)).toEqual([
        { kind: 'stack-overlap', step: 259, call: 3, instances: [0, 1], range: [66_320, 1], count: 1 },
      ]);
      expect(findings.map(({ details }) => details)).toMatchObject([
        {
          outer: { index: 2, instance: 0, function: 'sum' },
          inner: { index: 3, instance: 1, function: 'sum' },
          inUse: { address: 66_320, length: 256 },
          pushed: { address: 66_320, length: 256 },
        },
      ]);
      expect(findingWords(findings[0]).happened).toMatch(
        /^While call 2, sum on #0, was under way, with frames at 0x10310 to 0x1040f, call 3, sum on #1, pushed frames at 0x10310 to 0x1040f: /,
      );
    },
    PATIENCE_MS,
  );

  it(
    'is no fault where it is the same instance, whose frames lie below, or where nothing is in use',
    async () => {
      expect(await findingsIn(FREELIST, callBack('a.sum(5, 0)', 'b.sum(5, 0); a.sum(5, 0);'))).toEqual([]);
      expect(await findingsIn(FREELIST, callBack('b.free(b.alloc(8))'))).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('a module whose import is an export of another one, without JavaScript in between', () => {
  /** Each pushes a frame of 32 bytes; the first word of the inner one lies where that of the outer one does, or elsewhere. */
  const program = (
    innerTop: number,
    inner: string,
    then: string,
    /** What the outer one calls. `bridge` makes an export of a third one, at 0x3000, which calls what it is given. */
    called = 'inner.run',
  ): Promise<readonly Finding[]> => {
    const guest = (name: string, top: number, more: string, body: string): string => {
      const file = join(folder, `${name}-${written++}.wasm`);
      writeFileSync(
        file,
        assemble(`(module (import "env" "memory" (memory 2)) ${more}
          (global $__stack_pointer (mut i32) (i32.const ${top}))
          (func (export "run") (local $frame i32)
            (global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const 32))))
            (i32.store (local.get $frame) (i32.const ${top}))
            ${body}
            (global.set $__stack_pointer (i32.add (local.get $frame) (i32.const 32)))))`),
      );
      return file;
    };
    const innermost = guest(
      'inner',
      innerTop,
      '(import "env" "isLast" (func $isLast (result i32))) (tag $gone)',
      inner,
    );
    const calling = (name: string, top: number): string =>
      guest(name, top, '(import "env" "run" (func $run))', '(call $run)');
    const [outer, bridge] = [calling('outer', 0x2000), calling('bridge', 0x3000)];
    return findingsIn(
      outer,
      `const second = new WebAssembly.Module(readFileSync(${JSON.stringify(innermost)}));
      let isLast = 0;
      const env = { memory, isLast: () => isLast };
      const inner = new WebAssembly.Instance(second, { env }).exports;
      const third = new WebAssembly.Module(readFileSync(${JSON.stringify(bridge)}));
      const bridge = run => new WebAssembly.Instance(third, { env: { ...env, run } }).exports.run;
      const { run } = new WebAssembly.Instance(module, { env: { ...env, run: ${called} } }).exports;
      ${then}`,
    );
  };

  it(
    'has frames in use, over which the other one pushes its own',
    async () => {
      const findings = await program(0x2000, '', 'run(); run();');
      expect(findings.map(told)).toEqual([
        { kind: 'stack-overlap', step: 2, call: expect.any(Number), instances: [0, 1], range: [0x1fe0, 4], count: 2 },
      ]);
      expect(findings[0].details).toMatchObject({
        outer: { instance: 1, function: 'run' },
        inner: { instance: 0, function: 'run' },
        inUse: { address: 0x1fe0, length: 32 },
        pushed: { address: 0x1fe0, length: 32 },
      });
    },
    PATIENCE_MS,
  );

  it.each([
    ['by way of a third one, whose stack lies elsewhere', 'bridge(inner.run)'],
    ['by way of a third one and the host', 'bridge(() => inner.run())'],
  ])(
    'has them in use, too, where the other one is called %s',
    async (_title, called) => {
      const findings = await program(0x2000, '', 'run();', called);
      // The first store is the outer one's, the second one the bridge's.
      expect(findings.map(told)).toEqual([
        { kind: 'stack-overlap', step: 3, call: expect.any(Number), instances: [0, 2], range: [0x1fe0, 4], count: 1 },
      ]);
      expect(findings[0].details).toMatchObject({ outer: { instance: 2 }, inner: { instance: 0 } });
      expect(await program(0x4000, '', 'run();', called)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is right where their stacks lie apart',
    async () => expect(await program(0x3000, '', 'run(); run(); inner.run(); run();')).toEqual([]),
    PATIENCE_MS,
  );

  it(
    'loses the frames through which an exception of the other one goes',
    async () => {
      const thrown = '(if (i32.eqz (call $isLast)) (then (throw $gone)))';
      const findings = await program(
        0x3000,
        thrown,
        'for (let i = 0; i < 3; i++) try { run(); } catch {} isLast = 1; run();',
      );
      expect(findings.map(told)).toEqual([
        expect.objectContaining({ kind: 'stack-pointer-leak', instances: [1], range: [0x1fe0, 32], count: 3 }),
        expect.objectContaining({ kind: 'stack-pointer-leak', instances: [0], range: [0x2fe0, 32], count: 3 }),
      ]);
    },
    PATIENCE_MS,
  );
});

/** Frames of 352 bytes below 0x2000; static data ends at 0x1008. */
const frames = (callee: string, isExported = false): string => {
  const file = join(folder, `frames-${written++}.wasm`);
  writeFileSync(
    file,
    assemble(`(module (import "env" "memory" (memory 2)) (import "env" "fail" (func $fail))
      (global $__stack_pointer ${isExported ? '(export "__stack_pointer")' : ''} (mut i32) (i32.const 0x2000))
      (data (i32.const 0x1000) "\\01\\02\\03\\04\\05\\06\\07\\08")
      (func $work (export "work") (param $depth i32) (local $frame i32)
        (global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const 352))))
        (i32.store (local.get $frame) (local.get $depth))
        ${callee}
        (global.set $__stack_pointer (i32.add (local.get $frame) (i32.const 352))))
      (func (export "stackSave") (result i32) (global.get $__stack_pointer))
      (func (export "stackRestore") (param i32) (global.set $__stack_pointer (local.get 0))))`),
  );
  return file;
};

describe('a call that ends by an exception', () => {
  const guest = frames('(if (local.get $depth) (then (call $fail)))');
  const fails = `
    const { work, stackSave, stackRestore } = new WebAssembly.Instance(module, { env: { memory, fail() { throw new Error('no'); } } }).exports;
    const failing = () => { try { work(1); } catch {} };`;

  it(
    'leaves its frames on the stack, which is told with what it leads to',
    async () => {
      const findings = await findingsIn(guest, `${fails} failing(); failing(); failing(); work(0);`);
      // Each loses 352 bytes, and is seen by where the next one begins.
      expect(findings.map(told)).toEqual([
        { kind: 'stack-pointer-leak', step: 1, call: 1, instances: [0], range: [0x2000 - 352, 352], count: 3 },
      ]);
      // From 0x1ea0 down to 0x1008 there is room for 10 more of 352 bytes: 3736 / 352 = 10.6
      expect(findingWords(findings[0]).happened).toContain(
        'After 10 more calls of this kind the stack reaches the static data at 0x1008',
      );
    },
    PATIENCE_MS,
  );

  it(
    'is no fault where the program puts the stack pointer back, or calls nothing more',
    async () => {
      const restoring = '{ const saved = stackSave(); failing(); stackRestore(saved); work(0); }';
      expect(await findingsIn(guest, `${fails} ${restoring} ${restoring}`)).toEqual([]);
      expect(await findingsIn(guest, `${fails} work(0); failing();`)).toEqual([]);
      // It calls once more before it puts the stack pointer back.
      const later = '{ const saved = stackSave(); failing(); work(0); stackRestore(saved); work(0); }';
      expect(await findingsIn(guest, `${fails} ${later} ${later}`)).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('a stack', () => {
  const guest = frames('(if (local.get $depth) (then (call $work (i32.sub (local.get $depth) (i32.const 1)))))');
  const makes = 'const { work } = new WebAssembly.Instance(module, { env: { memory, fail() {} } }).exports;';

  it(
    'that comes down to the static data is told, with the first store there',
    async () => {
      // 11 frames lie above 0x1008: 11 · 352 = 3872 of 4088 bytes. The 12th lies at 0x2000 − 4224 = 0xf80, and stores at its lowest address.
      const findings = await findingsIn(guest, `${makes} work(10); work(11);`);
      expect(findings.map(told)).toEqual([
        { kind: 'stack-overflow', step: 11 + 12, call: 2, instances: [0], range: [0xf80, 0x88], count: 1 },
      ]);
      expect(findings.map(({ details }) => details)).toMatchObject([
        { lowest: 0xf80, floor: 0x1008, write: { address: 0xf80, length: 4 } },
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'that stays above it is none',
    async () => {
      expect(await findingsIn(guest, `${makes} work(10); work(10);`)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'whose pointer is exported is told, too, unless the host has put it elsewhere',
    async () => {
      const exported = frames(
        '(if (local.get $depth) (then (call $work (i32.sub (local.get $depth) (i32.const 1)))))',
        true,
      );
      expect((await findingsIn(exported, `${makes} work(11);`)).map(told)).toEqual([
        { kind: 'stack-overflow', step: 12, call: 1, instances: [0], range: [0xf80, 0x88], count: 1 },
      ]);
      const moved = makes.replace('{ work }', '{ work, __stack_pointer }');
      expect(await findingsIn(exported, `${moved} __stack_pointer.value = 0xf000; work(11);`)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'that is left for another one, without a store below its end, is none',
    async () => {
      // A coroutine's stack lies in the static data.
      const switching = frames(
        '(global.set $__stack_pointer (i32.const 0x1004)) (global.set $__stack_pointer (local.get $frame))',
      );
      expect(await findingsIn(switching, `${makes} work(0);`)).toEqual([]);
    },
    PATIENCE_MS,
  );
});
