// `mcp`, asked by a client of this file's own, line by line, as https://modelcontextprotocol.io/specification/2025-11-25 has it. The
// answers are known from the guest's source: alloc_11 stores 11 at 0x400, and 15 calls of add_23 add 23 each, in turn by #0, #1, #2.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { ROOT } from '../support/fixtures.ts';
import { assemble } from '../support/wabt.ts';

const WAT = 'test/guests/demo/wat.wasm';
const CORRUPT = 'dist/guest.wasm';

interface Message {
  readonly jsonrpc: string;
  readonly id: unknown;
  readonly result?: { readonly content?: readonly { readonly text: string }[]; readonly isError?: boolean } & Record<
    string,
    unknown
  >;
  readonly error?: { readonly code: number; readonly message: string };
}

class Client {
  private readonly process: ChildProcess;
  private readonly waiting: ((message: Message | Error) => void)[] = [];
  private readonly ended: Promise<unknown[]>;
  private lastId = 0;
  stderr = '';

  constructor(...args: readonly string[]) {
    this.process = spawn(process.execPath, ['dist/cli.js', 'mcp', ...args], { cwd: ROOT, stdio: 'pipe' });
    this.ended = once(this.process, 'close');
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    void this.ended.then(() => {
      for (const each of this.waiting.splice(0)) each(new Error(`the server has ended: ${this.stderr}`));
    });
    if (!this.process.stdout) throw new Error('the server has no standard output');
    // Whatever is no line of JSON there fails here.
    createInterface({ input: this.process.stdout }).on('line', line => this.waiting.shift()?.(JSON.parse(line)));
  }

  /** Sends a line, and waits for the next one. */
  async line(text: string): Promise<Message> {
    const answered = new Promise<Message | Error>(resolve => this.waiting.push(resolve));
    this.process.stdin?.write(`${text}\n`);
    const message = await answered;
    if (message instanceof Error) throw message;
    return message;
  }

  async request(method: string, params?: unknown): Promise<Message> {
    const id = ++this.lastId;
    const message = await this.line(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    expect(message).toMatchObject({ jsonrpc: '2.0', id });
    return message;
  }

  notify(method: string): void {
    this.process.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
  }

  /** The lines of a tool's answer; where it is an error, with `!` before the first. */
  async tool(name: string, input?: object): Promise<string[]> {
    const { result } = await this.request('tools/call', { name, arguments: input });
    const text = result?.content?.map(each => each.text).join('') ?? '';
    return `${result?.isError ? '!' : ''}${text}`.split('\n');
  }

  /** @returns its exit status */
  async end(): Promise<unknown> {
    this.process.stdin?.end();
    return (await this.ended)[0];
  }
}

let client: Client;
beforeAll(() => {
  client = new Client(WAT, CORRUPT, '--corrupt');
});
afterAll(async () => {
  expect(await client.end()).toBe(0);
});

const HEAD = `${WAT}: completed, 3 instances, 18 calls, 18 steps, recorded at level stores`;

describe('the protocol', () => {
  it('begins with the version that the client asks for, or with the newest one', async () => {
    const version = async (asked: unknown) =>
      (await client.request('initialize', { protocolVersion: asked, capabilities: {}, clientInfo: {} })).result
        ?.protocolVersion;
    expect(await version('2024-11-05')).toBe('2024-11-05');
    expect(await version('2025-06-18')).toBe('2025-06-18');
    expect(await version('1999-01-01')).toBe('2025-11-25');
    const { result } = await client.request('initialize', {});
    expect(result).toMatchObject({ capabilities: { tools: {} }, serverInfo: { name: 'wasm-shared-memory' } });
    client.notify('notifications/initialized'); // has no answer: the next one is of `ping`
    expect((await client.request('ping')).result).toEqual({});
  });

  it('lists tools whose inputs are JSON Schemas', async () => {
    const { result } = await client.request('tools/list');
    const tools = result?.tools as { name: string; description: string; inputSchema: object }[];
    expect(tools.map(({ name }) => name)).toEqual(['wasm_who_wrote', 'wasm_memory_at', 'wasm_findings', 'wasm_calls']);
    for (const { description, inputSchema } of tools) {
      expect(description.length).toBeGreaterThan(50);
      const validate = new Ajv2020({ strict: true }).compile(inputSchema);
      expect(validate({ nothing: 1 })).toBe(false);
    }
  });

  it('refuses what is no request, by the codes of JSON-RPC, and goes on', async () => {
    const refused = async (line: string) => {
      const { id, error } = await client.line(line);
      return [id, error?.code];
    };
    expect(await refused('{"jsonrpc":')).toEqual([null, -32_700]);
    expect(await refused('[]')).toEqual([null, -32_600]);
    expect(await refused('"ping"')).toEqual([null, -32_600]);
    expect(await refused('{"id":7,"method":"ping"}')).toEqual([7, -32_600]);
    expect(await refused('{"jsonrpc":"2.0","id":{},"method":"ping"}')).toEqual([null, -32_600]);
    expect(await refused('{"jsonrpc":"2.0","id":8}')).toEqual([8, -32_600]);
    expect(await refused('{"jsonrpc":"2.0","id":9,"method":"resources/list"}')).toEqual([9, -32_601]);
    expect(await refused('{"jsonrpc":"2.0","id":9,"method":"toString"}')).toEqual([9, -32_601]);
    expect(await refused('{"jsonrpc":"2.0","id":10,"method":"tools/call","params":{"name":"nope"}}')).toEqual([
      10, -32_602,
    ]);
    expect(await refused('{"jsonrpc":"2.0","id":11,"method":"tools/call"}')).toEqual([11, -32_602]);
    expect((await client.request('ping')).result).toEqual({});
  });
});

describe('the tools', () => {
  it('tell who wrote a byte, and all that wrote there before', async () => {
    expect(await client.tool('wasm_who_wrote', { address: '0x400', step: 3 })).toEqual([
      HEAD,
      '0x400 at step 3: #2 in alloc_11+0xd (i32.store), step 3, call 3, 11 -> 11',
      'Writes, newest first:',
      '0x400: #2 in alloc_11+0xd (i32.store) wrote, step 3, call 3, 11 -> 11',
      '0x400: #1 in alloc_11+0xd (i32.store) wrote, step 2, call 2, 11 -> 11',
      '0x400: #0 in alloc_11+0xd (i32.store) wrote, step 1, call 1, 0 -> 11',
    ]);
    // As a number it is the same address, also as an i32.
    const asText = await client.tool('wasm_who_wrote', { address: '0x404' });
    expect(await client.tool('wasm_who_wrote', { address: 0x404 })).toEqual(asText);
    expect(await client.tool('wasm_who_wrote', { address: '1028' })).toEqual([
      HEAD,
      '0x404 at step 18: never written',
      '0x404: nobody wrote there up to step 18',
    ]);
  });

  it('tell what memory held', async () => {
    // 3 of 11, then 23 added 15 times: 356 is 0x164.
    expect(await client.tool('wasm_memory_at', { address: '0x400', length: 4 })).toEqual([
      HEAD,
      'Memory at step 18:',
      '00000400  64 01 00 00                                       |d...|  #2',
      '00000404',
    ]);
    const numbers = await client.tool('wasm_memory_at', { address: '0x400', length: 4, format: 'i32', step: 1 });
    expect(numbers[2]?.replaceAll(/ +/g, ' ')).toBe('00000400 11 #0');
  });

  it('tell which calls there were, filtered', async () => {
    const [head, count, first] = await client.tool('wasm_calls', { instance: 1, function: 'ADD' });
    expect([head, count, first]).toEqual([
      HEAD,
      'Calls 1 to 5 of 5:',
      'call 5: #1 add_23(1024), steps 4 to 5, 1 byte changed',
    ]);
    expect((await client.tool('wasm_calls', { from: 17 }))[1]).toBe('Calls 18 to 18 of 18:');
    expect((await client.tool('wasm_calls', { trapped: true }))[1]).toBe('No call is among those asked for, of 0.');
  });

  it('tell what went wrong in the recording that is asked', async () => {
    const lines = await client.tool('wasm_findings', { recording: CORRUPT });
    expect(lines[0]).toMatch(/^dist\/guest\.wasm: completed, 3 instances, 18 calls/);
    expect(lines[1]).toBe('1 finding: 1 error, 0 warnings.');
    expect(lines[2]).toMatch(/^[^ ]+: error: An allocator handed out a block twice, .* \[duplicate-allocation\]$/);
  });

  it.each([
    ['wasm_who_wrote', {}, '!input.address is not a text.'],
    ['wasm_who_wrote', { address: -1 }, '!0xffffffff is outside the memory at step 18: its last byte is 0xffff.'],
    ['wasm_who_wrote', { address: 0.5 }, '!input.address is not a whole number from -2147483648 to 4294967295.'],
    ['wasm_who_wrote', { address: 'x' }, '!“x” is no address: use decimal or 0x hexadecimal numbers, with + and -.'],
    ['wasm_who_wrote', { address: '0x10000' }, '!0x10000 is outside the memory at step 18: its last byte is 0xffff.'],
    ['wasm_who_wrote', { address: '0', step: 19 }, '!step 19 is not recorded: there are steps 0 to 18.'],
    ['wasm_memory_at', { address: '0', length: 1025 }, '!input.length is not a whole number from 1 to 1024.'],
    [
      'wasm_memory_at',
      { address: '0', length: 3, format: 'i16' },
      '!format i16 takes a length that is a multiple of 2.',
    ],
    [
      'wasm_memory_at',
      { address: '0xfffe', length: 4 },
      '!0xfffe to 0x10001 is outside the memory at step 18: its last byte is 0xffff.',
    ],
    ['wasm_calls', { instance: 3 }, '!there is no instance #3: there are 3 instances.'],
    ['wasm_calls', { name: 'f' }, '!input has no name; it takes from, function, instance, trapped, recording.'],
    ['wasm_findings', { recording: 'x' }, `!No open recording is called x. There is ${WAT}, ${CORRUPT}.`],
  ])('%s says what is wrong with %j', async (name, input, said) => {
    expect(await client.tool(name, input)).toEqual([said]);
  });

  it('leave out no entry between one answer and the next, however long they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-mcp-'));
    const script = join(folder, 'long.cjs');
    const name = 'f'.repeat(300);
    const bytes = Buffer.from(
      assemble(`(module (memory 1) (func (export "${name}") (param i32) (i32.store8 (i32.const 0) (local.get 0))))`),
    ).toString('hex');
    writeFileSync(
      script,
      `const made = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from('${bytes}', 'hex')));
       for (let i = 1; i <= 60; i++) made.exports['${name}'](i);`,
    );
    const file = join(folder, 'long.wsmrec');
    /** All numbers that a pattern finds in answers, each asked for as the one before says. */
    const followed = async (client: Client, tool: string, input: object, parameter: string, number: RegExp) => {
      const numbers: number[] = [];
      for (let asked: object | null = input; asked; ) {
        const lines = await client.tool(tool, asked);
        expect(lines.join('\n').length).toBeLessThan(8001);
        numbers.push(...lines.flatMap(line => number.exec(line)?.[1] ?? []).map(Number));
        const next = new RegExp(`ask with ${parameter} (\\d+)\\.$`).exec(lines.at(-1) ?? '')?.[1];
        asked = next === undefined ? null : { ...input, [parameter]: Number(next) };
      }
      return numbers;
    };
    try {
      expect((await cli('record', script, '--export', file)).code).toBe(0);
      const client = new Client(file);
      const all = Array.from({ length: 60 }, (_, i) => i + 1);
      expect(await followed(client, 'wasm_calls', {}, 'from', /^call (\d+):/)).toEqual(all);
      const writes = await followed(client, 'wasm_who_wrote', { address: '0' }, 'step', /wrote, step (\d+),/);
      expect(writes).toEqual(all.toReversed());
      expect(await client.end()).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leave out what is too long for a model, and say how to ask on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-mcp-'));
    const script = join(folder, 'many.cjs');
    const bytes = Buffer.from(
      assemble('(module (memory 1) (func (export "f") (param i32) (i32.store8 (i32.const 0) (local.get 0))))'),
    ).toString('hex');
    writeFileSync(
      script,
      `const made = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from('${bytes}', 'hex')));
       for (let i = 1; i <= 120; i++) made.exports.f(i);`,
    );
    const file = join(folder, 'many.wsmrec');
    try {
      expect((await cli('record', script, '--export', file)).code).toBe(0);
      const many = new Client(file);
      expect((await many.tool('wasm_calls')).at(-1)).toBe('There are 70 more: ask with from 50.');
      const writes = await many.tool('wasm_who_wrote', { address: '0' });
      expect(writes.length).toBe(1 + 1 + 1 + 50 + 1);
      expect(writes.at(-1)).toBe('There are earlier ones: ask with step 70.'); // 120 … 71 were told
      expect(
        (await many.tool('wasm_memory_at', { address: '0', length: 1024, format: 'u8' })).join('\n').length,
      ).toBeLessThan(8200);
      expect(await many.end()).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('says what can’t be opened, and answers nothing', async () => {
  const missing = await cli('mcp', 'test/guests/missing.wsmrec');
  expect(missing).toEqual({
    code: 2,
    stdout: '',
    stderr: "wasm-shared-memory: test/guests/missing.wsmrec: there is no such file. Try 'wasm-shared-memory --help'.\n",
  });
  expect((await cli('mcp')).stderr).toMatch(/^wasm-shared-memory: 'mcp' needs at least one file: /);
});
