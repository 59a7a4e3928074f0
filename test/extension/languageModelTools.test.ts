// Language models of VS Code ask about what panels show. The answers are known from the bundled guest: it adds 23 fifteen times to 11.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activate, runToEnd } from './fixtures.ts';

async function ask(name: string, input: object): Promise<string> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return content.map(part => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

describe('language model tools', () => {
  before(async () => {
    const { view, sources } = await activate();
    await runToEnd(view.panel, sources.bundled);
  });

  it('are known to VS Code', () => {
    const names = vscode.lm.tools.map(({ name }) => name).filter(name => name.startsWith('wasm_'));
    assert.deepEqual(names.sort(), ['wasm_calls', 'wasm_findings', 'wasm_memory_at', 'wasm_who_wrote']);
  });

  it('tell of the run that the panel shows', async () => {
    const calls = (await ask('wasm_calls', { function: 'add_23' })).split('\n');
    assert.match(calls[0] ?? '', /^Bundled guest: completed, 3 instances, 16 calls, /);
    assert.equal(calls[1], 'Calls 1 to 15 of 15:');
    const address = /#0 add_23\((\d+)\)/.exec(calls[2] ?? '')?.[1] ?? '';
    const written = (await ask('wasm_who_wrote', { address })).split('\n');
    // The last of the calls is that of #2.
    assert.match(written[1] ?? '', /: #2 in .*\(i32\.store\), step \d+, call 16, 333 -> 356$/);
    const asked = { address: Number(address), length: 4, format: 'i32' };
    assert.match(await ask('wasm_memory_at', asked), /\n0000[0-9a-f]{4} +356 +#2\n/);
    assert.match(await ask('wasm_memory_at', { address, length: 4, format: 'i32' }), /\n0000[0-9a-f]{4} +356 +#2\n/);
    assert.match(await ask('wasm_findings', {}), /\nNothing was found\.$/);
  });

  it('say what is wrong with a question', async () => {
    await assert.rejects(ask('wasm_memory_at', { address: '-1' }), /0xffffffff is outside the memory at step \d+/);
    await assert.rejects(ask('wasm_who_wrote', { address: '0', recording: 'other.wasm' }), /other\.wasm/);
  });
});
