// The module's name, the number of instances, and the result of the run.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SourceView } from '../../src/protocol/panel.ts';
import type { InstanceState } from '../../src/protocol/run.ts';
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import { INSTANCE_STATE } from '../../src/protocol/settings.ts';
import { count } from '../../src/protocol/text.ts';
import type { Choice, ChoiceEvent } from '../controls/choice.ts';
import type { Run, ShownRun, ShownState } from '../data/run.ts';
import type { Host } from '../session/host.ts';
import { sizeText } from '../text/callText.ts';
import { fieldRow, shared } from '../theme/shared.ts';
import '../controls/choice.ts';
import '../controls/menuButton.ts';
import { resultOf } from '../../src/protocol/runResult.ts';
import type { MenuItem } from '../controls/menuButton.ts';
import { ToolbarController } from '../controls/toolbar.ts';
import type { FindingsResult } from '../text/findingText.ts';
import { icon } from '../theme/icons.ts';

/** The user wants to read the findings. */
export class ShowFindingsEvent extends Event {
  static readonly type = 'show-findings';
  constructor() {
    super(ShowFindingsEvent.type);
  }
}

/** The last is the setting's maximum. */
const INSTANCE_CHOICES = [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64];

const STATE_CHOICES: readonly Choice[] = INSTANCE_STATE.choices.map(({ value }) => ({
  value,
  label: `state: ${value}`,
}));

@customElement('wsm-header')
export class Header extends LitElement {
  static override styles = [
    shared,
    fieldRow,
    css`
      :host {
        row-gap: 4px;
        min-height: 34px;
        padding: 5px var(--wsm-pad);
        border-bottom: 1px solid var(--wsm-line);
      }
      h1 {
        min-width: 0;
        margin: 0;
        overflow: hidden;
        font-size: inherit;
        font-weight: 600;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      wsm-choice {
        flex: none;
        width: 132px;
      }
      .state {
        width: 148px;
      }
      /* They go to the next line together. */
      .results {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
      }
      .pill {
        display: inline-flex;
        gap: 5px;
        align-items: center;
        padding: 0 9px;
        border: 1px solid currentColor;
        border-radius: 10px;
        line-height: 18px;
        white-space: nowrap;
      }
      @container panel (max-width: 259px) {
        .pill {
          white-space: normal;
        }
      }
      button.pill {
        background: none;
        font: inherit;
        cursor: pointer;
      }
      button.pill:hover {
        background: var(--wsm-hover);
        text-decoration: underline;
      }
      .together {
        display: inline-flex;
        padding: 2px 3px;
      }
      .opened,
      .neutral,
      .busy {
        color: var(--wsm-dim);
      }
      vscode-progress-ring {
        width: 12px;
        height: 12px;
      }
      @media (prefers-reduced-motion: reduce) {
        vscode-progress-ring {
          display: none;
        }
      }
      :host-context(body.vscode-reduce-motion) vscode-progress-ring {
        display: none;
      }
    `,
  ];

  @property({ attribute: false }) state: Exclude<ShownState, { kind: 'empty' }> | null = null;
  /** How many findings there are; null while that is not known. */
  @property({ attribute: false }) found: FindingsResult | null = null;
  /** The panel has little height: the choice of the state is in a menu. */
  @property({ type: Boolean }) tight = false;
  @property({ attribute: false }) host: Pick<Host, 'command'> | null = null;

  constructor() {
    super();
    new ToolbarController(this, { without: '[role=menu]' });
  }

  override render() {
    const { state } = this;
    if (!state) return nothing;
    const run = state.kind === 'run' ? state.run : null;
    return html`<h1 title=${sourceTitle(state.source, run)}>${state.source.label}</h1>
      ${state.kind === 'run' && !state.opened && canRunAgain(state.run) ? this.choices(state) : nothing}
      ${state.kind === 'run' && state.opened && state.run.instances.length > 0 ? html`<span class="opened">recording of ${count(state.run.instances.length, 'instance')}</span>` : nothing}
      ${state.kind === 'run' && state.linked !== null ? this.link(state.linked) : nothing}
      <span class="grow"></span>
      ${
        run
          ? html`<span class="results"
              >${this.result(run)} ${this.found ? this.findings(this.found) : nothing}
              ${
                isUnderWay(run)
                  ? html`<vscode-button appearance="secondary" @click=${() => this.host?.command({ name: 'cancel' })}
                      >Cancel</vscode-button
                    >`
                  : nothing
              }</span
            >`
          : nothing
      }`;
  }

  /** There where another panel shows the run, too: whether they go together. */
  private link(linked: boolean) {
    const title = linked
      ? 'Linked: all panels that show this run go to the same step, call and selection'
      : 'Not linked: the panels that show this run each stay at their own step, call and selection';
    return html`<button
      class="toggle together"
      aria-label="Link the panels of this run"
      title=${title}
      aria-pressed=${linked}
      @click=${() => this.host?.command({ name: 'link', linked: !linked })}
      >${icon(linked ? 'link' : 'unlinked')}</button
    >`;
  }

  /** Leads to the findings, where there are any. */
  private findings({ tone, symbol, text, number }: FindingsResult) {
    if (number === 0)
      return html`<span class="pill ${tone}" title="Nothing wrong was found in what is recorded.">${symbol} ${text}</span>`;
    return html`<button
      class="pill ${tone}"
      title="Show the findings"
      @click=${() => this.dispatchEvent(new ShowFindingsEvent())}
      >${symbol} ${text}</button
    >`;
  }

  private choices({ run, state }: ShownRun) {
    const disabled = isUnderWay(run);
    // Of several modules each has one instance.
    const instances = run.modules.length > 1 ? nothing : this.instances(run);
    if (this.tight) {
      const items = disabled ? [] : this.stateItems(state);
      return html`${instances}<wsm-menu-button label="More" .icon=${icon('more')} .items=${items}></wsm-menu-button>`;
    }
    return html`${instances}
      <wsm-choice
        class="state"
        label="Instance state: the other one runs the module again"
        .value=${state ?? INSTANCE_STATE.fallback}
        .choices=${STATE_CHOICES}
        ?disabled=${disabled}
        @choose=${(event: ChoiceEvent) => this.setState(event.value)}
      ></wsm-choice>`;
  }

  private stateItems(state: InstanceState | null): MenuItem[] {
    return INSTANCE_STATE.choices
      .filter(({ value }) => value !== (state ?? INSTANCE_STATE.fallback))
      .map(({ value }) => ({
        label: `Run again with ${value} state`,
        run: () => this.host?.command({ name: 'setState', state: value }),
      }));
  }

  private instances(run: Run) {
    return html`<wsm-choice
      label="Instances: another number runs the module again"
      .value=${String(run.instances.length)}
      .choices=${instanceChoices(run.instances.length)}
      ?disabled=${isUnderWay(run)}
      @choose=${(event: ChoiceEvent) => this.host?.command({ name: 'setInstances', instances: Number(event.value) })}
    ></wsm-choice>`;
  }

  private setState(chosen: string): void {
    const choice = INSTANCE_STATE.choices.find(({ value }) => value === chosen);
    if (choice) this.host?.command({ name: 'setState', state: choice.value });
  }

  private result(run: Run) {
    const { tone, symbol, text } = resultOf(run);
    const ring = tone === 'busy' ? html`<vscode-progress-ring aria-hidden="true"></vscode-progress-ring>` : nothing;
    return html`<span class="pill ${tone}" role="status">${ring}${symbol ? `${symbol} ` : nothing}${text}</span>`;
  }
}

function canRunAgain(run: Run): boolean {
  return run.instances.length > 0 && run.status !== 'rejected';
}

function instanceChoices(current: number): Choice[] {
  const numbers = [...new Set([...INSTANCE_CHOICES, current])].sort((a, b) => a - b);
  return numbers.map(number => ({ value: String(number), label: count(number, 'instance') }));
}

function sourceTitle({ label, folder }: SourceView, run: Run | null): string {
  const module = run?.modules[0];
  const facts = [folder ? `${folder}/${label}` : label];
  if (module)
    facts.push(sizeText(module.size), `${module.memory.kind} memory of ${count(module.memory.pages, 'page')}`);
  return facts.join(' · ');
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-header': Header;
  }
}
