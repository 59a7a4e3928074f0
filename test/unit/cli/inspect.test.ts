// `inspect`: what is printed of guests whose layout is known from their sources and from the linkers' rules.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectionDocument } from '../../../src/cli/inspection.ts';
import { InputError, inspectClaims } from '../../../src/engine/client.ts';
import { cli, lines } from '../support/cli.ts';
import { demoNames, ROOT, readGuest } from '../support/fixtures.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schema: object = JSON.parse(readFileSync(join(ROOT, 'schemas', 'inspect.schema.json'), 'utf8'));
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

const inspect = (...args: string[]) => cli('inspect', ...args);

const guest = (name: string, wat: string, names = true): string => {
  const file = join(folder, name);
  writeFileSync(file, assemble(wat, { names }));
  return file;
};

const C = 'test/guests/demo/c.wasm';
const STUB = 'test/guests/demo/assemblyscript-stub.wasm';

describe('a module', () => {
  it('has its facts and its claims in columns, with the reason of a guess below', async () => {
    expect(await inspect(C)).toEqual({
      code: 0,
      stderr: '',
      stdout: `test/guests/demo/c.wasm: 265 bytes, made by Debian clang 14.0.6
  memory           imported as env.memory, 2 pages or more
  imports          env: 1 memory
  exports          2 functions
  claims           bss    0x400–0x404        4  .bss
                   stack  0x410–0x10410  65536  __stack_pointer
                          guess: because the static data that is seen ends at 0x404
                   heap   0x10410–end
                          guess: because the stack ends there
  stack pointer    Global 0, named __stack_pointer; it starts at 0x10410.
  a late instance  Its data segments write zeros to 0x400–0x404 again.
`,
    });
  });

  it('may name a language and no tool: that of Zig is not C', async () => {
    const [first] = lines((await inspect('test/guests/demo/zig.wasm')).stdout);
    expect(first).toBe('test/guests/demo/zig.wasm: 1016 bytes, it names no tool, and the language C99');
  });

  it('may keep its allocator in globals, and have a start function', async () => {
    expect(lines((await inspect(STUB)).stdout)).toEqual([
      'test/guests/demo/assemblyscript-stub.wasm: 452 bytes, made by AssemblyScript (stub runtime)',
      '  memory           imported as env.memory, exported as memory, 1 page or more',
      '  imports          env: 1 memory',
      '  exports          2 functions, 1 memory',
      '  claims           data  0x40c–0x48c  128',
      '                   heap  0x48c–end',
      '                         guess: because the start function sets global 0 to it',
      '  stack pointer    None was found.',
      '  each instance    Its allocator keeps its state in globals, one set an instance: ~lib/rt/stub/offset.',
      '  start function   ~start',
      '  a late instance  Its data segments write 0x40c–0x48c again.',
    ]);
  });

  it('may have 64-bit addresses, more memory than can be shared, or several memories or none', async () => {
    const wide = guest('wide.wasm', '(module (memory i64 70000) (data (i64.const 5000000000) "abcd"))');
    expect((await inspect(wide)).stdout).toContain('defined, 70000 pages or more, 64-bit addresses\n');
    expect((await inspect(wide)).stdout).toContain('data  0x12a05f200–0x12a05f204  4\n'); // 5 × 10⁹
    expect((await inspect('test/guests/misbehaving/two-memories.wasm')).stdout).toMatch(
      /memory +imported as .*\n +imported/,
    );
    expect((await inspect('test/guests/bad/no-memory.wasm')).stdout).toMatch(/memory +none\n.*\n.*\n +claims +none\n/);
  });

  it('that a loader puts somewhere has its places from there on', async () => {
    const { stdout } = await inspect('node_modules/tree-sitter-html/tree-sitter-html.wasm');
    expect(stdout).toContain('dylink region  env.__memory_base + 0x0–0x24d4  9428\n');
    expect(stdout).toContain('Global 0, imported as env.__stack_pointer; where it starts, its loader says.\n');
    expect(stdout).toMatch(/allocators +malloc: .*malloc \(imported\)/);
  });

  it('whose start function writes once, or whose data is cut, says so', async () => {
    expect((await inspect('test/guests/demo/c-shared-memory.wasm')).stdout).toContain(
      'Its start function writes zeros to 0x400–0x404 for the first instance only, as a flag in memory says.\n',
    );
    const own = (await inspect('test/guests/demo/assemblyscript-defined-memory.wasm')).stdout;
    expect(own).toContain('They look cut at zero bytes, so that single bytes of a number may go back.\n');
    expect((await inspect('test/guests/demo/c-defined-memory.wasm')).stdout).toContain(
      'a late instance  Its bss stays as it is, since no segment zeroes it.\n',
    );
  });
});

describe('several modules', () => {
  // kernels.c has 256 bytes of constants at 1024, then .data, .bss and a stack; asc puts data at 1036, and its heap behind.
  it('are told with what overlaps', async () => {
    const { stdout, code } = await inspect('bench/kernels/kernels.wasm', STUB);
    const [found, apart] = stdout.split('\n\n').slice(-2);
    const kernels = 'bench/kernels/kernels.wasm';
    expect(code).toBe(0);
    expect(found.split('\n').toSorted()).toEqual(
      [
        `${kernels} .rodata 0x400–0x500 overlaps ${STUB} data 0x40c–0x48c.`,
        `${kernels} .rodata 0x400–0x500 overlaps ${STUB} heap 0x48c–end.`,
        `${kernels} .data 0x500–0x504 overlaps ${STUB} heap 0x48c–end.`,
        `${kernels} bss 0x510–0x620 overlaps ${STUB} heap 0x48c–end.`,
        `${kernels} stack 0x620–0x10620 overlaps ${STUB} heap 0x48c–end.`,
        `${kernels} heap 0x10620–end overlaps ${STUB} heap 0x48c–end.`,
      ].toSorted(),
    );
    // Behind 1 MiB for the heap of the first, up to a page: 0x10620 + 0x100000 = 0x110620.
    expect(apart).toBe(`What keeps them apart, added to the command line that links them, for one tool or another:
  ${kernels} stays as it is: statics 0x400–0x620, stack 0x620–0x10620, heap 0x10620–0x120000.
  ${STUB} is linked anew: statics 0x12000c–0x12008c, heap 0x120090–end.
    asc --memoryBase 1179648
  A heap that ends below another module is room, no limit: nothing tells its allocator to stop there.
`);
  });

  it('say whose claims could not be compared', async () => {
    const side = 'test/guests/misbehaving/side-module.wasm';
    expect(lines((await inspect(side, 'test/guests/demo/minimum-zero.wasm')).stdout).slice(-2)).toEqual([
      'No claims overlap.',
      `${side}: what it claims from env.__memory_base on is not compared, since its loader says where that is.`,
    ]);
  });

  it('that share nothing say so, and one module given twice is told as one', async () => {
    const low = guest('low.wasm', '(module (memory 1) (data (i32.const 0) "abcd"))');
    const high = guest('high.wasm', '(module (memory 1) (data (i32.const 4) "abcd"))');
    expect(lines((await inspect(low, high)).stdout).at(-1)).toBe('No claims overlap.');
    expect(lines((await inspect(low, high, low)).stdout).at(-1)).toBe(
      `${low} and ${low} are one module: all that they claim overlaps.`,
    );
  });
});

describe('--json', () => {
  it('is as the schema says, of every guest', () => {
    const files = demoNames.map(name => ({ file: name, inspection: inspectClaims(readGuest(name)) }));
    const document: unknown = JSON.parse(JSON.stringify(inspectionDocument(files)));
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('tells claims, and overlaps by their places', async () => {
    const document: unknown = JSON.parse((await inspect('--json', C, STUB)).stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(document).toMatchObject({
      modules: [
        {
          file: C,
          bytes: 265,
          memories: [
            { importedAs: 'env.memory', exportedAs: [], minimum: 2, maximum: null, shared: false, is64: false },
          ],
          imports: [{ module: 'env', counts: { memory: 1 } }],
          exports: { function: 2 },
          claims: [
            { kind: 'bss', start: 1024, end: 1028, relativeTo: null, name: '.bss', because: [] },
            { kind: 'stack', start: 1040, end: 66_576, because: [{ kind: 'behind-statics', end: 1028 }] },
            { kind: 'heap', start: 66_576, end: null, because: [{ kind: 'behind-stack' }] },
          ],
          late: { rewrites: [{ by: 'segment', fill: 'zeros', start: 1024, end: 1028 }] },
        },
        { file: STUB, start: { name: '~start' }, toolchain: { assemblyScript: 'stub' } },
      ],
    });
    // The stack of C from 1040 on and data of the other from 1036 to 1164.
    expect(document).toHaveProperty('overlaps.0', {
      kind: 'claims',
      first: { claimant: 0, claim: 1 },
      second: { claimant: 1, claim: 0 },
      start: 1040,
      end: 1164,
    });
  });

  it('has a schema that is no rubber stamp', () => {
    const valid = inspectionDocument([{ file: C, inspection: inspectClaims(readGuest('demo/c')) }]);
    const [module] = valid.modules;
    const [claim] = module.claims;
    const withModule = (change: object) => ({ ...valid, modules: [{ ...module, ...change }] });
    const withClaim = (change: object) => withModule({ claims: [{ ...claim, ...change }] });
    expect(validate(JSON.parse(JSON.stringify(valid)))).toBe(true);
    for (const wrong of [
      { modules: valid.modules },
      { ...valid, extra: 1 },
      withModule({ sha256: 'abc' }),
      withModule({ exports: { functions: 2 } }),
      withModule({ stackPointer: { kind: 'found' } }),
      withModule({ late: { rewrites: [] } }),
      withModule({ toolchain: { producers: [], assemblyScript: 'big' } }),
      withClaim({ kind: 'text' }),
      withClaim({ start: -4 }),
      withClaim({ end: '0x404' }),
      withClaim({ because: ['perhaps'] }),
      withClaim({ because: [{ kind: 'usual-stack' }] }),
      { ...valid, separation: [{ file: C, placement: { kind: 'stays' }, parts: [] }] },
      { ...valid, separation: [{ file: C, placement: { kind: 'moves' }, parts: [], commands: [] }] },
      { ...valid, overlaps: [{ kind: 'same-module', claimants: [0] }] },
      { ...valid, overlaps: [{ kind: 'claims', first: { claimant: 0, claim: 0 }, start: 0, end: 4 }] },
    ])
      expect(validate(JSON.parse(JSON.stringify(wrong))), JSON.stringify(wrong)).toBe(false);
  });
});

describe('what is no module', () => {
  it.each([
    ['bad/component', /component/],
    ['bad/relocatable-object', /relocatable object file/],
    ['bad/html-page', /HTML page/],
    ['bad/empty', /empty/],
    ['bad/cut-in-code', /truncated/],
    ['bad/wrong-magic', /no WebAssembly module/],
  ])('%s is refused with its reason', (name, reason) => {
    expect(() => inspectClaims(readGuest(name))).toThrow(InputError);
    expect(() => inspectClaims(readGuest(name))).toThrow(reason);
  });

  it('ends with status 2 and prints nothing else, whichever of the files it is', async () => {
    const { code, stdout, stderr } = await inspect(C, 'test/guests/bad/component.wasm', 'test/guests/bad/empty.wasm');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/^test\/guests\/bad\/component\.wasm: The file is a WebAssembly component .*\.$/),
      expect.stringMatching(/^test\/guests\/bad\/empty\.wasm: The file is empty .*\.$/),
    ]);
  });

  it.each([
    [[], "wasm-shared-memory: 'inspect' needs a module, or several."],
    [['nowhere.wasm'], 'wasm-shared-memory: nowhere.wasm: there is no such file.'],
    [['test'], 'wasm-shared-memory: test: it is a folder.'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await inspect(...args);
    expect(code).toBe(2);
    expect(stderr).toBe(`${message} Try 'wasm-shared-memory --help'.\n`);
  });

  it('a recording is asked by other commands', async () => {
    const file = join(folder, 'run.wsmrec');
    writeFileSync(file, 'WSM');
    expect((await inspect(file)).stderr).toMatch(/this is a recording, not a module/);
  });
});
