// Where two recordings part: the first call, the first access and the first byte that differ. Nothing is read as a whole: calls
// are compared a page at a time, accesses by digests of a page at a time, memory a part at a time.
import { basename } from 'node:path';
import { accessLine } from '../answers/accessLines.ts';
import { changeText } from '../answers/lastWriterLines.ts';
import { memoryPart, PART_BYTES } from '../answers/memoryParts.ts';
import type { Run } from '../engine/client.ts';
import type { AccessView, LastChange } from '../protocol/access.ts';
import { type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import { hex } from '../protocol/text.ts';
import { type Address, address, type Step, step } from '../protocol/units.ts';
import { valueText } from '../protocol/values.ts';
import { paced } from '../protocol/work.ts';
import { accessDocument } from './accesses.ts';
import { recordingDocument } from './json.ts';
import { changeDocument } from './lastWriter.ts';
import { memoryBytesAt } from './memoryRange.ts';
import { showingWork } from './workLine.ts';

/** One of the two, and how far it is compared. */
export interface Side {
  readonly file: string;
  readonly run: Run;
  readonly upTo: Step;
}

/** Of each of the two. */
export type Pair<T> = readonly [T, T];

async function ofBoth<From, To>([a, b]: Pair<From>, ask: (from: From) => Promise<To>): Promise<Pair<To>> {
  return Promise.all([ask(a), ask(b)]);
}

/** Calls and accesses that are compared at a time. */
const CALLS_AT_ONCE = 1000;
const ACCESSES_AT_ONCE = 10_000;

/** What of a call is compared, in the order in which it is told. */
const CALL_FACTS = ['kind', 'instance', 'function', 'args', 'parent', 'end', 'results', 'printed', 'trap'] as const;
type CallFact = (typeof CALL_FACTS)[number];
/** Those that are known when it begins. */
const AT_ITS_BEGINNING: readonly CallFact[] = ['kind', 'instance', 'function', 'args', 'parent'];

export interface DivergentCall {
  /** Null where the recording has no such call. */
  readonly calls: Pair<CallRecord | null>;
  /** Empty where one of them has none. */
  readonly differs: readonly CallFact[];
}

export interface DivergentAccess {
  /** Number in the recordings, from 0 on. */
  readonly access: number;
  readonly accesses: Pair<AccessView | null>;
}

export interface DivergentByte {
  readonly address: Address;
  /** Null where memory does not reach so far. */
  readonly bytes: Pair<ByteThere | null>;
}

/** What one of the two has there. */
interface ByteThere {
  readonly value: number;
  readonly change: LastChange;
}

export interface Divergence {
  readonly call: DivergentCall | null;
  readonly access: DivergentAccess | null;
  /** Why accesses were not compared, or not all of them, or what else is to be known of that; null where all is well. */
  readonly accessNote: string | null;
  readonly byte: DivergentByte | null;
}

export const isAlike = ({ call, access, byte }: Divergence): boolean => !call && !access && !byte;

export async function compareRecordings(sides: Pair<Side>): Promise<Divergence> {
  const haveSame = haveSameLevel(sides);
  return {
    call: await firstCall(sides),
    access: haveSame ? await firstAccess(sides) : null,
    accessNote: haveSame ? joinedNotes(moduleNote(sides), droppedNote(sides)) : levelNote(sides),
    byte: await firstByte(sides),
  };
}

const haveSameLevel = ([a, b]: Pair<Side>): boolean => a.run.snapshot.record === b.run.snapshot.record;

const levelNote = (sides: Pair<Side>): string =>
  `Accesses are not compared: ${sides.map(({ file, run }) => `${file} has those of level ${run.snapshot.record}`).join(', ')}. Record both with the same --record.`;

const joinedNotes = (...notes: readonly (string | null)[]): string | null =>
  notes.filter(note => note !== null).join(' ') || null;

function moduleNote([a, b]: Pair<Side>): string | null {
  const [ofA, ofB] = [a, b].map(({ run }) => run.snapshot.modules.map(({ sha256 }) => sha256).join());
  return ofA === ofB
    ? null
    : 'The recordings are of different modules: an instruction is taken for the same where function, offset in it and name are.';
}

/** From here on both have all steps. */
const firstKept = (sides: Pair<Side>): Step => step(Math.max(...sides.map(({ run }) => run.snapshot.firstStep)));

function droppedNote(sides: Pair<Side>): string | null {
  const first = firstKept(sides);
  return first === 0
    ? null
    : `Accesses up to step ${first} are not compared: they were dropped to keep within the recording's limit. Record with a larger --recording-limit.`;
}

async function firstCall(sides: Pair<Side>): Promise<DivergentCall | null> {
  for (let from = 0; ; from += CALLS_AT_ONCE) {
    const pages = await ofBoth(sides, ({ run }) =>
      run.recording.ask('calls', { from, count: CALLS_AT_ONCE, filter: EVERY_CALL }),
    );
    const [a, b] = pages.map(({ calls }) => calls);
    const most = Math.max(a.length, b.length);
    for (let index = 0; index < most; index++) {
      const calls = [a[index] ?? null, b[index] ?? null] as const;
      if (calls.every((call, side) => call === null || isBehind(call, sides[side]))) return null;
      const differs = callDifferences(calls, sides);
      if (differs) return { calls, differs };
    }
    if (most < CALLS_AT_ONCE) return null;
  }
}

/** Whether a call begins behind what is compared; so do those that follow. */
const isBehind = ({ stepBefore }: CallRecord, { run, upTo }: Side): boolean =>
  stepBefore >= upTo && upTo < run.snapshot.lastStep;

/** Null where they are alike. */
function callDifferences([a, b]: Pair<CallRecord | null>, sides: Pair<Side>): readonly CallFact[] | null {
  if (!a || !b) return [];
  const haveEnded = a.step <= sides[0].upTo && b.step <= sides[1].upTo;
  const facts = (haveEnded ? CALL_FACTS : AT_ITS_BEGINNING).filter(
    fact => JSON.stringify(factOf(a, fact)) !== JSON.stringify(factOf(b, fact)),
  );
  return facts.length > 0 ? facts : null;
}

/** Of a trap only the message: where in a stack it was is told by the accesses. */
const factOf = (call: CallRecord, fact: CallFact): unknown => (fact === 'trap' ? call.trap?.message : call[fact]);

async function firstAccess(sides: Pair<Side>): Promise<DivergentAccess | null> {
  const numbers = await ofBoth(sides, ({ run, upTo }) => run.recording.ask('accessNumbers', { step: upTo }));
  const first = Math.max(numbers[0].first, numbers[1].first);
  const end = Math.min(numbers[0].end, numbers[1].end);
  if (first > end) return null; // what both had is dropped
  // Where memory is the same before, and the same is written, the same is read.
  const loaded = !(await beginAlike(sides));
  const differs = async (from: number, count: number): Promise<boolean> => {
    const [a, b] = await ofBoth(sides, ({ run }) => run.recording.ask('accessDigest', { from, count, loaded }));
    return a !== b;
  };
  const telling = paced(showingWork(sides.map(({ file }) => basename(file)).join(' and ')));
  for (let from = first; from < end; from += ACCESSES_AT_ONCE) {
    telling({ kind: 'comparing', done: (from - first) / (end - first) });
    let count = Math.min(ACCESSES_AT_ONCE, end - from);
    if (!(await differs(from, count))) continue;
    let access = from;
    while (count > 1) {
      const half = count >> 1;
      if (await differs(access, half)) count = half;
      else [access, count] = [access + half, count - half];
    }
    return divergentAccess(sides, access);
  }
  return numbers[0].end === numbers[1].end ? null : divergentAccess(sides, end);
}

/** Whether memory is the same where the accesses that both have begin. */
async function beginAlike(sides: Pair<Side>): Promise<boolean> {
  const begin = firstKept(sides);
  if (sides.some(({ upTo }) => upTo < begin)) return false;
  const [a, b] = sides.map(side => ({ ...side, upTo: begin }));
  return (await firstByte([a, b])) === null;
}

async function divergentAccess(sides: Pair<Side>, access: number): Promise<DivergentAccess> {
  const accesses = await ofBoth(sides, async ({ run: { recording }, upTo }) => {
    const { first, end } = await recording.ask('accessNumbers', { step: upTo });
    return access >= first && access < end ? recording.ask('access', { access }) : null;
  });
  return { access, accesses };
}

async function firstByte(sides: Pair<Side>): Promise<DivergentByte | null> {
  const sizes = await ofBoth(sides, ({ run, upTo }) => memoryBytesAt(run.recording, upTo));
  const common = Math.min(...sizes);
  for (let at = 0; at < common; at += PART_BYTES) {
    const [a, b] = await ofBoth(sides, ({ run, upTo }) =>
      memoryPart(run.recording, upTo, address(at), Math.min(PART_BYTES, common - at)),
    );
    if (a.isUntouched && b.isUntouched) continue;
    const offset = a.bytes.findIndex((byte, index) => byte !== b.bytes[index]);
    if (offset >= 0) return divergentByte(sides, address(at + offset));
  }
  return sizes[0] === sizes[1] ? null : divergentByte(sides, address(common));
}

async function divergentByte(sides: Pair<Side>, at: Address): Promise<DivergentByte> {
  const bytes = await ofBoth(sides, async ({ run: { recording }, upTo }) => {
    if (at >= (await memoryBytesAt(recording, upTo))) return null;
    const [value] = await recording.ask('bytes', { step: upTo, address: at, length: 1 });
    return { value, change: await recording.ask('lastChange', { step: upTo, address: at }) };
  });
  return { address: at, bytes };
}

const NONE = 'there is none';

/** Nothing where the two are alike. */
export function divergenceLines({ call, access, byte }: Divergence, sides: Pair<Side>): string[] {
  const namesOf = (side: number) => InstanceNames.of(sides[side].run.snapshot);
  const told = (title: string, texts: readonly string[]): string[] => [
    title,
    ...texts.map((text, side) => `  ${sides[side].file}: ${text}`),
  ];
  return [
    ...(call
      ? told(
          callTitle(call),
          call.calls.map((each, side) => callText(each, namesOf(side))),
        )
      : []),
    ...(access
      ? told(
          `first access that differs: ${access.access}`,
          access.accesses.map((each, side) => (each ? accessLine(each, namesOf(side)) : NONE)),
        )
      : []),
    ...(byte
      ? told(
          `first byte that differs: ${hex(byte.address)}, ${sides.map(({ upTo }) => `at step ${upTo}`).join(' and ')}`,
          byte.bytes.map((each, side) => (each ? byteText(each, byte.address, sides[side]) : 'memory ends before it')),
        )
      : []),
  ];
}

function callTitle({ calls, differs }: DivergentCall): string {
  const index = calls[0]?.index ?? calls[1]?.index;
  return `first call that differs: ${index}${differs.length > 0 ? ` (${differs.join(', ')})` : ''}`;
}

function callText(call: CallRecord | null, names: InstanceNames): string {
  if (!call) return NONE;
  const { kind, function: name, args, instance, end, results, trap, parent, printed } = call;
  const what =
    kind === 'call'
      ? `${name}(${args.join(', ')}) on ${names.name(instance)}`
      : `the making of ${names.name(instance)}`;
  const outcome = {
    returned: `returned [${results.join(', ')}]`,
    trapped: `trapped: ${trap?.message}`,
    stopped: 'was ended',
  };
  const within = parent === null ? '' : ` in call ${parent}`;
  return `${what}${within} ${outcome[end]}${printed.length > 0 ? `, printed ${JSON.stringify(printed.join(''))}` : ''}`;
}

function byteText({ value, change }: ByteThere, at: Address, { run }: Side): string {
  return `${valueText('bytes', Uint8Array.of(value))}, ${changeText({ address: at, change }, run.snapshot)}`;
}

/** As schemas/diff.schema.json describes it. */
export function divergenceDocument(divergence: Divergence, sides: Pair<Side>) {
  const { call, access, accessNote, byte } = divergence;
  return {
    recordings: sides.map(({ file, run, upTo }) => ({ file, step: upTo, ...recordingDocument(run.snapshot) })),
    call: call && { differs: call.differs, calls: call.calls.map(each => each && comparedCallDocument(each)) },
    access: access && {
      access: access.access,
      accesses: access.accesses.map(each => each && accessDocument(each)),
    },
    accessNote,
    byte: byte && {
      address: byte.address,
      bytes: byte.bytes.map(each => each && { value: each.value, lastWriter: changeDocument(each.change) }),
    },
  };
}

function comparedCallDocument({ index, kind, parent, instance, function: name, args, ...rest }: CallRecord) {
  const { stepBefore, step: last, end, results, printed, trap } = rest;
  return { index, kind, parent, stepBefore, step: last, instance, function: name, args, results, printed, end, trap };
}
