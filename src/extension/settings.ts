// The settings of a run, checked: `settings.json` may hold anything.
import * as vscode from 'vscode';
import type { RecordLevel } from '../protocol/run.ts';

export interface RunSettings {
  readonly instances: number;
  readonly timeLimitMs: number;
  readonly record: RecordLevel;
  readonly recordingLimitBytes: number;
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

/** In MB (2²⁰ bytes). */
export const RECORDING_LIMIT: NumberSetting = {
  name: 'wasmSharedMemory.recordingLimit',
  fallback: 512,
  minimum: 16,
  maximum: 8192,
  whole: false,
  unit: ' MB',
};

export const RECORD = {
  name: 'wasmSharedMemory.record',
  fallback: 'stores',
  levels: ['calls', 'stores', 'all'],
} as const satisfies { name: string; fallback: RecordLevel; levels: readonly RecordLevel[] };

/** What to use for what a setting holds. */
export interface CheckedSetting<T> {
  readonly value: T;
  /** One sentence: what was wrong, and what is used instead; null where the value is used as it is. */
  readonly warning: string | null;
}

/** The nearest number that is allowed, or the default where the value is none. */
export function checkSetting(setting: NumberSetting, value: unknown): CheckedSetting<number> {
  const { name, fallback, minimum, maximum, whole, unit } = setting;
  const isNumber = typeof value === 'number' && Number.isFinite(value) && (!whole || Number.isInteger(value));
  const used = isNumber ? Math.min(maximum, Math.max(minimum, value)) : fallback;
  if (used === value) return { value: used, warning: null };
  const range = `a ${whole ? 'whole ' : ''}number from ${minimum} to ${maximum}`;
  const warning = `The setting ${name} is ${JSON.stringify(value)}, but must be ${range}: ${used}${unit} is used.`;
  return { value: used, warning };
}

/** The level, or the default where the value is none. */
export function checkRecord(value: unknown): CheckedSetting<RecordLevel> {
  const { name, fallback, levels } = RECORD;
  const level = levels.find(known => known === value);
  if (level) return { value: level, warning: null };
  const names = levels.map(known => `"${known}"`).join(', ');
  const warning = `The setting ${name} is ${JSON.stringify(value)}, but must be one of ${names}: "${fallback}" is used.`;
  return { value: fallback, warning };
}

/** Whether a number of instances from outside (the panel, a kept state) can be run. */
export function isInstanceCount(value: unknown): value is number {
  return checkSetting(INSTANCES, value).warning === null;
}

/** Reads the settings as they are now. What had to be corrected is shown, with a way to the settings. */
export function readRunSettings(): RunSettings {
  const read = <T>(name: string, check: (value: unknown) => CheckedSetting<T>): T => {
    const { value, warning } = check(vscode.workspace.getConfiguration().get(name));
    if (warning) void showSettingWarning(name, warning);
    return value;
  };
  const number = (setting: NumberSetting) => read(setting.name, value => checkSetting(setting, value));
  return {
    instances: number(INSTANCES),
    timeLimitMs: number(TIME_LIMIT) * 1000,
    record: read(RECORD.name, checkRecord),
    recordingLimitBytes: Math.floor(number(RECORDING_LIMIT) * 2 ** 20),
  };
}

async function showSettingWarning(name: string, warning: string) {
  const button = await vscode.window.showWarningMessage(warning, 'Open Settings');
  if (button) await vscode.commands.executeCommand('workbench.action.openSettings', name);
}
