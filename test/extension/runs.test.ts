// Real guests in the real engine, run as the view runs them; what must come out is derived in test/guests/index.ts.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ProblemKind } from '../../src/protocol/run.ts';
import { badFiles, demoGuests, type Expectation, misbehavingGuests, printingGuests } from '../guests/index.ts';
import { until } from './fakes.ts';
import { activate, guest, runToEnd, shownRun } from './fixtures.ts';

/** The kind of problem that the panel shows for what a guest does; null where there is none. */
function problemOf(expectation: Expectation): ProblemKind | null {
  switch (expectation.kind) {
    case 'reaches':
      return null;
    case 'differs':
      return 'wrong-value';
    case 'traps':
      return 'trap';
    case 'never-returns':
      return 'cancelled';
    case 'address-outside':
      return 'address-outside-memory';
    case 'no-guest':
      return 'demo-exports-missing';
    case 'refused':
      return expectation.problem;
  }
}

/** Worker threads of this extension host. */
function workers(): number {
  // Node documents this array, but its types leave the report untyped.
  const report = process.report.getReport() as { readonly workers: readonly unknown[] };
  return report.workers.length;
}

describe('a run in VS Code', () => {
  it('of the bundled guest ends at 356', async () => {
    const { view, sources } = await activate();
    const run = await runToEnd(view.panel, sources.bundled);
    assert.deepEqual([run.status, run.actual, run.expected, run.problem], ['completed', 356, 356, null]);
    assert.equal(run.calls.length, 16);
  });

  for (const { name, file, instances, expectation } of [
    ...demoGuests,
    ...printingGuests,
    ...misbehavingGuests.filter(guest => guest.expectation.kind !== 'never-returns'),
    ...badFiles,
  ]) {
    const problem = problemOf(expectation);
    it(`of ${name} with ${instances} instances: ${problem ?? 'as expected'}`, async () => {
      const { view, sources } = await activate();
      const run = await runToEnd(view.panel, sources.file(guest(file)), instances);
      assert.equal(run.problem?.kind ?? null, problem, run.problem?.message);
      if (expectation.kind === 'reaches') assert.equal(run.actual, expectation.value);
      if (expectation.kind === 'refused') assert.match(run.problem?.message ?? '', expectation.message);
      for (const text of run.problem ? [run.problem.message, run.problem.remedy] : []) {
        assert.match(text, /\.$/);
        assert.doesNotMatch(text, /\n|\bat \S+ \(|\.ts:\d+:\d+\)|undefined|\[object/, 'a sentence, no stack trace');
      }
    }).timeout(60_000);
  }
});

describe('a guest that never returns', () => {
  for (const { name, file, expectation } of misbehavingGuests) {
    if (expectation.kind !== 'never-returns') continue;

    it(`leaves VS Code responsive and can be cancelled, with what was recorded: ${name}`, async () => {
      const { view, sources } = await activate();
      await view.panel.run(sources.file(guest(file)), 3);
      await until('the calls before', () => shownRun(view.panel).calls.length >= (expectation.returnedCalls ?? 0));
      await until('guest code', () => shownRun(view.panel).status === 'running' || expectation.returnedCalls === null);
      const start = performance.now();
      await vscode.commands.executeCommand('wasmSharedMemory.inspectMemory');
      await vscode.commands.getCommands();
      const answeredAfter = performance.now() - start;
      assert.ok(answeredAfter < 1000, `a command took ${answeredAfter} ms`);
      assert.equal(view.panel.activity, 'running');
      await vscode.commands.executeCommand('wasmSharedMemory.cancel');
      await until('the end', () => view.panel.activity === 'ended');
      const run = shownRun(view.panel);
      assert.equal(run.status, 'cancelled');
      assert.equal(run.problem?.kind, 'cancelled');
      const returned = run.calls.filter(call => call.end === 'returned');
      assert.equal(returned.length, expectation.returnedCalls ?? 0);
      if (expectation.actual !== null) assert.equal(returned.at(-1)?.valueAfter, expectation.actual);
    });

    it(`is ended by the time limit of the settings: ${name}`, async () => {
      const { view, sources } = await activate();
      const settings = vscode.workspace.getConfiguration('wasmSharedMemory');
      await settings.update('timeLimit', 0.3, vscode.ConfigurationTarget.Global);
      try {
        const run = await runToEnd(view.panel, sources.file(guest(file)), 3);
        assert.equal(run.status, 'timed-out');
        assert.match(run.problem?.message ?? '', /0\.3 s/);
        assert.equal(run.calls.filter(call => call.end === 'returned').length, expectation.returnedCalls ?? 0);
      } finally {
        await settings.update('timeLimit', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  }

  it('is ended when something else is run, and its workers with it', async () => {
    const { view, sources, runs } = await activate();
    await runToEnd(view.panel, sources.bundled);
    await until('only the recording of the run that is shown', () => workers() === 1);
    await view.panel.run(sources.file(guest('misbehaving/loop-in-call.wasm')));
    await until('a guest and its recording', () => workers() === 2);
    await runToEnd(view.panel, sources.bundled);
    await until('only the recording of the run that is shown', () => workers() === 1);
    assert.equal(runs.size, 1, 'only the run that is shown is kept');
  });
});
