// Which calls a filter lets through. What it asks of names is found once for each name, since a million calls have few of them.
import { type CallFilter, isDifference, type Span } from '../../protocol/call.ts';
import { searchOf } from '../../protocol/callSearch.ts';
import type { CallColumns, Calls } from './calls.ts';
import type { FunctionColumns } from './shownFunctions.ts';

type Passes = (call: number) => boolean;

/**
 * Numbers of the calls that have ended and that a filter lets through, in the order in which they began.
 * @param shown their functions as the user knows them: they are found by these names and by those of their modules
 */
export function matchingCalls(calls: Calls, filter: CallFilter, shown: FunctionColumns = calls.columns): number[] {
  const passes = passing(calls, filter, shown);
  const matching: number[] = [];
  for (let call = 1; call < calls.count; call++) if (passes(call)) matching.push(call);
  return matching;
}

/** Whether a filter lets a call through: one that has ended. */
export function passing(calls: Calls, filter: CallFilter, shown: FunctionColumns = calls.columns): Passes {
  if (filter.rows === 'beside') return () => false;
  const conditions = conditionsOf(calls, filter, shown);
  return call => calls.hasEnded(call) && conditions.every(passes => passes(call));
}

/** Whether a filter chooses among calls by what nothing else has. */
export const choosesCalls = ({ trapped, differs, function: name, only, search = '' }: CallFilter): boolean =>
  trapped || differs || name !== undefined || only !== undefined || search !== '';

function conditionsOf(calls: Calls, filter: CallFilter, shown: FunctionColumns): Passes[] {
  const { columns } = calls;
  const { instances, watched } = columns;
  const { instance, text, trapped, differs, function: name, only, search, span } = filter;
  const conditions: Passes[] = [];
  if (instance !== null) conditions.push(call => instances[call] === instance);
  if (name !== undefined) conditions.push(namePasses(columns, shown, each => each === name));
  if (text !== '') conditions.push(namePasses(columns, shown, searchOf(text).inName));
  if (only) {
    const wanted = new Set(only);
    conditions.push(call => wanted.has(call));
  }
  if (trapped || differs)
    conditions.push(call => (trapped && calls.hasTrapped(call)) || (differs && isDifference(watched[call])));
  if (span) conditions.push(touches(columns, span));
  if (search !== undefined && search !== '') conditions.push(finds(columns, shown, search));
  return conditions;
}

/** By the name of the module, or by that which the user gave. */
function namePasses(own: FunctionColumns, shown: FunctionColumns, passes: (name: string) => boolean): Passes {
  const isOwn = passingFunctions(own, passes);
  if (own.functions === shown.functions) return isOwn;
  const isShown = passingFunctions(shown, passes);
  return call => isOwn(call) || isShown(call);
}

function passingFunctions({ functions, names }: FunctionColumns, passes: (name: string) => boolean): Passes {
  const passing = Uint8Array.from(names, name => (passes(name) ? 1 : 0));
  return call => passing[functions[call]] === 1;
}

function finds(columns: CallColumns, shown: FunctionColumns, text: string): Passes {
  const { inName, isValue } = searchOf(text);
  const isNamed = namePasses(columns, shown, inName);
  if (!isValue) return isNamed;
  const { args, results } = columns;
  return call => isNamed(call) || args[call].some(isValue) || results[call].some(isValue);
}

function touches({ startsNs, durationsNs, stepsBefore, lastSteps }: CallColumns, { axis, from, to }: Span): Passes {
  // The first step of a call is the one behind that before it; one that makes none is where it begins.
  const firstStep = (call: number): number => Math.min(stepsBefore[call] + 1, lastSteps[call]);
  if (axis === 'steps') return call => firstStep(call) <= to && lastSteps[call] >= from;
  // A time that is not known is in no span.
  return call => startsNs[call] <= to && startsNs[call] + (durationsNs[call] || 0) >= from;
}
