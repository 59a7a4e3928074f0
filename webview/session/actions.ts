// What commands of VS Code and context menus do in the panel. Keys and buttons of the panel that mean the same come here, too.

import { type CallRecord, EVERY_CALL } from '../../src/protocol/call.ts';
import { CELL_TYPES } from '../../src/protocol/cellTypes.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import type { PanelAction, Pointed } from '../../src/protocol/panelActions.ts';
import { hex, messageOf } from '../../src/protocol/text.ts';
import type { Address } from '../../src/protocol/units.ts';
import { NUMBERS } from '../../src/protocol/values.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { isSameFinding } from '../data/findings.ts';
import { callNumber, type Direction, lastPlace } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { accessSentence } from '../text/accessText.ts';
import { expressionText, resultText } from '../text/callText.ts';
import { readOnlyText } from '../text/readOnlyText.ts';
import type { HostRequest } from './host.ts';
import { typeOfBytes } from './places.ts';
import { readRange } from './readRange.ts';
import type { PanelSession } from './session.ts';

/** The part of the panel that shows what an action did: in a narrow panel it may be out of view. */
export type Shown = 'memory' | 'inspector' | 'calls' | null;

/** Accesses of a call that are looked at in one request. */
const ACCESSES_AT_ONCE = 1000;

/** What an action is done with. */
interface Scene {
  readonly session: PanelSession;
  readonly request: HostRequest;
  readonly run: Run;
  readonly runId: number;
  readonly at: Pointed;
}

type Act = (scene: Scene) => Shown | Promise<Shown>;

export class Actions {
  constructor(
    private readonly session: PanelSession,
    private readonly request: HostRequest,
  ) {}

  /** Does nothing where no memory is shown. A failure is told in the panel. @returns which part shows what it did */
  async perform(action: PanelAction, at: Pointed = {}): Promise<Shown> {
    const { session, request } = this;
    const { state, data } = session;
    if (state?.kind !== 'run' || !data.memory) return null;
    try {
      return await ACTS[action]({ session, request, run: state.run, runId: state.runId, at });
    } catch (error) {
      session.fail(messageOf(error), 'act');
      return null;
    }
  }
}

const step =
  (direction: Direction): Act =>
  ({ session }) => {
    session.view.goToNeighbour(direction);
    return null;
  };

/** What the selected call changed, or, while memory is compared, what differs. */
const change =
  (direction: Direction): Act =>
  ({ session: { view, host } }) => {
    if (view.marked === null) host.goToChange(direction);
    else host.goToDifference(direction);
    return 'memory';
  };

const finding =
  (direction: Direction): Act =>
  ({ session }) => {
    const { view, data } = session;
    const { known } = data.findings;
    const open = known.findIndex(each => isSameFinding(each, view.finding));
    const { step: here } = view.place;
    const isNext = direction === 'next';
    const beside = isNext ? known.find(each => each.step > here) : known.findLast(each => each.step < here);
    const there = open === -1 ? beside : known[open + (isNext ? 1 : -1)];
    if (!there) {
      view.say(
        known.length === 0 ? 'Nothing is known to be wrong.' : `There is no ${isNext ? 'later' : 'earlier'} finding.`,
      );
      return null;
    }
    session.goToFinding(there);
    return 'memory';
  };

const write =
  (direction: Direction): Act =>
  scene => {
    select(scene);
    scene.session.host.goToNeighbourWrite(direction);
    return 'memory';
  };

const ACTS: Readonly<Record<PanelAction, Act>> = {
  firstStep({ session, run }) {
    session.view.goToStep(run.firstStep);
    return null;
  },
  previousStep: step('previous'),
  nextStep: step('next'),
  lastStep({ session }) {
    session.view.goTo(lastPlace);
    return null;
  },
  previousChange: change('previous'),
  nextChange: change('next'),
  previousFinding: finding('previous'),
  nextFinding: finding('next'),
  goToStep({ session, at }) {
    if (at.step !== undefined) session.view.goToStep(at.step);
    return null;
  },
  goToAddress({ session: { view, data }, at }) {
    const { address } = at;
    const size = data.memory?.size ?? 0;
    if (address === undefined) return null;
    if (address < size) view.jump(address);
    else view.say(`${hex(address)} is outside the memory: its last byte is ${hex(size - 1)}.`);
    return 'memory';
  },
  previousWrite: write('previous'),
  nextWrite: write('next'),
  async firstWrite(scene): Promise<Shown> {
    const { session, request, run, runId } = scene;
    const address = select(scene).start;
    const first = await request('neighbourWrite', { runId, step: run.firstStep, address, direction: 'next' });
    if (first) session.view.goTo(() => ({ step: first.step, call: first.call }));
    else session.view.say(`Nobody wrote to ${hex(address)} since step ${run.firstStep}.`);
    return 'memory';
  },
  async whoWrote(scene): Promise<Shown> {
    const { session, request, run, runId } = scene;
    const address = select(scene).start;
    const { step: at } = session.view.place;
    const change = await request('lastChange', { runId, step: at, address });
    if (change.kind !== 'write') {
      session.view.say(`${hex(address)} ${UNWRITTEN[change.kind]}.`);
      return 'inspector';
    }
    const sentence = accessSentence(change.write, InstanceNames.of(run));
    session.view.say(`${hex(address)}: ${sentence}.`, {
      label: 'Show that step',
      run: () => session.view.goToStep(change.write.step),
    });
    return 'inspector';
  },
  allWrites(scene) {
    select(scene);
    scene.session.view.showWrites(true);
    return 'inspector';
  },
  async copyAddress(scene) {
    const { start } = select(scene);
    await copy(scene, hex(start));
    return null;
  },
  copyHex(scene) {
    select(scene);
    scene.session.host.copySelection('hex');
    return null;
  },
  async copyValue(scene) {
    const { start, length } = select(scene);
    const { view, data } = scene.session;
    const { size, read } = view.cells === 'bytes' ? NUMBERS[typeOfBytes(length)] : CELL_TYPES[view.cells];
    const moment = data.memory?.moment;
    if (!moment || start + size > (data.memory?.size ?? 0)) {
      view.say(`Memory ends before a value of ${size} bytes at ${hex(start)} does.`);
      return null;
    }
    const range = { start, length: size };
    const bytes = await readRange(({ pages }) => scene.request('readPages', { ...moment, pages }), moment, range);
    await copy(scene, read(new DataView(bytes.buffer), view.littleEndian));
    return null;
  },
  async pasteBytes(scene): Promise<Shown> {
    select(scene);
    const { state, edits, view } = scene.session;
    if (edits.isPossible) edits.type({ kind: 'paste', text: (await scene.request('clipboardText', null)).text });
    else if (state?.kind === 'run') view.say(readOnlyText(state, view.place));
    return 'memory';
  },
  selectFrom({ session: { view }, at }) {
    view.select(at.address ?? view.selection.range.start);
    view.say(
      `The selection begins at ${hex(view.selection.address)}: “Select to here”, or Shift and a click, ends it.`,
    );
    return null;
  },
  selectTo({ session: { view }, at }) {
    view.extendSelection(at.address ?? view.selection.address);
    return null;
  },
  async copyCall(scene) {
    const call = callOf(scene);
    if (!call) return null;
    const address = scene.run.watch?.address ?? null;
    const result = resultText(call, address);
    const name = InstanceNames.of(scene.run).name(call.instance);
    await copy(scene, `${name} ${expressionText(call, address)}${result && ` → ${result}`}`);
    return null;
  },
  async firstStore(scene): Promise<Shown> {
    const { session, request, runId } = scene;
    const call = callOf(scene);
    if (!call) return null;
    for (let from = 0; from < call.accesses; from += ACCESSES_AT_ONCE) {
      const part = await request('accesses', { runId, call: call.index, from, count: ACCESSES_AT_ONCE });
      const first = part.find(({ kind }) => kind === 'write');
      if (!first) continue;
      session.view.goToAccess(first);
      return 'memory';
    }
    session.view.say(
      scene.run.record === 'calls'
        ? 'Single stores are not recorded at level calls.'
        : `Call ${call.index} stored nothing.`,
    );
    return null;
  },
  filterToFunction(scene) {
    const call = callOf(scene);
    if (!call) return null;
    scene.session.view.setCallFilter({ ...EVERY_CALL, function: call.function });
    return 'calls';
  },
  async renameFunction(scene) {
    const { request, runId, at } = scene;
    if (at.function !== undefined) {
      await request('renameFunction', { runId, of: { kind: 'name', name: at.function } });
      return null;
    }
    const call = callOf(scene);
    if (call) await request('renameFunction', { runId, of: { kind: 'call', call: call.index } });
    return null;
  },
};

const UNWRITTEN = {
  initial: 'holds initial data: nobody wrote to it since instantiation',
  never: 'was never written: it was zero all along',
  dropped: 'was written before the first step that is still recorded',
} as const;

/** Selects the byte that a menu was opened at, unless it is selected already, and gives what is selected then. */
function select({ session: { view }, at }: Scene): ByteRange {
  const { range } = view.selection;
  const { address } = at;
  if (address !== undefined && !isIn(address, range)) view.select(address);
  return view.selection.range;
}

const isIn = (address: Address, { start, length }: ByteRange): boolean => address >= start && address < start + length;

/** The call that a menu was opened at, else the selected one; says so where there is none. */
function callOf({ session: { view }, run, at }: Scene): CallRecord | undefined {
  const call = callNumber(run, at.call ?? view.place.call);
  if (!call) view.say('No call is selected.');
  return call;
}

async function copy({ session, request }: Scene, text: string): Promise<void> {
  await request('copyText', { text });
  session.view.say(`Copied: ${text}`);
}
