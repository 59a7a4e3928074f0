// The other end of the panel protocol, for tests and the harness: answers from a scenario and notes what it was asked.
import { MessageHandler } from '../../src/protocol/messageHandler.ts';
import type { HostRequests, PanelCommand, PanelRequests, PanelState } from '../../src/protocol/panel.ts';
import type { WebviewApi } from '../panel/start.ts';
import type { Scenario } from './scenarios.ts';

export class FakeHost implements WebviewApi {
  readonly commands: PanelCommand[] = [];
  readonly readRequests: HostRequests['readPages']['params'][] = [];
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
        readPages: async params => {
          this.readRequests.push(params);
          await new Promise(resolve => setTimeout(resolve, this.delay));
          return this.scenario.recording.readPages(params.step, params.pages);
        },
        lastChange: ({ step, address }) => this.scenario.recording.lastChange(step, address),
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
  async send(state: PanelState, scenario: Scenario = this.scenario): Promise<void> {
    this.scenario = { ...scenario, state };
    await this.handler.request('state', state);
  }

  private deliver(message: unknown): void {
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => window.dispatchEvent(new MessageEvent('message', { data: copy })));
  }
}
