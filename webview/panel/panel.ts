// The panel: lays out the parts and hands them the session's state.

import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { isNoGuest } from '../../src/protocol/runStatus.ts';
import { menuContextText } from '../controls/menuContext.ts';
import { WatchController } from '../controls/watching.ts';
import type { Run, ShownRun, ShownState } from '../data/run.ts';
import { findingsResult, storyOf } from '../text/findingText.ts';
import { shared } from '../theme/shared.ts';
import { tokens } from '../theme/tokens.ts';
import '../findings/findingStory.ts';
import './emptyState.ts';
import './header.ts';
import './moduleFacts.ts';
import { panelStyles } from './panel.styles.ts';
import type { BannerButton } from './problemBanner.ts';
import './problemBanner.ts';
import './runComparison.ts';
import type { Shown } from '../session/actions.ts';
import type { PanelSession } from '../session/session.ts';
import { SECTIONS } from './sections.ts';
import { SpokenPlace } from './spokenPlace.ts';

const CHOOSE: BannerButton = { label: 'Choose another file…', command: { name: 'runDemo' } };
const AGAIN: BannerButton = { label: 'Try again', command: { name: 'runAgain' } };
const TRUST: BannerButton = { label: 'Manage workspace trust', command: { name: 'manageTrust' } };

@customElement('wsm-panel')
export class Panel extends LitElement {
  static override styles = [tokens, shared, panelStyles];

  @property({ attribute: false }) session: PanelSession | null = null;
  private readonly spokenPlace = new SpokenPlace();

  constructor() {
    super();
    new WatchController(this, () => this.session ?? undefined);
    this.addEventListener('contextmenu', event => this.showMenuContext(event));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.onKey);
  }

  override render() {
    const { session } = this;
    const state = session?.state;
    if (!session || !state) return nothing;
    return html`<div class="root">${this.content(session, state)}</div>`;
  }

  private content(session: PanelSession, state: ShownState) {
    switch (state.kind) {
      case 'empty':
        return html`${this.notice(session)}
          <wsm-empty-state .trusted=${state.trusted} .host=${session.host}></wsm-empty-state>`;
      case 'failed':
        return html`<wsm-header .state=${state} .host=${session.host}></wsm-header>
          ${this.notice(session)}
          <wsm-problem-banner .problem=${state.problem} .buttons=${[AGAIN, CHOOSE]} .host=${session.host}></wsm-problem-banner>`;
      case 'run':
        return state.run.status === 'rejected' ? this.top(session, state) : this.run(session, state);
    }
  }

  private top(session: PanelSession, state: ShownRun) {
    const { run } = state;
    const { findings } = session.data;
    const story = storyOf(findings.known, run);
    return html`<div class="top">
      <wsm-header
        .state=${state}
        .found=${findingsResult(findings, run)}
        .host=${session.host}
        @show-findings=${() => this.renderRoot.querySelector('wsm-finding-list')?.focus()}
      ></wsm-header>
      ${run.modules.length > 0 ? html`<wsm-module-facts .run=${run}></wsm-module-facts>` : nothing}
      ${
        run.problem
          ? html`<wsm-problem-banner
              .problem=${run.problem}
              .mild=${isMild(run)}
              .buttons=${buttonsFor(state)}
              .host=${session.host}
            ></wsm-problem-banner>`
          : nothing
      }
      ${story ? html`<wsm-finding-story .story=${story} .view=${session.view}></wsm-finding-story>` : nothing}
      ${
        state.comparison
          ? html`<wsm-run-comparison
              .comparison=${state.comparison}
              .runId=${state.runId}
              .watched=${run.watch?.address ?? null}
              .view=${session.view}
            ></wsm-run-comparison>`
          : nothing
      }
      ${this.notice(session)}
    </div>`;
  }

  private run(session: PanelSession, state: ShownRun) {
    const { run } = state;
    return html`<main @show-memory=${() => this.showMemory()}>
        ${this.top(session, state)}
        ${SECTIONS.map(({ area, render }) => html`<div class="section ${area}">${render(session, run)}</div>`)}
      </main>
      <div class="unseen" role="status">${this.spokenPlace.text(session, run)}</div>`;
  }

  private notice({ notice }: PanelSession) {
    if (notice === null) return nothing;
    return html`<wsm-problem-banner .problem=${notice}></wsm-problem-banner>`;
  }

  /** In one column the panel scrolls. */
  private showMemory(): void {
    this.renderRoot.querySelector('wsm-memory-section')?.scrollIntoView({ block: 'nearest' });
  }

  /** Scrolls to the part that shows what an action did. */
  bring(shown: Shown): void {
    if (shown) this.renderRoot.querySelector(`.${shown}`)?.firstElementChild?.scrollIntoView({ block: 'nearest' });
  }

  /** VS Code reads it when the event has left the panel. */
  private showMenuContext(event: Event): void {
    const context = menuContextText(event);
    if (context === null) delete this.dataset.vscodeContext;
    else this.dataset.vscodeContext = context;
  }

  /** Keys that work anywhere in the panel. The workbench's key bindings don't see them. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const { session } = this;
    if (!session?.data.memory) return;
    const command = event.ctrlKey || event.metaKey;
    const isF7 = event.key === 'F7' && !command && !event.altKey;
    if (event.shiftKey && !isF7) return;
    const section = this.renderRoot.querySelector('wsm-memory-section');
    const letter = command && !event.altKey ? event.key.toLowerCase() : '';
    if (letter === 'g') section?.focusAddressField();
    else if (letter === 'f' && isInTrace(event)) this.renderRoot.querySelector('wsm-trace-head')?.focusSearch();
    else if (letter === 'f') void section?.focusSearch();
    // Where Alt is Option, the key is another letter.
    else if (event.altKey && !command && event.code === 'KeyM') session.view.toggleMark();
    else if (isF7) void session.actions.perform(event.shiftKey ? 'previousChange' : 'nextChange');
    else if (event.altKey && !command && event.key === 'ArrowLeft') session.view.travel('back');
    else if (event.altKey && !command && event.key === 'ArrowRight') session.view.travel('forward');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** The keyboard is in the trace, and there are calls to be searched. */
function isInTrace(event: KeyboardEvent): boolean {
  const path = event.composedPath();
  return path.some(each => each instanceof Element && each.matches('.head, .calls') && each.matches('.section'));
}

/** The problem leaves a result, or is nobody's fault. */
function isMild(run: Run): boolean {
  return run.status === 'looked-at' || run.status === 'cancelled' || isNoGuest(run);
}

function buttonsFor({ run, opened }: ShownRun): BannerButton[] {
  // The module of an opened recording is not here to be run again.
  if (opened) return [];
  if (run.status === 'looked-at') return run.problem?.kind === 'untrusted-workspace' ? [TRUST] : [];
  if (run.status === 'rejected') return [AGAIN, CHOOSE];
  if (run.status === 'timed-out' || run.status === 'cancelled') return [AGAIN];
  return [];
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-panel': Panel;
  }
}
