// A call in words: for the row, for the tooltip and for screen readers.

import type { StepView } from '../../src/protocol/access.ts';
import { type CallRecord, isDifference, type WasmValue } from '../../src/protocol/call.ts';
import { InstanceNames, NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { outOfBoundsSentences } from '../../src/protocol/outOfBounds.ts';
import type { PersistedPanel } from '../../src/protocol/panel.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { callNumber, type Place } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { accessSentence } from './accessText.ts';
import { growthText } from './growthText.ts';

/** Of the integers that calls took and gave. */
export type Radix = NonNullable<NonNullable<PersistedPanel['trace']>['radix']>;

/** A value as the trace shows it: the run's address in hexadecimal, every other value in decimal, or integers in hexadecimal. */
export function valueText(value: WasmValue, address: number | null, radix: Radix = 'decimal'): string {
  if (radix === 'hex') {
    if (typeof value === 'string')
      return /^-?\d+$/.test(value) ? `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}` : value;
    if (Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32) return hex(value >>> 0);
  }
  // An i32 is signed in JavaScript: an address of 2 GiB and more is a negative number there.
  const isAddress = typeof value === 'number' && address !== 0 && value >>> 0 === address;
  return isAddress ? hex(address) : String(value);
}

/** `push(0x548)`, or `instantiation`. */
export function expressionText(
  call: Pick<CallRecord, 'kind' | 'function' | 'args'>,
  address: number | null,
  radix: Radix = 'decimal',
): string {
  if (call.kind === 'instantiation') return 'instantiation';
  return `${call.function}(${call.args.map(value => valueText(value, address, radix)).join(', ')})`;
}

/** `0x548`, or empty where the call gave no result. */
export function resultText(call: CallRecord, address: number | null, radix: Radix = 'decimal'): string {
  return call.results.map(value => valueText(value, address, radix)).join(', ');
}

/** `4.6 µs`: three significant digits at most. */
export function durationText(ns: number): string {
  const units: readonly (readonly [size: number, name: string])[] = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ];
  // 999.5 and more of a unit would be printed as 1000.
  for (const [size, name] of units) if (ns >= size * 0.9995) return `${shortNumber(ns / size)} ${name}`;
  return `${Math.round(ns)} ns`;
}

function shortNumber(value: number): string {
  return value >= 99.95 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
}

/** `1.06 MiB`: binary units, at most two decimals. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(2))} ${units[unit]}`;
}

/** `300 B`, `293 KiB`: at most seven characters, for a column. */
export function bytesText(bytes: number): string {
  if (bytes < 100_000) return `${bytes} B`;
  const megabytes = bytes / 2 ** 20;
  return megabytes < 1 ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(megabytes)} MiB`;
}

/** Facts that each call has: `1 byte changed`, `4.6 µs`. */
export function commonFacts(call: CallRecord): string[] {
  const changed = `${count(call.bytesChanged, 'byte')} changed`;
  return call.durationNs === null ? [changed] : [changed, durationText(call.durationNs)];
}

/** Facts that few calls have: its function's name in the module where the user has renamed it, its module where there are several, `in call 6`, `memory grew by 1 page`, `printed “34”`. */
export function rareFacts(call: CallRecord, names: InstanceNames): string[] {
  const facts: string[] = [];
  const module = names.module(call.instance);
  if (module !== null) facts.push(module);
  if (call.ownName !== undefined) facts.push(`${call.ownName} in the module`);
  if (call.parent !== null) facts.push(`in call ${call.parent}`);
  if (call.grownPages > 0) facts.push(`memory grew by ${count(call.grownPages, 'page')}`);
  if (call.printed.length > 0) facts.push(`printed “${call.printed.join('”, “')}”`);
  return facts;
}

export function factsText(call: CallRecord, names: InstanceNames): string[] {
  return [...commonFacts(call), ...rareFacts(call, names)];
}

/** The call's trouble, in a few words; undefined where it has none. */
export function troubleText(call: CallRecord): string | undefined {
  if (call.trap) return `trapped: ${call.trap.message}`;
  if (call.end === 'trapped') return 'trapped';
  if (call.end === 'stopped') return 'stopped before it returned';
  if (isDifference(call.watched))
    return `printed ${call.watched.printed}, memory ${call.watched.after ?? 'has no such address'}`;
  return undefined;
}

/** How loads are recorded, for sentences about what was not recorded. */
export const AT_LEVEL_ALL = 'record level all';

/** Of an access outside memory, which it was and where its pointer came from. */
function faultTexts({ trap }: CallRecord): string[] {
  if (!trap?.outOfBounds) return [];
  return outOfBoundsSentences(trap.outOfBounds, AT_LEVEL_ALL).map(parts => parts.map(({ text }) => text).join(''));
}

/** `126 to 149`, the i32 at the run's address around the call; undefined where there is none. */
export function valueChangeText(call: CallRecord): string | undefined {
  const { watched } = call;
  if (watched === null || watched.after === null) return undefined;
  return watched.before === null ? `value ${watched.after}` : `value ${watched.before} to ${watched.after}`;
}

/** The whole call in one sentence, for screen readers. */
export function sentence(
  call: CallRecord,
  address: number | null,
  names: InstanceNames,
  radix: Radix = 'decimal',
): string {
  const result = resultText(call, address, radix);
  const module = names.module(call.instance);
  const parts = [
    `call ${call.index}`,
    `instance ${call.instance}${module === null ? '' : ` of ${module}`}`,
    expressionText(call, address, radix) + (result ? ` returned ${result}` : ''),
    valueChangeText(call),
    troubleText(call),
    ...faultTexts(call),
    ...factsText(call, NUMBERS_ALONE), // the module is said already
  ];
  return parts.filter(part => part !== undefined).join(', ');
}

/** The place, for screen readers: `step 7: after call 7, …`, or the access that made the step. */
export function placeSentence(run: Run, { step, call: index }: Place, view: StepView | null): string {
  const call = callNumber(run, index);
  const names = InstanceNames.of(run);
  if (call && call.step === step) return `step ${step}: after ${sentence(call, run.watch?.address ?? null, names)}`;
  const access = view?.step === step ? view.access : null;
  const within = call ? `in call ${call.index}, ${expressionText(call, run.watch?.address ?? null)}` : undefined;
  const did = access?.kind === 'grow' ? growthText(access, run) : access ? accessSentence(access, names) : undefined;
  const what = did ?? (step === 0 ? 'after instantiation' : undefined);
  return `step ${step}: ${[what, within].filter(part => part !== undefined).join(', ') || 'between calls'}`;
}
