// Stand-ins with which the tests drive a panel: a webview, an engine, and the workspace's trust.
import * as vscode from 'vscode';
import type { CancelEffect, OngoingRun, Opening, Recording, RunRequest } from '../../src/engine/client.ts';
import { Attention } from '../../src/extension/attention.ts';
import { PanelLinks } from '../../src/extension/panelLinks.ts';
import type { PanelServices } from '../../src/extension/panelServices.ts';
import { PlaceStore } from '../../src/extension/placeStore.ts';
import { type Engine, Runs } from '../../src/extension/runs.ts';
import type { SaveSuggestion } from '../../src/extension/saveFile.ts';
import { type Source, Sources } from '../../src/extension/sources.ts';
import type { Trust } from '../../src/extension/trust.ts';
import { MessageHandler } from '../../src/protocol/messageHandler.ts';
import type { HostRequests, PanelRequests, PanelState, TemplatesFile } from '../../src/protocol/panel.ts';
import type { AskedAction, ShownPlace } from '../../src/protocol/panelActions.ts';
import type { Answer, Answers, Params, QueryName } from '../../src/protocol/queries.ts';
import { NOTHING_RECORDED, type RunSnapshot, type RunStatus } from '../../src/protocol/run.ts';
import type { SearchMatch } from '../../src/protocol/search.ts';
import { type Address, type Step, step } from '../../src/protocol/units.ts';

/** The webview of a panel, and the script in it: keeps the states it is sent. */
export class FakeWebview implements vscode.Webview {
  options: vscode.WebviewOptions = {};
  html = '';
  readonly cspSource = 'https://webview.test';
  readonly states: PanelState[] = [];
  /** What the file of templates said, each time that it was told. */
  readonly templates: TemplatesFile[] = [];
  /** How far searches were, as it was told. */
  readonly progress: number[] = [];
  /** What it was asked to keep. */
  readonly toKeep: PanelRequests['keepPlace']['params'][] = [];
  /** What it was asked to do. */
  readonly asked: AskedAction[] = [];
  /** Findings that the user wanted to see. */
  readonly findings: PanelRequests['showFinding']['params'][] = [];
  /** Where it was told to go, since the user went there in another panel. */
  readonly followed: ShownPlace[] = [];
  /** Whether there is a document that takes messages. */
  answers = true;
  /** How many messages came while there was none. */
  unanswered = 0;
  private readonly received = new vscode.EventEmitter<unknown>();
  readonly onDidReceiveMessage = this.received.event;
  /** The script's end of the protocol. */
  readonly script = new MessageHandler<HostRequests, PanelRequests>(
    {
      state: state => {
        this.states.push(state);
        return null;
      },
      templates: file => {
        this.templates.push(file);
        return null;
      },
      searchProgress: ({ done }) => {
        this.progress.push(done);
        return null;
      },
      keepPlace: what => {
        this.toKeep.push(what);
        return null;
      },
      act: asked => {
        this.asked.push(asked);
        return null;
      },
      showFinding: asked => {
        this.findings.push(asked);
        return null;
      },
      follow: place => {
        this.followed.push(place);
        return null;
      },
    },
    message => queueMicrotask(() => this.received.fire(message)), // later, as postMessage does
  );

  async postMessage(message: unknown): Promise<boolean> {
    if (this.answers) await this.script.receive(message);
    else this.unanswered++;
    return this.answers;
  }

  /** Whether the state that arrived last is that of a run with this status. */
  shows(status: RunStatus): boolean {
    const state = this.states.at(-1);
    return state?.kind === 'run' && state.run.status === status;
  }

  asWebviewUri(resource: vscode.Uri): vscode.Uri {
    return resource.with({ scheme: 'https', authority: 'webview.test' });
  }

  /** Sends a request whose parameters are not what the protocol's types ask for. */
  requestAnything(name: keyof HostRequests, params: unknown): Promise<unknown> {
    // The point of these tests: what arrives need not have the type that the protocol promises.
    return this.script.request(name, params as never);
  }
}

/** A recording that notes what it is asked; searches end when the test says so. */
export class FakeRecording implements Recording {
  /** Names and parameters, in order. */
  readonly asked: unknown[][] = [];
  /** A test may answer otherwise. */
  readonly answers: Answers = {
    readPages: () => [],
    differingPages: () => [],
    differingRanges: () => ({ ranges: [], next: null }),
    changedRanges: () => ({ ranges: [], isCut: false }),
    codeAround: () => null,
    nearestDifference: () => ({ found: null, next: null }),
    lastChange: () => ({ kind: 'never' }),
    madeBy: () => ({ kind: 'initial' }),
    describeStep: ({ step: at }) => ({ step: at, memoryBytes: 65_536, access: null }),
    accesses: () => [],
    calls: () => ({ total: 0, calls: [] }),
    callOfStep: () => ({ call: null, endedBefore: 0, ended: 0 }),
    callsBefore: () => 0,
    callTotals: () => ({ function: '', calls: 0, trapped: 0, steps: 0, bytesChanged: 0, durationNs: null }),
    callTimeline: () => ({ extent: { from: 0, to: 0 }, untimed: 0, blocks: [], growths: [] }),
    callGroups: () => ({ total: 0, groups: [] }),
    callSample: () => [],
    matches: () => ({ addresses: [], length: 1, next: null, done: 1 }),
    standing: ({ upTo }) => ({ first: null, last: null, firstStep: upTo, length: 1, next: null, done: 1 }),
    traceRows: () => ({ total: 0, rows: [] }),
    traceRowsBefore: () => 0,
    writesTo: () => [],
    overwrites: () => [],
    neighbourWrite: () => null,
    overview: () => [],
    watched: () => [],
    heapBlocks: () => ({ total: 0, bytes: 0, isPartial: false, unjudged: [], blocks: [] }),
    findings: () => [],
    claims: () => [],
    access: () => {
      throw new RangeError('there is no access');
    },
    accessDigest: () => '',
    accessesTo: () => ({ accesses: [], next: null }),
    lastWrites: () => [],
    accessNumbers: () => ({ first: 0, end: 0 }),
    functionOf: () => null,
    nameFunctions: () => [],
    bytes: () => Uint8Array.of(1, 2, 3),
  };
  /** Answers come after this. */
  answering: Promise<void> = Promise.resolve();
  lastSearch: { readonly progress: (done: number) => void; readonly signal: AbortSignal } | undefined;
  private endSearch: (match: SearchMatch | null) => void = () => {};

  async ask<Name extends QueryName>(name: Name, params: Params<Name>): Promise<Answer<Name>> {
    this.asked.push([name, params]);
    await this.answering;
    return this.answers[name](params);
  }

  exportFile: Recording['exportFile'] = async () => this.note('exportFile', [], Uint8Array.of(7, 8, 9));

  search: Recording['search'] = (request, progress, signal) => {
    this.lastSearch = { progress, signal };
    return this.note(
      'search',
      [request],
      new Promise(resolve => {
        this.endSearch = resolve;
      }),
    );
  };

  /** The search that was asked for last ends. */
  found(match: SearchMatch | null) {
    this.endSearch(match);
  }

  private note<T>(name: string, params: readonly unknown[], answer: T): T {
    this.asked.push([name, ...params]);
    return answer;
  }
}

/** A run that changes when the test says so. */
export class FakeRun implements OngoingRun {
  disposed = false;
  readonly recording = new FakeRecording();
  snapshot: RunSnapshot;
  readonly done: Promise<RunSnapshot>;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = (listener: () => void) => this.changed.event(listener);
  private finish: (snapshot: RunSnapshot) => void = () => {};

  constructor(status: RunStatus, instances: number) {
    this.snapshot = {
      status,
      modules: [],
      instances: Array.from({ length: instances }, () => ({ module: 0, call: null, step: step(0) })),
      watch: null,
      verdict: null,
      ...NOTHING_RECORDED,
      isPaused: false,
      record: 'stores',
      recordNote: null,
      notes: [],
      stubsCalled: [],
      problem: null,
      trapped: { total: 0, calls: [] },
    };
    this.done = new Promise(resolve => {
      this.finish = resolve;
    });
  }

  become(status: RunStatus) {
    this.snapshot = { ...this.snapshot, status };
    this.changed.fire();
    if (status !== 'running') this.finish(this.snapshot);
  }

  goesOn = false;
  /** What was written to its memory. */
  readonly written: (readonly [at: number, bytes: readonly number[]])[] = [];

  /** Bytes are written; no step is made. */
  async write(at: Address, bytes: Uint8Array): Promise<Step> {
    this.written.push([at, [...bytes]]);
    return this.snapshot.lastStep;
  }

  letGo() {
    this.goesOn = false;
  }

  cancel(): CancelEffect {
    this.become('cancelled');
    return 'ends-guest';
  }

  dispose() {
    this.disposed = true;
  }
}

export class FakeEngine implements Engine {
  readonly requests: RunRequest[] = [];
  readonly runs: FakeRun[] = [];
  lookedAt = 0;
  /** What was given to open as recordings; the test says what comes of it. */
  readonly files: Uint8Array[] = [];
  lastOpening: Opening | undefined;
  opening: () => Promise<FakeRun> = async () => new FakeRun('completed', 4);

  startRun(request: RunRequest): FakeRun {
    this.requests.push(request);
    return this.add(new FakeRun('running', request.instances));
  }

  async lookAt(): Promise<FakeRun> {
    this.lookedAt++;
    return this.add(new FakeRun('looked-at', 0));
  }

  async openRecording(bytes: Uint8Array, _workerFolder: string, opening: Opening): Promise<FakeRun> {
    this.files.push(bytes);
    this.lastOpening = opening;
    return this.add(await this.opening());
  }

  /** The run that was started or opened last. */
  get last(): FakeRun {
    const run = this.runs.at(-1);
    if (!run) throw new Error('nothing was started');
    return run;
  }

  private add(run: FakeRun): FakeRun {
    this.runs.push(run);
    return run;
  }
}

export class FakeTrust implements Trust {
  private readonly granted = new vscode.EventEmitter<void>();
  readonly onDidGrant = this.granted.event;

  constructor(public trusted: boolean) {}

  grant() {
    this.trusted = true;
    this.granted.fire();
  }
}

/** Where no program was recorded. */
export const noRecordings = { has: () => false, remove: async () => {} };

const log = vscode.window.createOutputChannel('Tests', { log: true });

/** The dialog that asks where to save: answers what the test chose, and notes what it was asked. */
export class FakeSaveDialog {
  readonly asked: SaveSuggestion[] = [];
  chosen: vscode.Uri | undefined;
  /** Resolves when the user answers. */
  answered: Promise<void> = Promise.resolve();

  readonly ask = async (suggestion: SaveSuggestion): Promise<vscode.Uri | undefined> => {
    this.asked.push(suggestion);
    await this.answered;
    return this.chosen;
  };
}

/** The state of a workspace, in memory. */
export class FakeMemento {
  private readonly values = new Map<string, unknown>();

  get<T>(key: string, otherwise?: T): T {
    return (this.values.get(key) ?? otherwise) as T; // as VS Code's, which promises what nobody has checked
  }

  async update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
  }
}

/** A file of templates that the tests change. */
export class FakeTemplates {
  file: TemplatesFile = { name: 'templates.txt', text: null };
  readonly opened: (readonly [line: number, column: number])[] = [];
  private readonly changed = new vscode.EventEmitter<TemplatesFile>();
  readonly onDidChange = this.changed.event;

  read = async (): Promise<TemplatesFile> => this.file;

  open = async (line: number, column: number): Promise<void> => void this.opened.push([line, column]);

  save(text: string): void {
    this.file = { ...this.file, text };
    this.changed.fire(this.file);
  }
}

/** What the panels under test share; `chosen` is what the Quick Pick answers. */
export function fakeServices(
  engine: Engine,
  trust: Trust,
  chosen?: Source,
  saveDialog = new FakeSaveDialog(),
  templates = new FakeTemplates(),
): PanelServices {
  return {
    askWhereToSave: saveDialog.ask,
    runs: new Runs('', trust, noRecordings, engine),
    sources: new Sources(extension().extensionUri, noRecordings),
    trust,
    log,
    attention: new Attention(),
    links: new PanelLinks(new FakeMemento()),
    places: new PlaceStore(new FakeMemento()),
    templates,
    choose: async () => chosen,
    openRecording: async () => {},
    openCode: async () => {},
    walk: async () => {},
    getStarted: async () => {},
    renameFunction: async () => {},
  };
}

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('wasm-shared-memory.wasm-shared-memory');
  if (!found) throw new Error('the extension is not there');
  return found;
}

/** Waits until something holds, looking every 20 ms; gives up only where nothing comes of it on any machine. */
export async function until(what: string, holds: () => boolean, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
