// The guests of test/guests in the running extension.
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/extension.ts';
import type { MemoryPanel } from '../../src/extension/panel.ts';
import type { Source } from '../../src/extension/sources.ts';
import { type CallRecord, EVERY_CALL } from '../../src/protocol/call.ts';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { extension, until } from './fakes.ts';

/** A guest of test/guests, for example `bad/empty.wasm`. */
export function guest(path: string): vscode.Uri {
  return vscode.Uri.file(join(extension().extensionPath, 'test', 'guests', path));
}

export async function activate(): Promise<ExtensionApi> {
  // The extension's own entry returns this; VS Code passes it on untyped.
  return (await extension().activate()) as ExtensionApi;
}

/** The run that the panel shows now. */
export function shownRun(panel: MemoryPanel): RunSnapshot {
  const { state } = panel;
  if (state.kind !== 'run') throw new Error(`the panel shows no run: ${JSON.stringify(state)}`);
  return state.run;
}

/** Runs in a panel until the end. */
export async function runToEnd(panel: MemoryPanel, source: Source, instances?: number): Promise<RunSnapshot> {
  await panel.run(source, { instances });
  await until('the end of the run', () => panel.activity !== 'running');
  return shownRun(panel);
}

/** The calls of the run that the panel shows that returned: few enough for one answer. */
export async function returnedCalls({ content }: MemoryPanel): Promise<CallRecord[]> {
  if (content.kind !== 'run') throw new Error('the panel shows no run');
  const { calls } = await content.shown.run.recording.ask('calls', { from: 0, count: 1000, filter: EVERY_CALL });
  return calls.filter(({ end }) => end === 'returned');
}

/** That two are one. Of those that differ Node's `assert.equal` would print and compare all that hangs on them, which takes gigabytes of a panel. */
export const assertSame = (actual: object, expected: object): void =>
  assert.ok(actual === expected, 'it is another one');
