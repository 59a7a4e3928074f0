// What a call was given, or a module: whoever writes there was asked to.
import type { WriteView } from '../protocol/access.ts';
import { addressOf, type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import type { ByteSpan } from '../protocol/finding.ts';
import { address, type Step, WASM_PAGE_BYTES } from '../protocol/units.ts';
import type { Block } from './blockSet.ts';
import { type Context, callsOf, moduleOf, once } from './context.ts';
import { instanceOf, writesIn } from './writesIn.ts';

/** An address is no null pointer from here on. */
const LEAST_GIVEN = 256;
/** What an argument points to may have so many bytes. */
const GIVEN_BYTES = 4096;
/** Calls whose arguments are looked behind, and how far. */
const MOST_LOOKED = 1024;
const STRUCT_BYTES = 32;
const WORD_BYTES = 4;
/** Of a block so many bytes are looked at. */
const MOST_BYTES = 2 ** 20;

/** Whether the call was given the address, or one shortly before it, or what it was given holds one. */
export function isGiven(context: Context, { call: index, address: at }: WriteView): boolean {
  if (index === null) return false;
  const call = context.call(index);
  const isOne = (given: number): boolean => given >= LEAST_GIVEN && given <= at && at < given + GIVEN_BYTES;
  const given = call.args.map(addressOf);
  return given.some(isOne) || given.some(each => each >= LEAST_GIVEN && wordsAt(context, call, each).some(isOne));
}

/** What imports returned that may be addresses, in their order. */
const importedAddresses = once((context): readonly { readonly call: number; readonly result: number }[] =>
  [...context.imported()].flatMap(({ call, result }) =>
    result !== null && result >= LEAST_GIVEN ? [{ call, result }] : [],
  ),
);

/** What a call was given below this is rather a number than an address. */
const LEAST_BUFFER = 1024;

/** By module: the lowest address of a buffer that its calls were given up to one of them, or that an import had returned; ascending by calls. */
const buffersOf = once(context => {
  const found = new Map<number, { readonly call: number; readonly lowest: number }[]>();
  const given = (module: number, call: number, value: number): void => {
    const of = found.get(module) ?? [];
    found.set(module, of);
    if (value >= LEAST_BUFFER && value < (of.at(-1)?.lowest ?? Number.POSITIVE_INFINITY))
      of.push({ call, lowest: value });
  };
  const results = importedAddresses(context);
  let next = 0;
  for (const { index, instance, args } of callsOf(context)) {
    const module = moduleOf(context, instance);
    for (const value of args) given(module, index, addressOf(value));
    for (; next < results.length && results[next].call <= index; next++) given(module, index, results[next].result);
  }
  return found;
});

/** Whether an address lies behind one that the module was given by then, or that an import returned: in a buffer, however long that is. */
export function isBehindGiven(context: Context, { call: index, address: at }: WriteView, module: number): boolean {
  if (index === null) return false;
  const of = buffersOf(context).get(module) ?? [];
  const last = of.findLast(({ call }) => call <= index);
  return last !== undefined && last.lowest <= at;
}

/**
 * Whether the module is given an address in the block: it asked for the block, or a call of it takes one, or what a call takes holds one.
 * @param before a call, `CallRecord.index`: what it hands out by itself from then on, it is not given
 */
export function isTaken(
  context: Context,
  { call: allocating, span: { address: start, length } }: Block,
  module: number,
  before = Number.POSITIVE_INFINITY,
): boolean {
  const { parent } = context.call(allocating.index);
  if (parent !== null && moduleOf(context, context.call(parent).instance) === module) return true;
  // Where it ends, too: that is the top of a stack.
  const isIn = (value: number): boolean => value >= start && value <= start + length;
  for (const { call, result } of importedAddresses(context))
    if (call >= allocating.index && call < before && isIn(result) && isCallOf(context, call, module)) return true;
  let looked = 0;
  for (const [instance, of] of context.instances.entries()) {
    if (of.module !== module) continue;
    for (const call of callsOf(context, { ...EVERY_CALL, instance })) {
      if (call.index < allocating.index) continue; // before there was the block
      if (call.index >= before) break;
      const addresses = call.args.map(addressOf);
      if (addresses.some(isIn)) return true;
      if (looked++ < MOST_LOOKED && addresses.some(at => wordsAt(context, call, at).some(isIn))) return true;
    }
  }
  return false;
}

/** Whether a call is of a module's function. */
const isCallOf = (context: Context, call: number, module: number): boolean =>
  call > 0 && moduleOf(context, context.call(call).instance) === module;

/**
 * Whether the host asked for the block to have the room for another module: it was there before, still empty, has all of that one's statics,
 * and nobody else writes to these until it is freed, but where that one asks for it.
 */
export function isReserved(
  context: Context,
  { call, step: at, span, freed = null }: Block & { readonly freed?: Step | null },
  module: number,
): boolean {
  const { ask, firstStep, grounds, instances } = context;
  const { call: made, step: madeAt } = instances.find(each => each.module === module) ?? {
    call: null,
    step: firstStep,
  };
  const { data } = grounds[module];
  const isWithin = ({ address: start, length }: ByteSpan): boolean =>
    start >= span.address && start + length <= span.address + span.length;
  // One that another function asked for is that function's.
  const isHosts = call.allocator === null || call.allocator === call.function;
  if (made === null || at > madeAt || !isHosts || data.length === 0 || !data.every(isWithin)) return false;
  const { stepBefore } = context.call(made);
  if (stepBefore < firstStep || !data.every(own => isEmpty(ask, own, stepBefore))) return false;
  const isOthers = (write: WriteView): boolean => {
    const instance = instanceOf(write);
    if (instance === null || write.step <= madeAt || moduleOf(context, instance) === module) return false;
    const parent = write.call === null ? null : context.call(write.call).parent;
    const isAsked = parent !== null && moduleOf(context, context.call(parent).instance) === module;
    return !(isAsked && isGiven(context, write));
  };
  return data.every(
    own => writesIn(context, { ...own, ...(freed !== null && { upTo: freed }) }, isOthers).first === null,
  );
}

/** Whether there are only zeros, at a step that is kept. */
export const isEmpty = (ask: Context['ask'], { address: start, length }: ByteSpan, at: Step): boolean =>
  ask.bytes({ step: at, address: start, length: Math.min(length, MOST_BYTES) }).every(byte => byte === 0);

/** Words that memory held where an argument points to, as the call began. */
function wordsAt(context: Context, { stepBefore, memoryBytes, grownPages }: CallRecord, at: number): number[] {
  if (at === 0 || stepBefore < context.firstStep) return [];
  const end = Math.min(at + STRUCT_BYTES, memoryBytes - grownPages * WASM_PAGE_BYTES);
  if (end - at < WORD_BYTES) return [];
  const bytes = context.ask.bytes({ step: stepBefore, address: address(at), length: end - at });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / WORD_BYTES) }, (_, i) => view.getUint32(i * WORD_BYTES, true));
}
