// The settings of a run. The extension, the terminal's options and `--help` read them here; a test holds package.json,
// package.nls.json and README to them.
import type { InstanceState, RecordLevel } from './run.ts';

interface Setting {
  /** In `settings.json`, behind `wasmSharedMemory.` */
  readonly name: string;
  /** The terminal's option, and what stands for its value. */
  readonly option: string;
  readonly placeholder: string;
  /** What it decides, as a clause. */
  readonly summary: string;
  /** What the settings editor says further, in whole sentences. */
  readonly details: string;
}

export interface NumberSetting extends Setting {
  readonly fallback: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
  /** What it takes, and what stands behind a value, in a sentence. */
  readonly quantity: string;
  readonly unit: string;
  /** What {@link RunSettings} has for one unit. */
  readonly scale: number;
}

/** What a run is started with. */
export interface RunSettings {
  /** Number of instances over the one memory, at least 1. */
  readonly instances: number;
  /** Limit of the time that guests run, in milliseconds. */
  readonly timeLimitMs: number;
  readonly record: RecordLevel;
  readonly state: InstanceState;
  /** Limit of what the recording keeps, in bytes. */
  readonly recordingLimitBytes: number;
  /** Functions of allocators, see `allocatorTexts.ts`. */
  readonly allocators: readonly string[];
}

export const INSTANCES: NumberSetting = {
  name: 'instances',
  option: 'instances',
  placeholder: 'N',
  fallback: 3,
  minimum: 1,
  maximum: 64,
  whole: true,
  quantity: 'whole number',
  unit: '',
  scale: 1,
  summary: 'how many instances of the module the demo runs over one memory',
  details: '',
};

/** In seconds. */
export const TIME_LIMIT: NumberSetting = {
  name: 'timeLimit',
  option: 'time-limit',
  placeholder: 'S',
  fallback: 10,
  minimum: 0.001,
  maximum: 3600,
  whole: false,
  quantity: 'number of seconds',
  unit: ' s',
  scale: 1000,
  summary: 'seconds that guests may run, without the time that they wait for their recording',
  details: 'Then the run is ended, and what was recorded until then stays visible.',
};

/** In MB (2²⁰ bytes). */
export const RECORDING_LIMIT: NumberSetting = {
  name: 'recordingLimit',
  option: 'recording-limit',
  placeholder: 'MB',
  fallback: 512,
  minimum: 1,
  maximum: 65_536,
  whole: true,
  quantity: 'whole number of MB',
  unit: ' MB',
  scale: 2 ** 20,
  summary: 'megabytes that a recording may keep; beyond that its oldest steps are dropped',
  details:
    'The panel says from which step on history is whole. Memory as it is now, two bytes for each byte in use, and up to 64 MB of log on its way are not counted.',
};

export interface ChoiceSetting<Value extends string> extends Setting {
  readonly fallback: Value;
  readonly choices: readonly { readonly value: Value; readonly summary: string; readonly details: string }[];
}

export const RECORD = {
  name: 'record',
  option: 'record',
  placeholder: 'LEVEL',
  fallback: 'stores',
  summary: 'what of the memory accesses of the instances is recorded',
  details: '',
  choices: [
    { value: 'calls', summary: 'only which bytes each call changed', details: 'A run takes the least time.' },
    {
      value: 'stores',
      summary: 'everything that writes to memory, too',
      details: 'Of each byte it is known which instruction of which instance wrote it, and when.',
    },
    { value: 'all', summary: 'everything that reads memory as well', details: 'The recording grows faster.' },
  ],
} as const satisfies ChoiceSetting<RecordLevel>;

export const INSTANCE_STATE = {
  name: 'instanceState',
  option: 'state',
  placeholder: 'STATE',
  fallback: 'separate',
  summary: 'whether the instances share what their module keeps outside of memory',
  details: '',
  choices: [
    {
      value: 'separate',
      summary: 'each has its own globals and runs its own data segments and start function',
      details: 'That is what every engine does.',
    },
    {
      value: 'shared',
      summary: 'they have one set of mutable globals, and data segments and start function run once',
      details: 'Whichever instance allocates, their allocators agree.',
    },
  ],
} as const satisfies ChoiceSetting<InstanceState>;

export interface TextSetting extends Setting {
  readonly fallback: string;
}

export const ALLOCATORS: TextSetting = {
  name: 'allocators',
  option: 'allocator',
  placeholder: 'TEXT',
  fallback: '',
  summary:
    'functions of allocators of your own, which findings and heap follow as they do malloc and free: name(size)=>ptr, name(32)=>ptr, name(ptr,size)=>ptr, name(ptr), with ; between them',
  details:
    'Other parameters are told by any other word: alloc(_, size) => ptr has its size second. A number stands for no parameter: each block has as many bytes.',
};

/** In the order of package.json. */
export const SETTINGS = [INSTANCES, INSTANCE_STATE, TIME_LIMIT, RECORD, RECORDING_LIMIT, ALLOCATORS] as const;

/** `a whole number from 1 to 64` */
export const rangeText = ({ quantity, minimum, maximum }: NumberSetting): string =>
  `a ${quantity} from ${minimum} to ${maximum}`;

/** Whether a number, from wherever, is one that the setting may have. */
export const isAllowed = ({ whole, minimum, maximum }: NumberSetting, value: unknown): value is number =>
  typeof value === 'number' && value >= minimum && value <= maximum && (!whole || Number.isInteger(value));
