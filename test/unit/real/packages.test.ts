// Packages of npm: a program over each prints the same with all instances over its memory recorded as without, every byte of the
// recording has an owner, nothing is found to be wrong, and memory rebuilt from it is the memory that the program had in the end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/protocol/call.ts';
import { type Address, address, type Step } from '../../../src/protocol/units.ts';
import { type ComparedProgram, compareProgram, printedBy } from '../support/comparedPrograms.ts';
import { assemble } from '../support/wabt.ts';
import { PACKAGE_PROGRAMS, type PackageProgram } from './packagePrograms.ts';

/** Programs that take some seconds, on a machine whose cores have other work. */
const PATIENCE_MS = 120_000;

function expectSame(program: ComparedProgram, { modules, instances, printed, status = 0 }: PackageProgram): void {
  const { bare, recorded, run } = program;
  expect(printedBy(bare)).toEqual({ printed, memory: expect.stringMatching(/^memory: \d+ bytes/) });
  expect([recorded.code, recorded.stdout]).toEqual([bare.code, bare.stdout]);
  expect(bare.code).toBe(status);
  expect(program.memoryLine).toBe(printedBy(recorded).memory);
  expect(program.owners).not.toContain('unrecorded');
  expect(program.owners).toContain('#0');
  expect(program.findings).toEqual([]);
  expect([run.modules.length, run.instances.length]).toEqual([modules, instances]);
  expect(run).toMatchObject({ status: 'completed', record: 'stores', recordNote: null });
}

describe('packages', () => {
  it.each(PACKAGE_PROGRAMS.map(each => [each.packages[0], each.madeBy, each] as const))(
    '%s (%s) is the same when recorded',
    async (_, __, program) => expectSame(await compareProgram(program.script, program.args), program),
    PATIENCE_MS,
  );
});

describe('a WASI program, by node:wasi', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wasi-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  // Prints its first argument of four letters, and exits with status 3. Pointers to arguments are at 16, their texts from 64 on.
  const ECHO = `(module
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\\40\\00\\00\\00\\05\\00\\00\\00")
    (func (export "_start")
      (drop (call $args (i32.const 16) (i32.const 64)))
      (i32.store8 (i32.const 68) (i32.const 10))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
      (call $exit (i32.const 3))))`;

  it(
    'is the same when recorded, and what the host wrote into its memory is told by its import',
    async () => {
      const file = join(folder, 'echo.wasm');
      writeFileSync(file, assemble(ECHO));
      const program = await compareProgram('test/unit/real/programs/wasi.cjs', [file, 'wasm']);
      expectSame(program, {
        packages: [],
        madeBy: '',
        script: '',
        args: [],
        modules: 1,
        instances: 1,
        printed: ['wasm'],
        status: 3,
      });
      const { reader, run } = program;
      const writerOf = (at: number): string => {
        const found = reader.lastWriter(reader.lastStep, address(at));
        if (found.kind !== 'write') return found.kind;
        const { owner, import: by } = found.write;
        return by === null ? owner.kind : `${owner.kind} ${run.modules[0].imports[by].name}`;
      };
      // The iovec; the first pointer; the letters; the line end; how much was written: 5 bytes.
      expect([0, 16, 64, 67, 68, 32].map(writerOf)).toEqual([
        'initial',
        'host args_get',
        'host args_get',
        'host args_get',
        'instance',
        'host fd_write',
      ]);
    },
    PATIENCE_MS,
  );
});

describe('web-tree-sitter', () => {
  // Modules in the order of their first instances: the runtime, and the grammars as the program loads them.
  const [RUNTIME, JSON_GRAMMAR, HTML_GRAMMAR] = [0, 1, 2];
  let program: ComparedProgram;
  let parses: readonly CallRecord[];

  beforeAll(async () => {
    program = await compareProgram('test/unit/real/programs/treeSitter.cjs', []);
    parses = program.calls.filter(call => call.function === 'ts_parser_parse_wasm');
  }, PATIENCE_MS);

  const parentOf = ({ parent }: CallRecord): CallRecord | undefined =>
    parent === null ? undefined : program.calls[parent - 1];

  /** Calls from code of one instance into that of another. */
  const crossing = (from: number, to: number): CallRecord[] =>
    program.calls.filter(call => call.instance === to && parentOf(call)?.instance === from);

  it('and its grammars are modules and instances of their own', () => {
    const { modules, instances } = program.run;
    expect(instances.map(({ module }) => module)).toEqual([RUNTIME, JSON_GRAMMAR, HTML_GRAMMAR]);
    expect(modules.map(({ exports }) => exports.map(({ name }) => name))).toEqual([
      expect.arrayContaining(['ts_parser_parse_wasm', 'malloc']),
      expect.arrayContaining(['tree_sitter_json']),
      expect.arrayContaining(['tree_sitter_html']),
    ]);
    const made = program.calls.filter(({ kind }) => kind === 'instantiation');
    expect(made.map(({ instance }) => instance)).toEqual([RUNTIME, JSON_GRAMMAR, HTML_GRAMMAR]);
  });

  it('calls the lexers of the grammars, and these call it, in the parse that the program asked for', () => {
    expect(parses).toHaveLength(2);
    for (const [index, grammar] of [JSON_GRAMMAR, HTML_GRAMMAR].entries()) {
      const lexes = crossing(RUNTIME, grammar);
      expect(lexes.length).toBeGreaterThan(0);
      expect(new Set(lexes.map(({ parent }) => parent))).toEqual(new Set([parses[index].index]));
      expect(crossing(grammar, RUNTIME).length).toBeGreaterThan(0);
    }
    // Grammars know nothing of each other.
    expect([...crossing(JSON_GRAMMAR, HTML_GRAMMAR), ...crossing(HTML_GRAMMAR, JSON_GRAMMAR)]).toEqual([]);
    // The scanner of HTML, in C, allocates what it keeps of open tags; the runtime has the allocator.
    const asked = crossing(HTML_GRAMMAR, RUNTIME).map(call => call.function);
    expect(asked).toEqual(expect.arrayContaining(['calloc', 'malloc', 'free']));
    expect(crossing(JSON_GRAMMAR, RUNTIME).map(call => call.function)).not.toContain('malloc');
  });

  it('shares the state of its lexer with the grammar: it writes the character, the grammar the symbol', () => {
    // tree_sitter/parser.h: struct TSLexer { int32_t lookahead; TSSymbol result_symbol; … }, the first argument of a lexer.
    const lexerOf = (grammar: number): Address => {
      const [lexer] = new Set(crossing(RUNTIME, grammar).flatMap(({ args }) => (args.length === 2 ? [args[0]] : [])));
      return address(Number(lexer));
    };
    expect(lexerOf(HTML_GRAMMAR)).toBe(lexerOf(JSON_GRAMMAR));
    const lookahead = lexerOf(JSON_GRAMMAR);
    const symbol = address(lookahead + 4);
    const writersTo = (at: Address, length: number, { stepBefore, step }: CallRecord): Set<number | null> => {
      const writes = [...program.reader.writesTo(at, length, { after: stepBefore, upTo: step as Step })];
      return new Set(writes.map(({ owner }) => (owner.kind === 'instance' ? owner.instance : null)));
    };
    for (const [index, grammar] of [JSON_GRAMMAR, HTML_GRAMMAR].entries()) {
      expect(writersTo(lookahead, 4, parses[index])).toEqual(new Set([RUNTIME]));
      expect(writersTo(symbol, 2, parses[index])).toContain(grammar);
      const last = program.reader.lastWriter(parses[index].step, symbol);
      expect(last).toMatchObject({ kind: 'write', write: { owner: { kind: 'instance', instance: grammar } } });
    }
  });
});
