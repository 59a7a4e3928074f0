// The JSON header of a recording's file: what is needed beside memory to show the recording without running anything.
import type { CallSpan } from '../history/calls.ts';
import type { InputsSummary } from '../inputs/runInputs.ts';

/** An instruction that accesses memory, in the terms of the user's file. */
export interface SiteSummary {
  readonly id: number;
  /** Function index in the module, and its name as the panel shows it. */
  readonly functionIndex: number;
  readonly functionName: string;
  /** Byte offset of the instruction in the file, and from the start of its function's body. */
  readonly offset: number;
  readonly functionOffset: number;
  /** Its name in the text format, for example `i32.store8`. */
  readonly instruction: string;
  /** Bytes that one access touches; 0 where the operands say how many. */
  readonly width: number;
}

/** What the exporter says about a recording. `Run` is whatever it needs to show the run: calls, module, status. */
export interface RecordingDescription<Run> {
  readonly run: Run;
  readonly sites: readonly SiteSummary[];
}

/** Where the kept part begins. */
export interface Beginning {
  readonly step: number;
  readonly access: number;
  readonly memoryBytes: number;
}

export interface RecordingHeader extends RecordingDescription<unknown> {
  readonly inputs: InputsSummary;
  readonly beginning: Beginning;
  readonly calls: readonly CallSpan[];
  /** Where the recording ends; the accesses must come out there. */
  readonly lastStep: number;
  readonly accessCount: number;
}

const MAX_MEMORY_BYTES = 2 ** 32;

/** Checks a header that was parsed from JSON. Throws a TypeError that names what is wrong. */
export function checkHeader(value: unknown): RecordingHeader {
  const header = objectOf(value, 'the header');
  const beginning = objectOf(header.beginning, 'beginning');
  const checked: RecordingHeader = {
    run: header.run,
    inputs: checkInputs(header.inputs),
    sites: arrayOf(header.sites, 'sites').map(checkSite),
    beginning: {
      step: count(beginning.step, 'beginning.step'),
      access: count(beginning.access, 'beginning.access'),
      memoryBytes: count(beginning.memoryBytes, 'beginning.memoryBytes'),
    },
    calls: arrayOf(header.calls, 'calls').map(checkCall),
    lastStep: count(header.lastStep, 'lastStep'),
    accessCount: count(header.accessCount, 'accessCount'),
  };
  if (checked.beginning.memoryBytes > MAX_MEMORY_BYTES) throw new TypeError('beginning.memoryBytes is too large');
  if (checked.inputs.initialMemoryBytes > MAX_MEMORY_BYTES)
    throw new TypeError('inputs.initialMemoryBytes is too large');
  checkOrder(checked);
  return checked;
}

function checkInputs(value: unknown): InputsSummary {
  const { moduleSha256, initialMemoryBytes, wholeBefore } = objectOf(value, 'inputs');
  return {
    initialMemoryBytes: count(initialMemoryBytes, 'inputs.initialMemoryBytes'),
    moduleSha256: moduleSha256 === null ? null : text(moduleSha256, 'inputs.moduleSha256'),
    wholeBefore: wholeBefore === null ? null : count(wholeBefore, 'inputs.wholeBefore'),
  };
}

function checkSite(value: unknown, index: number): SiteSummary {
  const where = `sites[${index}]`;
  const site = objectOf(value, where);
  return {
    id: count(site.id, `${where}.id`),
    functionIndex: count(site.functionIndex, `${where}.functionIndex`),
    functionName: text(site.functionName, `${where}.functionName`),
    offset: count(site.offset, `${where}.offset`),
    functionOffset: count(site.functionOffset, `${where}.functionOffset`),
    instruction: text(site.instruction, `${where}.instruction`),
    width: count(site.width, `${where}.width`),
  };
}

function checkCall(value: unknown, index: number): CallSpan {
  const where = `calls[${index}]`;
  const call = objectOf(value, where);
  if (typeof call.ended !== 'boolean') throw new TypeError(`${where}.ended is no boolean`);
  return {
    call: index,
    stepBefore: count(call.stepBefore, `${where}.stepBefore`),
    lastStep: count(call.lastStep, `${where}.lastStep`),
    firstAccess: count(call.firstAccess, `${where}.firstAccess`),
    endAccess: count(call.endAccess, `${where}.endAccess`),
    ended: call.ended,
  };
}

/** Calls follow each other, and only the last may be under way. */
function checkOrder({ calls, lastStep, accessCount }: RecordingHeader): void {
  let [step, access] = [0, 0];
  calls.forEach((call, index) => {
    const inOrder = call.stepBefore >= step && call.lastStep >= call.stepBefore && call.lastStep <= lastStep;
    const accessesInOrder = call.firstAccess >= access && call.endAccess >= call.firstAccess;
    if (!inOrder || !accessesInOrder || call.endAccess > accessCount || (!call.ended && index < calls.length - 1))
      throw new TypeError(`calls[${index}] does not follow the call before it`);
    step = call.lastStep;
    access = call.endAccess;
  });
}

function objectOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${where} is no object`);
  return value as Readonly<Record<string, unknown>>; // any object may be read by names; what is read is checked
}

function arrayOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${where} is no array`);
  return value;
}

function count(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new TypeError(`${where} is no whole number from 0 on`);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new TypeError(`${where} is no string`);
  return value;
}
