// The settings are checked at run time: settings.json may hold anything.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { checkSetting, INSTANCES, readRunSettings, TIME_LIMIT } from '../../src/extension/settings.ts';
import { extension, until } from './fakes.ts';
import { activate } from './fixtures.ts';

describe('settings', () => {
  it('in range are used as they are', () => {
    for (const value of [1, 3, 64]) assert.deepEqual(checkSetting(INSTANCES, value), { value, warning: null });
    for (const value of [0.1, 2.5, 3600]) assert.deepEqual(checkSetting(TIME_LIMIT, value), { value, warning: null });
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
    assert.equal(checkSetting(TIME_LIMIT, 0).value, 0.1);
    assert.match(checkSetting(TIME_LIMIT, 1e9).warning ?? '', /3600 s is used/);
  });

  it('have the limits that package.json declares to the settings editor', () => {
    const { properties } = extension().packageJSON.contributes.configuration;
    for (const { name, fallback, minimum, maximum, whole } of [INSTANCES, TIME_LIMIT]) {
      const { default: declared, minimum: low, maximum: high, type } = properties[name];
      assert.deepEqual([declared, low, high, type], [fallback, minimum, maximum, whole ? 'integer' : 'number']);
    }
  });

  describe('of a run', () => {
    const configuration = () => vscode.workspace.getConfiguration('wasmSharedMemory');
    afterEach(async () => {
      await configuration().update('instances', undefined, vscode.ConfigurationTarget.Global);
      await configuration().update('timeLimit', undefined, vscode.ConfigurationTarget.Global);
    });

    it('are read anew, the time in seconds', async () => {
      assert.deepEqual(readRunSettings(), { instances: 3, timeLimitMs: 10_000 });
      await configuration().update('instances', 5, vscode.ConfigurationTarget.Global);
      await configuration().update('timeLimit', 0.5, vscode.ConfigurationTarget.Global);
      assert.deepEqual(readRunSettings(), { instances: 5, timeLimitMs: 500 });
    });

    it('decide how many instances the demo has', async () => {
      await configuration().update('instances', 5, vscode.ConfigurationTarget.Global);
      const { view, sources } = await activate();
      await view.panel.run(sources.bundled);
      await until('the end', () => view.panel.activity === 'ended');
      const { state } = view.panel;
      assert.ok(state.kind === 'run');
      assert.equal(state.run.instances, 5);
      assert.equal(state.run.calls.length, 26); // 1 alloc_11 + 5 rounds × 5 instances
      assert.equal(state.run.actual, 586); // 11 + 25 × 23
    });
  });
});
