// The settings of a run, checked: `settings.json` may hold anything.
import * as vscode from 'vscode';
import { ALLOCATOR_FORM, readAllocator, splitAllocators } from '../protocol/allocatorTexts.ts';
import type { InstanceState, RecordLevel } from '../protocol/run.ts';
import {
  ALLOCATORS,
  type ChoiceSetting,
  INSTANCE_STATE,
  INSTANCES,
  isAllowed,
  type NumberSetting,
  RECORD,
  RECORDING_LIMIT,
  type RunSettings,
  rangeText,
  type TextSetting,
  TIME_LIMIT,
} from '../protocol/settings.ts';

type AnySetting = Pick<NumberSetting | ChoiceSetting<string> | TextSetting, 'name'>;

const keyOf = ({ name }: AnySetting): string => `wasmSharedMemory.${name}`;

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

/** One of the values that the setting may have, or the default where the value is none. */
export function checkChoice<Value extends string>(
  setting: ChoiceSetting<Value>,
  value: unknown,
): CheckedSetting<Value> {
  const { fallback, choices } = setting;
  const known = choices.find(each => each.value === value);
  if (known) return { value: known.value, warning: null };
  const names = choices.map(each => `"${each.value}"`).join(', ');
  return { value: fallback, warning: warningOf(setting, value, vscode.l10n.t('one of {0}', names), `"${fallback}"`) };
}

/** Those that can be read. */
export function checkAllocators(value: unknown): CheckedSetting<readonly string[]> {
  const texts = typeof value === 'string' ? splitAllocators(value) : [];
  const read = texts.filter(text => readAllocator(text) !== null);
  const isRight = (typeof value === 'string' || value === undefined) && read.length === texts.length;
  const used = read.length > 0 ? `"${read.join('; ')}"` : 'none';
  return { value: read, warning: isRight ? null : warningOf(ALLOCATORS, value, ALLOCATOR_FORM, used) };
}

const warningOf = (setting: AnySetting, value: unknown, wanted: string, used: string): string =>
  vscode.l10n.t(
    'The setting {0} is {1}, but must be {2}: {3} is used.',
    keyOf(setting),
    JSON.stringify(value),
    wanted,
    used,
  );

/** Reads the settings as they are now. What had to be corrected is shown, with a way to the settings. */
export function readRunSettings(): RunSettings {
  const read = <T>(setting: AnySetting, check: (value: unknown) => CheckedSetting<T>): T => {
    const key = keyOf(setting);
    const { value, warning } = check(vscode.workspace.getConfiguration().get(key));
    if (warning) void showSettingWarning(key, warning);
    return value;
  };
  const number = (setting: NumberSetting) => read(setting, value => checkSetting(setting, value)) * setting.scale;
  return {
    instances: number(INSTANCES),
    timeLimitMs: number(TIME_LIMIT),
    record: read(RECORD, value => checkChoice<RecordLevel>(RECORD, value)),
    state: read(INSTANCE_STATE, value => checkChoice<InstanceState>(INSTANCE_STATE, value)),
    recordingLimitBytes: number(RECORDING_LIMIT),
    allocators: read(ALLOCATORS, checkAllocators),
  };
}

async function showSettingWarning(key: string, warning: string) {
  const button = await vscode.window.showWarningMessage(warning, vscode.l10n.t('Open Settings'));
  if (button) await vscode.commands.executeCommand('workbench.action.openSettings', key);
}
