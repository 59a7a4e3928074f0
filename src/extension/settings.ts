// The settings of a run, checked: `settings.json` may hold anything.
import * as vscode from 'vscode';

export interface RunSettings {
  readonly instances: number;
  readonly timeLimitMs: number;
}

interface NumberSetting {
  readonly name: string;
  readonly fallback: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
  readonly unit: string;
}

export const INSTANCES: NumberSetting = {
  name: 'wasmSharedMemory.instances',
  fallback: 3,
  minimum: 1,
  maximum: 64,
  whole: true,
  unit: '',
};

/** In seconds. */
export const TIME_LIMIT: NumberSetting = {
  name: 'wasmSharedMemory.timeLimit',
  fallback: 10,
  minimum: 0.1,
  maximum: 3600,
  whole: false,
  unit: ' s',
};

/**
 * The number to use for what a setting holds.
 * `warning` says in one sentence what was wrong and what is used instead; null where the value is used as it is.
 */
export function checkSetting(setting: NumberSetting, value: unknown): { value: number; warning: string | null } {
  const { name, fallback, minimum, maximum, whole, unit } = setting;
  const isNumber = typeof value === 'number' && Number.isFinite(value) && (!whole || Number.isInteger(value));
  const used = isNumber ? Math.min(maximum, Math.max(minimum, value)) : fallback;
  if (used === value) return { value: used, warning: null };
  const range = `a ${whole ? 'whole ' : ''}number from ${minimum} to ${maximum}`;
  const warning = `The setting ${name} is ${JSON.stringify(value)}, but must be ${range}: ${used}${unit} is used.`;
  return { value: used, warning };
}

/** Whether a number of instances from outside (the panel, a kept state) can be run. */
export function isInstanceCount(value: unknown): value is number {
  return checkSetting(INSTANCES, value).warning === null;
}

/** Reads the settings as they are now. What had to be corrected is shown, with a way to the settings. */
export function readRunSettings(): RunSettings {
  const read = (setting: NumberSetting): number => {
    const checked = checkSetting(setting, vscode.workspace.getConfiguration().get(setting.name));
    if (checked.warning) void showSettingWarning(setting.name, checked.warning);
    return checked.value;
  };
  return { instances: read(INSTANCES), timeLimitMs: read(TIME_LIMIT) * 1000 };
}

async function showSettingWarning(name: string, warning: string) {
  const button = await vscode.window.showWarningMessage(warning, 'Open Settings');
  if (button) await vscode.commands.executeCommand('workbench.action.openSettings', name);
}
