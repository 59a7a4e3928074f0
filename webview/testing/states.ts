// All that a person can see of us: each state of the panel, what they open in it, and the states of the editor of modules.
import { address } from '../../src/protocol/units.ts';
import { ModuleSession } from '../module/session.ts';
import '../module/moduleEditor.ts';
import { startPanel } from '../panel/start.ts';
import type { PanelSession } from '../session/session.ts';
import { claim } from './claimed.ts';
import { deepAll, settle, until } from './dom.ts';
import { FakeHost } from './fakeHost.ts';
import { fakeModule } from './fakeModule.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts';

/** The panel, or the editor of modules. */
export interface Shown {
  /** The element that fills the page. */
  readonly root: HTMLElement;
  readonly all: (selector: string) => Element[];
  /** Takes it from the page. */
  readonly stop: () => void;
}

interface OpenedPanel {
  readonly session: PanelSession;
  readonly all: (selector: string) => Element[];
}

interface Opened {
  readonly scenario: ScenarioName;
  readonly open: (opened: OpenedPanel) => unknown;
}

function click(all: OpenedPanel['all'], selector: string): void {
  const element = all(selector)[0];
  if (!(element instanceof HTMLElement)) throw new Error(`no ${selector}`);
  element.click();
}

/** What the user has opened in a scenario. */
export const OPENED: Readonly<Record<string, Opened>> = {
  'a finding': {
    scenario: 'corrupted',
    open: ({ session, all }) => {
      session.view.showFinding(session.data.findings.known[0] ?? null);
      click(all, '.opener');
    },
  },
  'all writes of a range, and their comparison with another step': {
    scenario: 'owned',
    open: ({ session }) => {
      session.view.goToStep(3);
      session.view.toggleMark();
      session.view.goToStep(9);
      session.view.showWrites(true);
    },
  },
  'templates, and what they show': {
    scenario: 'templates',
    open: ({ session }) => {
      session.view.templates.show(true);
      session.view.templates.add({ type: 'u16[4]', address: 0x548 });
      session.view.templates.open('cell@1352', true);
    },
  },
  'the menu of how memory is shown': {
    scenario: 'demo',
    open: ({ all }) => click(all, 'button[aria-haspopup=dialog]'),
  },
  'cells of numbers': { scenario: 'demo', open: ({ session }) => session.view.setCells('f32') },
  'the list of what differs, and heat': {
    scenario: 'owned',
    open: ({ session, all }) => {
      session.view.goToStep(3);
      session.view.toggleMark();
      session.view.goToStep(9);
      session.view.showDifferences(true);
      click(all, 'wsm-overview-strip button, .strip ~ button');
    },
  },
  'the heap': { scenario: 'heap', open: ({ session }) => session.view.showHeap(true) },
  'the code that wrote a byte': { scenario: 'demo', open: ({ session }) => session.view.showCode(true) },
  'the form of a watched value': { scenario: 'kept', open: ({ session }) => session.keepPlace('watch', null) },
  'the form of a bookmark': { scenario: 'kept', open: ({ session }) => session.keepPlace('bookmark', null) },
  'a byte of which one digit is typed': {
    scenario: 'ongoing',
    open: ({ session }) => {
      for (const text of 'caf') session.edits.type({ kind: 'character', text });
    },
  },
  'why memory is read-only': {
    scenario: 'demo',
    open: ({ session }) => session.view.say('Memory is read-only.', { label: 'Go', run: () => {} }),
  },
  'the search in memory': {
    scenario: 'owned',
    open: () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', ctrlKey: true })),
  },
  'the layout of memory': { scenario: 'modules', open: ({ session }) => session.view.showLayout(true) },
  'the timeline of calls along time': {
    scenario: 'modules',
    open: ({ session }) => session.view.setTrace({ axis: 'time' }),
  },
  'functions in the place of calls': {
    scenario: 'modules',
    open: ({ session }) => session.view.setTrace({ groups: { by: 'calls', descending: true } }),
  },
};

interface EditorState {
  readonly counts: Parameters<typeof fakeModule>[0];
  readonly problem?: Parameters<typeof fakeModule>[1];
  readonly open: (session: ModuleSession, overview: ReturnType<typeof fakeModule>['overview']) => void;
}

const COUNTS = { sections: 12, imports: 9, exports: 65_000, functions: 300, data: 100_000, globals: 3 };
const opened = (session: ModuleSession, overview: ReturnType<typeof fakeModule>['overview']): void =>
  session.setState({ kind: 'opened', label: 'parser.wasm', isDefault: false, overview });

const EDITOR: Readonly<Record<string, EditorState>> = {
  functions: { counts: COUNTS, open: opened },
  code: {
    counts: COUNTS,
    open: (session, overview) => {
      opened(session, overview);
      session.showCode({ function: 15, line: 4 }, true);
    },
  },
  bytes: {
    counts: COUNTS,
    open: (session, overview) => {
      opened(session, overview);
      session.showList('data');
      session.showBytes({ image: 'memory', start: 0x400, length: 24 });
    },
  },
  nothingFound: {
    counts: COUNTS,
    open: (session, overview) => {
      opened(session, overview);
      session.setFilter('no function has this in its name');
    },
  },
  broken: {
    counts: COUNTS,
    problem: { message: 'a value runs past the end of its section', offset: 900 },
    open: opened,
  },
  reading: { counts: {}, open: () => {} },
  failed: {
    counts: {},
    open: session =>
      session.setState({
        kind: 'failed',
        label: 'parser.wasm',
        message: 'parser.wasm can’t be read: there is no such file any more.',
      }),
  },
};

const CLAIMS = [
  claim('data', 0x400, 0x1500, '.rodata'),
  claim('bss', 0x1510, 0x1a20, '.bss'),
  claim('stack', 0x1a20, 0xe000, '__stack_pointer', [{ kind: 'behind-statics', end: address(0x1a20) }]),
  claim('heap', 0xe000, null, '__heap_base'),
];

/** All states by their names; each fills the page, and has all that it shows once it is there. */
export const STATES: Readonly<Record<string, () => Promise<Shown>>> = {
  ...mapped(SCENARIOS, scenario => () => showPanel(scenario)),
  ...mapped(
    OPENED,
    ({ scenario, open }) =>
      () =>
        showPanel(SCENARIOS[scenario], open),
  ),
  ...Object.fromEntries(Object.entries(EDITOR).map(([name, state]) => [`editor: ${name}`, () => showEditor(state)])),
};

function mapped<From, To>(table: Readonly<Record<string, From>>, to: (from: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([name, from]) => [name, to(from)]));
}

async function showPanel(scenario: () => Scenario, open?: Opened['open']): Promise<Shown> {
  const stop = startPanel(new FakeHost(scenario()));
  const root = [...document.querySelectorAll('wsm-panel')].at(-1);
  const session = root?.session;
  if (!root || !session) throw new Error('the panel was not started');
  const all = (selector: string): Element[] => deepAll(root.renderRoot, selector);
  await until(() => session.state !== undefined);
  await until(() => !session.run?.initialMemoryBytes || session.data.memory !== null);
  await settle();
  open?.({ session, all });
  await settle();
  return { root, all, stop };
}

/** Fills the page, as the script of the editor does. */
const page = new CSSStyleSheet();
page.replaceSync('html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }');

async function showEditor({ counts, problem = null, open }: EditorState): Promise<Shown> {
  const module = fakeModule(counts, problem, CLAIMS);
  const session = new ModuleSession(module.ask, undefined);
  const root = document.createElement('wsm-module-editor');
  root.session = session;
  document.adoptedStyleSheets.push(page);
  document.body.append(root);
  open(session, module.overview);
  await settle();
  return {
    root,
    all: selector => deepAll(root.renderRoot, selector),
    stop: () => {
      root.remove();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== page);
    },
  };
}
