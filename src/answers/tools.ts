// What language models ask of recordings: one table, which VS Code's language model tools and the MCP server are made from. An answer
// is a text that a small context holds; where there is more, it says how to ask on.
import { type AddressResult, parseAddress } from '../protocol/addressExpression.ts';
import { type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import { type Check, type Fields, object, text, whole } from '../protocol/check.ts';
import { severityOf } from '../protocol/finding.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { count, hex, messageOf } from '../protocol/text.ts';
import { type Address, MAX_MEMORY_BYTES, type Step, step as toStep } from '../protocol/units.ts';
import { accessLine } from './accessLines.ts';
import type { Asked } from './asked.ts';
import { findingLines } from './findingLines.ts';
import { answerLines, droppedLines, nobodyLine } from './lastWriterLines.ts';
import { DUMP_FORMATS, dumped, unitBytes } from './memoryDump.ts';
import { memoryParts } from './memoryParts.ts';
import type { ToolName } from './toolNames.ts';

/** A recording that can be asked, and what it is called. */
export interface NamedRecording extends Asked {
  readonly name: string;
}

/** Why there is no answer: what was wrong with the question, and what to ask in its place. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** A parameter, as JSON Schema describes it and as it is checked. */
interface Parameter<T> {
  readonly schema: { readonly description: string } & Readonly<Record<string, unknown>>;
  readonly check: Check<T>;
}

const integer = (description: string, minimum: number, maximum: number): Parameter<number> => ({
  schema: { type: 'integer', description, minimum, maximum },
  check: whole(minimum, maximum),
});

const LONGEST_TEXT = 1000;
const string = (description: string): Parameter<string> => ({
  schema: { type: 'string', description },
  check: text(1, LONGEST_TEXT),
});

const MOST_BYTES = 1024;
const MOST_CALLS = 50;
const MOST_WRITES = 50;

const PARAMETERS = {
  // Models write the one or the other.
  address: {
    schema: {
      description: 'Address of a byte of linear memory: decimal or 0x hexadecimal, also a sum such as 0x548+8.',
      anyOf: [{ type: 'string' }, { type: 'integer' }],
    },
    check: (value: unknown, where: string): string =>
      typeof value === 'number'
        ? String(whole(-MAX_MEMORY_BYTES / 2, MAX_MEMORY_BYTES - 1)(value, where))
        : text(1, LONGEST_TEXT)(value, where),
  },
  length: integer('How many bytes, from the address on.', 1, MOST_BYTES),
  step: integer(
    'Moment of the recording: the state after so many writes; 0 is memory after instantiation. The last one where it is left out.',
    0,
    Number.MAX_SAFE_INTEGER,
  ),
  format: {
    schema: {
      type: 'string',
      description: 'How the bytes are written: hex has rows of 16 with their owners; or numbers of a type; or text.',
      enum: [...DUMP_FORMATS.keys()].filter(name => name !== 'raw' && name !== 'ihex'),
    },
    check: text(1, LONGEST_TEXT),
  },
  from: integer('Leaves out so many of the entries: the answer before says how to go on.', 0, Number.MAX_SAFE_INTEGER),
  function: string('Only calls of functions with this text in their name.'),
  instance: integer('Only calls of the instance with this number.', 0, 65_535),
  trapped: {
    schema: { type: 'boolean', description: 'Only calls that ended in a trap.' },
    check: (value: unknown, where: string): boolean => {
      if (typeof value !== 'boolean') throw new TypeError(`${where} is not true or false`);
      return value;
    },
  },
  recording: string(
    'Which of the open recordings is asked, by its name, as answers have it in their first line. The first one where it is left out.',
  ),
} satisfies Readonly<Record<string, Parameter<string> | Parameter<number> | Parameter<boolean>>>;

type Name = keyof typeof PARAMETERS;
type Value<Of extends Name> = ReturnType<(typeof PARAMETERS)[Of]['check']>;
type Input<Required extends Name, Optional extends Name> = { readonly [Of in Required]: Value<Of> } & {
  readonly [Of in Optional]?: Value<Of>;
};

/** What an input is, as JSON Schema 2020-12 has it. */
export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Parameter<unknown>['schema']>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

export interface Tool {
  readonly name: ToolName;
  readonly title: string;
  /** For the model: what it tells, and when to ask it. */
  readonly description: string;
  readonly inputSchema: InputSchema;
  /**
   * Asks one of the recordings.
   * @param recordings the first is asked where the input names none
   * @throws ToolError
   */
  answer(recordings: readonly NamedRecording[], input: unknown): Promise<string>;
}

/** An answer in parts, of which as many entries are told as there is room for. */
interface Parts {
  /** Lines before the entries. @param told how many of these are told */
  readonly head: (told: number) => readonly string[];
  /** Each as one line or several. */
  readonly entries: readonly string[];
  /** Stands at the end: how to ask for what is not told; null where all is. */
  readonly more: (told: number) => string | null;
}

const NO_ENTRIES: Pick<Parts, 'entries' | 'more'> = { entries: [], more: () => null };

/** Characters of an answer at the most: some 2,000 tokens. */
export const MOST_CHARACTERS = 8000;

function defineTool<const Required extends Name, const Optional extends Name>(
  {
    required,
    optional,
    ...named
  }: Pick<Tool, 'name' | 'title' | 'description'> & {
    readonly required: readonly Required[];
    readonly optional: readonly Optional[];
  },
  answer: (recording: NamedRecording, input: Input<Required, Optional>) => Promise<Parts>,
): Tool {
  const names: readonly Name[] = [...required, ...optional, 'recording'];
  const checks = (of: readonly Name[]): Fields<unknown> =>
    Object.fromEntries(of.map(name => [name, PARAMETERS[name].check]));
  const fields = object(checks(required), checks([...optional, 'recording']));
  const check = (input: unknown): Input<Required, Optional> & Input<never, 'recording'> => {
    try {
      const unknown = Object.keys(Object(input)).find(key => !names.some(name => name === key));
      if (unknown !== undefined) throw new TypeError(`input has no ${unknown}; it takes ${names.join(', ')}`);
      return fields(input ?? {}, 'input') as Input<Required, Optional> & Input<never, 'recording'>; // each was just checked
    } catch (error) {
      throw new ToolError(`${messageOf(error)}.`);
    }
  };
  return {
    ...named,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(names.map(name => [name, PARAMETERS[name].schema])),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    async answer(recordings, input) {
      const checked = check(input);
      const recording = recordingOf(recordings, checked.recording);
      const parts = await answer(recording, checked);
      return bounded(`${recording.name}: ${stateText(recording.snapshot)}`, parts);
    },
  };
}

function recordingOf(recordings: readonly NamedRecording[], name: string | undefined): NamedRecording {
  const [first] = recordings;
  if (!first)
    throw new ToolError('There is no recording: run a module or a program with Wasm Shared Memory, or open a .wsmrec.');
  const found = name === undefined ? first : recordings.find(each => each.name === name);
  const names = recordings.map(each => each.name).join(', ');
  if (!found) throw new ToolError(`No open recording is called ${name}. There is ${names}.`);
  if (found.snapshot.initialMemoryBytes !== null) return found;
  const why = found.snapshot.problem;
  throw new ToolError(`${found.name} has no memory${why ? `: ${why.message}` : ' yet'}. There is ${names}.`);
}

/** What an answer begins with, so that it is known what it is about. */
function stateText({ status, callCount, firstStep, lastStep, instances, record }: RunSnapshot): string {
  const steps = firstStep > 0 ? `steps ${firstStep} to ${lastStep}` : count(lastStep, 'step');
  return `${status}, ${count(instances.length, 'instance')}, ${count(callCount, 'call')}, ${steps}, recorded at level ${record}`;
}

/** Characters that are kept for what stands at the end. */
const ROOM_FOR_MORE = 100;

/** As many entries as there is room for, one at least: of one that has none itself the beginning. */
function bounded(title: string, { head, entries, more }: Parts): string {
  const before = (told: number): string => [title, ...head(told)].join('\n');
  const room = Math.max(0, MOST_CHARACTERS - before(entries.length).length - ROOM_FOR_MORE);
  let taken = 0;
  const fitting = entries.findIndex(entry => {
    taken += entry.length + 1;
    return taken > room;
  });
  const told = fitting === -1 ? entries.length : Math.max(1, fitting);
  const shown = entries.slice(0, told).map(entry => (entry.length > room ? `${entry.slice(0, room)} …` : entry));
  const rest = more(told);
  return [before(told), ...shown, ...(rest === null ? [] : [rest])].join('\n');
}

/** @throws ToolError */
function stepOf({ firstStep, lastStep }: RunSnapshot, asked: number | undefined): Step {
  if (asked === undefined) return lastStep;
  if (asked >= firstStep && asked <= lastStep) return toStep(asked);
  throw new ToolError(`step ${asked} is not recorded: there are steps ${firstStep} to ${lastStep}.`);
}

/** @throws ToolError where a range does not lie in memory at a step */
async function rangeAt(recording: NamedRecording, at: Step, text: string, length: number): Promise<Address> {
  const parsed: AddressResult = parseAddress(text, MAX_MEMORY_BYTES);
  if (!parsed.ok) throw new ToolError(parsed.message);
  const { memoryBytes } = await recording.ask('describeStep', { step: at });
  if (parsed.address + length <= memoryBytes) return parsed.address;
  const end = memoryBytes === 0 ? 'it has no byte' : `its last byte is ${hex(memoryBytes - 1)}`;
  const isOutside = length === 1 || parsed.address >= memoryBytes;
  const range = isOutside ? hex(parsed.address) : `${hex(parsed.address)} to ${hex(parsed.address + length - 1)}`;
  throw new ToolError(`${range} is outside the memory at step ${at}: ${end}.`);
}

const WHO_WROTE = defineTool(
  {
    name: 'wasm_who_wrote',
    title: 'Who wrote a byte of linear memory',
    description:
      'Tells which instance, function and instruction (or the host, by which import) last wrote a byte of WebAssembly linear memory as of a step, with the value before and after, and the writes to these bytes before that one, newest first. Use it to find what overwrote a value.',
    required: ['address'],
    optional: ['length', 'step'],
  },
  async (recording, { address: text, length = 1, step }) => {
    const { snapshot } = recording;
    const at = stepOf(snapshot, step);
    const address = await rangeAt(recording, at, text, length);
    const names = InstanceNames.of(snapshot);
    const [change, madeBy, { memoryBytes }, writes] = await Promise.all([
      recording.ask('lastChange', { step: at, address }),
      recording.ask('madeBy', { step: snapshot.lastStep, address }),
      recording.ask('describeStep', { step: at }),
      recording.ask('writesTo', { step: at, address, length, count: MOST_WRITES + 1 }),
    ]);
    if (madeBy.kind === 'outside') throw new ToolError(`${hex(address)} is outside the memory.`);
    const range = { address, length, step: at, reads: false };
    return {
      head: () => [
        ...answerLines({ address, step: at, memoryBytes, change, madeBy }, snapshot),
        ...droppedLines(snapshot),
        ...(snapshot.record === 'calls' ? ['Single writes are not recorded at level calls.'] : []),
        ...(writes.length > 0 ? ['Writes, newest first:'] : [nobodyLine(range)]),
      ],
      entries: writes.slice(0, MOST_WRITES).map(write => accessLine(write, names)),
      more: told =>
        told < writes.length ? `There are earlier ones: ask with step ${(writes[told - 1]?.step ?? 0) - 1}.` : null,
    };
  },
);

const MEMORY_AT = defineTool(
  {
    name: 'wasm_memory_at',
    title: 'What linear memory held',
    description:
      'Tells what a range of WebAssembly linear memory held at a step of a recording: as hexadecimal rows with the owner of the bytes (who wrote them last), as numbers of a type, or as text.',
    required: ['address'],
    optional: ['length', 'step', 'format'],
  },
  async (recording, { address: text, length = 64, step, format = 'hex' }) => {
    const shown = DUMP_FORMATS.get(format);
    if (!shown || shown.kind === 'raw' || shown.kind === 'ihex')
      throw new ToolError(`${format} is no format: take ${PARAMETERS.format.schema.enum.join(', ')}.`);
    const size = unitBytes(shown);
    if (length % size > 0) throw new ToolError(`format ${format} takes a length that is a multiple of ${size}.`);
    const at = stepOf(recording.snapshot, step);
    const address = await rangeAt(recording, at, text, length);
    const pieces: string[] = [];
    const names = InstanceNames.of(recording.snapshot);
    for await (const piece of dumped(memoryParts(recording, at, address, length), shown, names))
      if (typeof piece === 'string') pieces.push(piece);
    const lines = pieces.join('').trimEnd().split('\n');
    return {
      head: () => [`Memory at step ${at}:`],
      entries: lines,
      more: told => (told < lines.length ? `… ${count(lines.length - told, 'line')} left out: ask for less.` : null),
    };
  },
);

const FINDINGS = defineTool(
  {
    name: 'wasm_findings',
    title: 'What went wrong in linear memory',
    description:
      'Tells what is wrong with the WebAssembly linear memory of a recording because instances, modules or the host share it: blocks handed out twice, overwritten data, dead stack frames, overflows, use after free and the like, each with what happened and what to do, the first first.',
    required: [],
    optional: ['from'],
  },
  async (recording, { from = 0 }) => {
    const { name, snapshot } = recording;
    const findings = await recording.ask('findings', {});
    if (findings.length === 0) {
      const nothing =
        snapshot.record === 'calls'
          ? `${name}: single accesses are not recorded, so little is looked at; nothing was found.`
          : 'Nothing was found.';
      return { ...NO_ENTRIES, head: () => [nothing] };
    }
    const names = InstanceNames.of(snapshot);
    const [errors, warnings] = (['error', 'warning'] as const).map(
      severity => findings.filter(each => severityOf(each) === severity).length,
    );
    const head = `${count(findings.length, 'finding')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`;
    return {
      head: () => [head],
      entries: findings.slice(from).map(each => findingLines(name, each, names).join('\n')),
      more: told => moreText(findings.length, from + told),
    };
  },
);

/** How to ask for the entries behind those that were told. */
const moreText = (total: number, next: number): string | null =>
  next < total ? `There are ${total - next} more: ask with from ${next}.` : null;

const CALLS = defineTool(
  {
    name: 'wasm_calls',
    title: 'Calls of WebAssembly functions',
    description:
      'Lists calls of exported WebAssembly functions in a recording, in order: number, function with arguments and results, instance, the steps before and after, how many bytes it changed, and traps. Filter by function, instance, or traps.',
    required: [],
    optional: ['from', 'function', 'instance', 'trapped'],
  },
  async (recording, { from = 0, function: called = '', instance = null, trapped = false }) => {
    const { snapshot } = recording;
    if (instance !== null && instance >= snapshot.instances.length)
      throw new ToolError(
        `there is no instance #${instance}: there are ${count(snapshot.instances.length, 'instance')}.`,
      );
    const filter = { ...EVERY_CALL, text: called, instance, trapped };
    const { total, calls } = await recording.ask('calls', { from, count: MOST_CALLS, filter });
    const names = InstanceNames.of(snapshot);
    if (calls.length === 0) return { ...NO_ENTRIES, head: () => [`No call is among those asked for, of ${total}.`] };
    return {
      head: told => [`Calls ${from + 1} to ${from + told} of ${total}:`],
      entries: calls.map(call => callLine(call, names)),
      more: told => moreText(total, from + told),
    };
  },
);

/** `call 12: #1 add_23(1352) -> 356, steps 14 to 16, 4 bytes changed` */
function callLine(call: CallRecord, names: InstanceNames): string {
  const { index, instance, args, results, stepBefore, step, bytesChanged, grownPages, trap, end, depth, parent } = call;
  const what = call.kind === 'instantiation' ? 'instantiation' : `${call.function}(${args.join(', ')})`;
  return [
    `call ${index}: ${names.name(instance)} ${what}${results.length > 0 ? ` -> ${results.join(', ')}` : ''}`,
    `steps ${stepBefore} to ${step}`,
    `${count(bytesChanged, 'byte')} changed`,
    ...(grownPages > 0 ? [`memory grew by ${count(grownPages, 'page')}`] : []),
    ...(depth > 0 && parent !== null ? [`in call ${parent}`] : []),
    ...(trap ? [`trapped: ${trap.message}`] : end === 'stopped' ? ['was ended'] : []),
  ].join(', ');
}

export const TOOLS: readonly Tool[] = [WHO_WROTE, MEMORY_AT, FINDINGS, CALLS];
