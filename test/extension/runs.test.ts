// Real guests in the real engine, run as the view runs them; what must come out is derived in test/guests/index.ts.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ProblemKind } from '../../src/protocol/problem.ts';
import { address, step } from '../../src/protocol/units.ts';
import { badFiles, demoGuests, type Expectation, misbehavingGuests, printingGuests } from '../guests/index.ts';
import { until } from './fakes.ts';
import { activate, guest, returnedCalls, runToEnd, shownRun } from './fixtures.ts';

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
      return 'no-scenario';
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
    assert.deepEqual([run.status, run.verdict, run.problem], ['completed', { expected: 356, actual: 356 }, null]);
    assert.equal(run.callCount, 16);
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
      if (expectation.kind === 'reaches') assert.equal(run.verdict?.actual, expectation.value);
      if (expectation.kind === 'refused') assert.match(run.problem?.message ?? '', expectation.message);
      for (const text of run.problem ? [run.problem.message, run.problem.remedy] : []) {
        assert.match(text, /\.$/);
        assert.doesNotMatch(text, /\n|\bat \S+ \(|\.ts:\d+:\d+\)|undefined|\[object/, 'a sentence, no stack trace');
      }
    });
  }
});

it('two modules run over one memory, of which one is made late', async () => {
  const { view, sources } = await activate();
  const [wat, c] = ['wat', 'c'].map(name => sources.file(guest(`demo/${name}.wasm`)));
  const run = await runToEnd(view.panel, sources.together([wat, c], true));
  // C's word at 0x400 says that its heap goes on at 0x10420 when wat, whose i32 is there, adds 23 to it.
  assert.deepEqual([run.verdict, run.problem?.kind], [{ expected: 57, actual: 0x10420 + 23 }, 'wrong-value']);
  assert.deepEqual(
    run.instances.map(({ module, call }) => [module, call]),
    [
      [0, null],
      [1, 3],
    ],
  );
  await until('the findings', () => view.panel.errors === 1);
  const problems = ['wat', 'c'].map(name => vscode.languages.getDiagnostics(guest(`demo/${name}.wasm`)));
  assert.deepEqual(
    problems.map(of => of.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length),
    [1, 1],
    'each file takes part',
  );
});

describe('a guest that never returns', () => {
  const limit = (seconds: number | undefined) =>
    vscode.workspace
      .getConfiguration('wasmSharedMemory')
      .update('timeLimit', seconds, vscode.ConfigurationTarget.Global);
  afterEach(() => limit(undefined));

  for (const { name, file, expectation } of misbehavingGuests) {
    if (expectation.kind !== 'never-returns') continue;

    it(`leaves VS Code responsive and can be cancelled, with what was recorded: ${name}`, async () => {
      const { view, sources } = await activate();
      await limit(3600);
      await view.panel.run(sources.file(guest(file)), { instances: 3 });
      await until('the calls before', () => shownRun(view.panel).callCount >= (expectation.returnedCalls ?? 0));
      await until('guest code', () => shownRun(view.panel).status === 'running' || expectation.returnedCalls === null);
      await vscode.commands.executeCommand('wasmSharedMemory.inspectMemory');
      await vscode.commands.getCommands();
      assert.equal(view.panel.activity, 'running', 'commands are answered while the guest runs');
      await vscode.commands.executeCommand('wasmSharedMemory.cancel');
      await until('the end', () => view.panel.activity === 'ended');
      const run = shownRun(view.panel);
      assert.equal(run.status, 'cancelled');
      assert.equal(run.problem?.kind, 'cancelled');
      const returned = await returnedCalls(view.panel);
      assert.equal(returned.length, expectation.returnedCalls ?? 0);
      if (expectation.actual !== null) assert.equal(returned.at(-1)?.watched?.after, expectation.actual);
    });

    it(`is ended by the time limit of the settings: ${name}`, async () => {
      const { view, sources } = await activate();
      await limit(0.3);
      const run = await runToEnd(view.panel, sources.file(guest(file)), 3);
      assert.equal(run.status, 'timed-out');
      assert.match(run.problem?.message ?? '', /0\.3 s/);
      assert.equal((await returnedCalls(view.panel)).length, expectation.returnedCalls ?? 0);
    });
  }

  it('is ended when something else is run, and its workers with it', async () => {
    const { view, sources, runs } = await activate();
    const ofRuns = () => workers() - runs.spareThreads;
    view.panel.show({ kind: 'empty' });
    for (const each of runs.all) runs.close(each);
    await until('no worker', () => ofRuns() === 0);
    await runToEnd(view.panel, sources.bundled);
    await until('the run that is shown, which goes on, and its recording', () => ofRuns() === 2);
    await view.panel.run(sources.file(guest('misbehaving/loop-in-call.wasm')));
    await until('a guest and its recording, and that of the run before', () => ofRuns() === 3);
    await runToEnd(view.panel, sources.bundled);
    await until('that run, and the recordings of the two that ended', () => ofRuns() === 3);
    assert.deepEqual([runs.size, runs.all.length], [1, 2], 'what went on is not kept');
  });
});

it('the user writes to memory of the run that is shown; another run in its place lets go of its memory, not of its recording', async () => {
  const { view, sources, runs } = await activate();
  await runToEnd(view.panel, sources.bundled);
  const { content } = view.panel;
  assert.ok(content.kind === 'run');
  const first = content.shown;
  assert.deepEqual([first.goesOn, first.snapshot.lastStep], [true, 17]);
  // Its value is at 0x490: 356 is 64 01 00 00.
  const at = address(0x490);
  assert.equal(await runs.write(first, at, Uint8Array.of(0x2a)), 18);
  const last = await first.run.recording.ask('lastChange', { step: step(18), address: at });
  assert.ok(last.kind === 'write');
  assert.deepEqual(
    [last.write.owner, last.write.call, ...last.write.before, ...last.write.after],
    [{ kind: 'host' }, null, 0x64, 0x2a],
  );
  await runToEnd(view.panel, sources.bundled);
  await until('it goes on no more', () => !first.goesOn);
  await assert.rejects(runs.write(first, at, Uint8Array.of(1)), /does not go on/);
  assert.equal((await first.run.recording.ask('bytes', { step: step(18), address: at, length: 1 }))[0], 0x2a);
});
