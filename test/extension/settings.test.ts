// The settings are checked at run time: settings.json may hold anything.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { checkAllocators, checkChoice, checkSetting, readRunSettings } from '../../src/extension/settings.ts';
import { INSTANCES, RECORD, RECORDING_LIMIT, TIME_LIMIT } from '../../src/protocol/settings.ts';
import { until } from './fakes.ts';
import { activate, runToEnd } from './fixtures.ts';

describe('settings', () => {
  it('in range are used as they are', () => {
    for (const value of [1, 3, 64]) assert.deepEqual(checkSetting(INSTANCES, value), { value, warning: null });
    for (const value of [0.001, 2.5, 3600]) assert.deepEqual(checkSetting(TIME_LIMIT, value), { value, warning: null });
  });

  for (const [value, used] of [
    [0, 1],
    [-5, 1],
    [65, 64],
    [2.5, 3],
    ['7', 3],
    [null, 3],
    [{}, 3],
  ] as const) {
    it(`${JSON.stringify(value)} instances become ${used}, with a warning that says both`, () => {
      const checked = checkSetting(INSTANCES, value);
      assert.equal(checked.value, used);
      assert.ok(
        checked.warning?.includes(`wasmSharedMemory.instances is ${JSON.stringify(value)}`),
        checked.warning ?? '',
      );
      assert.match(checked.warning ?? '', new RegExp(`from 1 to 64: ${used} is used\\.$`));
    });
  }

  it('of no time become the shortest time', () => {
    assert.equal(checkSetting(TIME_LIMIT, 0).value, 0.001);
    assert.match(checkSetting(TIME_LIMIT, 1e9).warning ?? '', /3600 s is used/);
  });

  it('of a known level are used as they are', () => {
    for (const value of ['calls', 'stores', 'all'] as const) {
      assert.deepEqual(checkChoice(RECORD, value), { value, warning: null });
    }
  });

  for (const value of ['loads', '', null, 2, ['all']]) {
    it(`${JSON.stringify(value)} as the level becomes "stores", with a warning that says both`, () => {
      assert.deepEqual(checkChoice(RECORD, value), {
        value: 'stores',
        warning:
          `The setting wasmSharedMemory.record is ${JSON.stringify(value)}, ` +
          'but must be one of "calls", "stores", "all": "stores" is used.',
      });
    });
  }

  it('of a tiny or huge limit become the nearest that is allowed', () => {
    assert.equal(checkSetting(RECORDING_LIMIT, 0).value, 1);
    assert.match(checkSetting(RECORDING_LIMIT, 1e6).warning ?? '', /from 1 to 65536: 65536 MB is used/);
  });

  it('of allocators are those that can be read', () => {
    assert.deepEqual(checkAllocators('take(size)=>ptr'), { value: ['take(size)=>ptr'], warning: null });
    for (const value of ['', undefined]) assert.deepEqual(checkAllocators(value), { value: [], warning: null });
    const { value, warning } = checkAllocators('take(size)=>ptr; drop');
    assert.deepEqual(value, ['take(size)=>ptr']);
    assert.match(warning ?? '', /"take\(size\)=>ptr; drop", but must be .*: "take\(size\)=>ptr" is used\.$/);
    assert.match(checkAllocators(7).warning ?? '', /is 7, but must be .*: none is used\.$/);
  });

  describe('of a run', () => {
    const configuration = () => vscode.workspace.getConfiguration('wasmSharedMemory');
    afterEach(async () => {
      for (const name of ['instances', 'instanceState', 'timeLimit', 'record', 'recordingLimit', 'allocators']) {
        await configuration().update(name, undefined, vscode.ConfigurationTarget.Global);
      }
    });

    it('are read anew, the time in seconds and the limit in MB', async () => {
      const defaults = {
        instances: 3,
        timeLimitMs: 10_000,
        record: 'stores',
        state: 'separate',
        recordingLimitBytes: 536_870_912,
        allocators: [],
      };
      assert.deepEqual(readRunSettings(), defaults);
      await configuration().update('instances', 5, vscode.ConfigurationTarget.Global);
      await configuration().update('timeLimit', 0.5, vscode.ConfigurationTarget.Global);
      await configuration().update('record', 'all', vscode.ConfigurationTarget.Global);
      await configuration().update('instanceState', 'shared', vscode.ConfigurationTarget.Global);
      await configuration().update('recordingLimit', 16, vscode.ConfigurationTarget.Global);
      await configuration().update('allocators', 'take(size)=>ptr; drop(ptr)', vscode.ConfigurationTarget.Global);
      const changed = {
        instances: 5,
        timeLimitMs: 500,
        record: 'all',
        state: 'shared',
        recordingLimitBytes: 16_777_216,
        allocators: ['take(size)=>ptr', 'drop(ptr)'],
      };
      assert.deepEqual(readRunSettings(), changed);
    });

    it('decide what is recorded', async () => {
      const { view, sources } = await activate();
      for (const record of ['calls', 'stores', 'all']) {
        await configuration().update('record', record, vscode.ConfigurationTarget.Global);
        assert.equal((await runToEnd(view.panel, sources.bundled)).record, record);
      }
    });

    it('decide how many instances the demo has', async () => {
      await configuration().update('instances', 5, vscode.ConfigurationTarget.Global);
      const { view, sources } = await activate();
      await view.panel.run(sources.bundled);
      await until('the end', () => view.panel.activity === 'ended');
      const { state } = view.panel;
      assert.ok(state.kind === 'run');
      assert.equal(state.run.instances.length, 5);
      assert.equal(state.run.callCount, 26); // 1 alloc_11 + 5 rounds × 5 instances
      assert.equal(state.run.verdict?.actual, 586); // 11 + 25 × 23
    });
  });
});
