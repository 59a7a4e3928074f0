// The operands and options that several commands take.
import type { Course } from '../engine/client.ts';
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
  TIME_LIMIT,
} from '../protocol/settings.ts';
import { type Operands, type Option, UsageError } from './command.ts';

/** What to run, and how. */
export interface RunOptions extends Omit<RunSettings, 'instances'>, Pick<Course, 'allocates'> {
  /** None for the bundled guest. */
  readonly files: readonly string[];
  /** Null where it is not given. */
  readonly instances: number | null;
  /** How many instances are late; `others`: all but the first. */
  readonly late: number | 'others';
}

const files = (help: string): Operands<Pick<RunOptions, 'files'>> => ({
  placeholder: 'FILE…',
  help,
  read: texts => ({ files: texts }),
});

export const MODULE_FILES = files(
  'the guest; without it the bundled one runs. Of several guests one instance each runs, and they take turns',
);
export const MODULES_OR_RECORDING = files('guests as with run, or one exported recording (.wsmrec): then nothing runs');

const DECIMAL = /^(\d+\.?\d*|\.\d+)$/;
export const DIGITS = /^\d+$/;

function numberSetting(setting: NumberSetting): Option<number> {
  const { option, placeholder, summary, minimum, maximum, fallback, whole, scale } = setting;
  return {
    name: option,
    placeholder,
    help: `${summary} (${minimum} to ${maximum}, default ${fallback})`,
    read(text) {
      const value = text === null ? fallback : (whole ? DIGITS : DECIMAL).test(text) ? Number(text) : null;
      if (!isAllowed(setting, value)) throw new UsageError(`--${option} takes ${rangeText(setting)}, not '${text}'.`);
      return value * scale;
    },
  };
}

type Choices<Value extends string> = Omit<ChoiceSetting<Value>, 'choices'> & Pick<ChoiceSetting<string>, 'choices'>;

/**
 * @param taken of its values, those that are taken
 * @param where stands in the sentence on a value that is not among these
 */
export function choiceSetting<Value extends string>(
  { option, placeholder, summary, fallback, choices }: Choices<Value>,
  taken: readonly Value[],
  where = '',
): Option<Value> {
  const explained = choices.map(
    ({ value, summary: what }) => `${value} (${what}${value === fallback ? '; default' : ''})`,
  );
  return {
    name: option,
    placeholder,
    // Explained once, where all are taken.
    help: taken.length < choices.length ? taken.join(' or ') : `${summary}: ${explained.join(', ')}`,
    read(text) {
      if (text === null) return fallback;
      const value = taken.find(each => each === text);
      if (value === undefined) throw new UsageError(`--${option} takes ${taken.join(', ')}${where}, not '${text}'.`);
      return value;
    },
  };
}

const valuesOf = <Value extends string>({ choices }: ChoiceSetting<Value>): Value[] =>
  choices.map(({ value }) => value);

const INSTANCES_ASKED: Option<number | null> = {
  ...numberSetting(INSTANCES),
  read: text => (text === null ? null : numberSetting(INSTANCES).read(text)),
};

export const ALLOCATORS_GIVEN: Option<readonly string[]> = {
  name: ALLOCATORS.option,
  placeholder: ALLOCATORS.placeholder,
  help: ALLOCATORS.summary,
  read(text) {
    const texts = splitAllocators(text ?? '');
    const wrong = texts.find(each => readAllocator(each) === null);
    if (wrong !== undefined || (text !== null && texts.length === 0))
      throw new UsageError(`--${ALLOCATORS.option} takes ${ALLOCATOR_FORM}, not '${wrong ?? ''}'.`);
    return texts;
  },
};

const LATE: Option<RunOptions['late']> = {
  name: 'late',
  placeholder: '[N]',
  help: 'how many of the instances are made late, behind the first round: then their data segments and start functions run over memory in use (default 0). Of several files all but the first, where N is left out: each is made when its turn comes',
  read(text) {
    if (text === '') return 'others';
    const late = text === null ? 0 : DIGITS.test(text) ? Number(text) : null;
    if (late === null || late >= INSTANCES.maximum)
      throw new UsageError(`--late takes a whole number from 0 to ${INSTANCES.maximum - 1}, not '${text}'.`);
    return late;
  },
};

const CORRUPT: Option<Course['allocates']> = {
  name: 'corrupt',
  placeholder: null,
  help: 'every instance allocates, and adds to what it got itself: shows allocators that do not know of each other',
  read: text => (text === null ? 'once' : 'each'),
};

/** What {@link RunOptions} are made of, but the files. */
export const RUN_OPTIONS = {
  instances: INSTANCES_ASKED,
  timeLimitMs: numberSetting(TIME_LIMIT),
  record: choiceSetting<RecordLevel>(RECORD, valuesOf(RECORD)),
  state: choiceSetting<InstanceState>(INSTANCE_STATE, valuesOf(INSTANCE_STATE)),
  recordingLimitBytes: numberSetting(RECORDING_LIMIT),
  allocators: ALLOCATORS_GIVEN,
  late: LATE,
  allocates: CORRUPT,
};

/** Null where none is given. */
export const outputFile = (name: string, placeholder: string, help: string): Option<string | null> => ({
  name,
  placeholder,
  help,
  read(text) {
    // An empty path is a variable of a script that is not set.
    if (text === '') throw new UsageError(`--${name} takes the path of a file, not ''.`);
    return text;
  },
});

export const EXPORT = outputFile('export', 'OUT.wsmrec', 'write the recording to a file');
export const SARIF = outputFile('sarif', 'OUT.sarif', 'write the findings to a file for code scanning (SARIF 2.1.0)');
export const JSON_FLAG: Option<boolean> = {
  name: 'json',
  placeholder: null,
  help: 'print one JSON document',
  read: text => text !== null,
};

/** Whether what goes wrong in memory is looked for, and told. */
export const FINDINGS: Option<boolean> = {
  name: 'findings',
  placeholder: 'on|off',
  help: 'tell what went wrong because instances share the memory, and exit with 1 where memory is wrong (default on)',
  read(text) {
    if (text !== null && text !== 'on' && text !== 'off')
      throw new UsageError(`--findings takes on or off, not '${text}'.`);
    return text !== 'off';
  },
};
