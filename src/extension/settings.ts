// The settings of a run, checked: `settings.json` may hold anything.
import * as vscode from 'vscode';
import type { RecordLevel } from '../protocol/run.ts';
import {
  INSTANCES,
  isAllowed,
  type LevelSetting,
  type NumberSetting,
  RECORD,
  RECORDING_LIMIT,
  type RunSettings,
  rangeText,
  TIME_LIMIT,
} from '../protocol/settings.ts';

const keyOf = ({ name }: NumberSetting | LevelSetting): string => `wasmSharedMemory.${name}`;

/** What to use for what a setting holds. */
export interface CheckedSetting<T> {
  readonly value: T;
  /** One sentence: what was wrong, and what is used instead; null where the value is used as it is. */
  readonly warning: string | null;
}

/** The nearest number that is allowed, or the default where the value is none. */
export function checkSetting(setting: NumberSetting, value: unknown): CheckedSetting<number> {
  if (isAllowed(setting, value)) return { value, warning: null };
  const { fallback, minimum, maximum, whole, unit } = setting;
  const isNumber = typeof value === 'number' && Number.isFinite(value) && (!whole || Number.isInteger(value));
  const used = isNumber ? Math.min(maximum, Math.max(minimum, value)) : fallback;
  return { value: used, warning: warningOf(setting, value, rangeText(setting), `${used}${unit}`) };
}

/** The level, or the default where the value is none. */
export function checkRecord(value: unknown): CheckedSetting<RecordLevel> {
  const { fallback, levels } = RECORD;
  const known = levels.find(({ level }) => level === value);
  if (known) return { value: known.level, warning: null };
  const names = levels.map(({ level }) => `"${level}"`).join(', ');
  return { value: fallback, warning: warningOf(RECORD, value, `one of ${names}`, `"${fallback}"`) };
}

const warningOf = (setting: NumberSetting | LevelSetting, value: unknown, wanted: string, used: string): string =>
  `The setting ${keyOf(setting)} is ${JSON.stringify(value)}, but must be ${wanted}: ${used} is used.`;

/** Reads the settings as they are now. What had to be corrected is shown, with a way to the settings. */
export function readRunSettings(): RunSettings {
  const read = <T>(setting: NumberSetting | LevelSetting, check: (value: unknown) => CheckedSetting<T>): T => {
    const key = keyOf(setting);
    const { value, warning } = check(vscode.workspace.getConfiguration().get(key));
    if (warning) void showSettingWarning(key, warning);
    return value;
  };
  const number = (setting: NumberSetting) => read(setting, value => checkSetting(setting, value)) * setting.scale;
  return {
    instances: number(INSTANCES),
    timeLimitMs: number(TIME_LIMIT),
    record: read(RECORD, checkRecord),
    recordingLimitBytes: number(RECORDING_LIMIT),
  };
}

async function showSettingWarning(key: string, warning: string) {
  const button = await vscode.window.showWarningMessage(warning, 'Open Settings');
  if (button) await vscode.commands.executeCommand('workbench.action.openSettings', key);
}
