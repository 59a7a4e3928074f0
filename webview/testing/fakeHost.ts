// The other end of the panel protocol, for tests and the harness: answers from a scenario and notes what it was asked.

import type { Finding } from '../../src/protocol/finding.ts';
import type { NamedFunction } from '../../src/protocol/functionNames.ts';
import { editPlaces, type PlaceEdit } from '../../src/protocol/keptPlaces.ts';
import { MessageHandler } from '../../src/protocol/messageHandler.ts';
import { type HostRequests, type PanelCommand, type PanelRequests, queryHandlers } from '../../src/protocol/panel.ts';
import type { AskedAction, ShownPlace } from '../../src/protocol/panelActions.ts';
import type { Answers, PanelQuery } from '../../src/protocol/queries.ts';
import type { WebviewApi } from '../panel/start.ts';
import { ongoing, type Scenario } from './scenarios.ts';
import type { Recording } from './writtenMemory.ts';

export class FakeHost implements WebviewApi {
  readonly commands: PanelCommand[] = [];
  readonly readRequests: HostRequests['readPages']['params'][] = [];
  /** What was copied, and which ranges were saved. */
  readonly copied: string[] = [];
  readonly saved: HostRequests['saveRange']['params'][] = [];
  readonly edits: PlaceEdit[] = [];
  /** Where the user was, as it was told. */
  readonly places: (ShownPlace | null)[] = [];
  /** Those of them that the user went to in this panel. */
  readonly led: ShownPlace[] = [];
  focused = false;
  /** Functions that were to be renamed. */
  readonly renamed: NamedFunction[] = [];
  readonly dropped: string[] = [];
  searchesCancelled = 0;
  /** Where the file of templates was opened. */
  readonly templatesOpened: HostRequests['openTemplates']['params'][] = [];
  /** What the user wrote to the memory of the run that goes on. */
  readonly written: (readonly [at: number, bytes: readonly number[]])[] = [];
  clipboard = '';
  /** What the webview keeps. */
  stored: unknown;
  private readonly handler: MessageHandler<PanelRequests, HostRequests>;

  /** @param delay how long an answer takes, in milliseconds */
  constructor(
    private scenario: Scenario,
    private readonly delay = 0,
  ) {
    this.handler = new MessageHandler<PanelRequests, HostRequests>(
      {
        ready: () => this.scenario.state,
        ...queryHandlers((name, params) => {
          const answers: Answers<PanelQuery> = this.recording;
          return answers[name](params);
        }),
        readPages: async params => {
          this.readRequests.push(params);
          await new Promise(resolve => setTimeout(resolve, this.delay));
          return this.recording.readPages(params);
        },
        search: params => this.search(params),
        cancelSearch: () => {
          this.searchesCancelled++;
          return null;
        },
        copyText: ({ text }) => {
          this.copied.push(text);
          return null;
        },
        clipboardText: () => ({ text: this.clipboard }),
        write: async ({ address, bytes }) => {
          this.written.push([address, bytes]);
          const scenario = ongoing(this.written);
          // As the extension host does: the state comes before the answer.
          await this.send(scenario);
          return { lastStep: scenario.state.run.lastStep };
        },
        saveRange: params => {
          this.saved.push(params);
          return null;
        },
        editPlaces: ({ edit }) => {
          this.edits.push(edit);
          const { state } = this.scenario;
          // As the extension host does: the next state has what is kept.
          if (state.kind === 'run')
            void this.send({ ...this.scenario, state: { ...state, places: editPlaces(state.places, edit) } });
          return null;
        },
        renameFunction: ({ of }) => {
          this.renamed.push(of);
          return null;
        },
        openDropped: ({ uris }) => {
          this.dropped.push(...uris);
          return null;
        },
        shows: ({ place, leads }) => {
          this.places.push(place);
          if (place && leads) this.led.push(place);
          return null;
        },
        focus: ({ focused }) => {
          this.focused = focused;
          return null;
        },
        templates: () => ({ text: this.scenario.templates ?? null, name: '.vscode/wasm-memory-templates.txt' }),
        openTemplates: place => {
          this.templatesOpened.push(place);
          return null;
        },
        command: command => {
          this.commands.push(command);
          return null;
        },
      },
      message => this.deliver(message),
    );
  }

  postMessage(message: unknown): void {
    // As between processes: a copy, later.
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => void this.handler.receive(copy));
  }

  getState(): unknown {
    return this.stored;
  }

  setState(state: unknown): void {
    this.stored = structuredClone(state);
  }

  /** Sends another state, as when a run goes on. */
  async send(scenario: Scenario): Promise<void> {
    this.scenario = scenario;
    await this.handler.request('state', scenario.state);
  }

  /** The user gave a command of VS Code, or of a menu. */
  async act(action: AskedAction['action'], at: AskedAction['at'] = {}): Promise<void> {
    await this.handler.request('act', { action, at });
  }

  /** The user wants to see a finding of a run. */
  async showFinding(runId: number, finding: Finding): Promise<void> {
    await this.handler.request('showFinding', { runId, finding });
  }

  /** The user went there in another panel of the run. */
  async follow(place: ShownPlace): Promise<void> {
    await this.handler.request('follow', place);
  }

  /** The file of templates was saved. */
  async saveTemplates(text: string): Promise<void> {
    await this.handler.request('templates', { text, name: '.vscode/wasm-memory-templates.txt' });
  }

  private get recording(): Recording {
    return this.scenario.recording;
  }

  /** Half-way through it tells so, as a search of a large memory would. */
  private async search(params: HostRequests['search']['params']): Promise<HostRequests['search']['result']> {
    await this.handler.request('searchProgress', { done: 0.5 });
    await new Promise(resolve => setTimeout(resolve, this.delay));
    return this.recording.search(params);
  }

  private deliver(message: unknown): void {
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => window.dispatchEvent(new MessageEvent('message', { data: copy })));
  }
}
