// The panel: lays out the parts and hands them the session's state.
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PanelState } from '../../src/protocol/panel.ts';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { placeSentence } from '../text/callText.ts';
import { traceCounts, traceNotes } from '../text/traceHead.ts';
import { shared } from '../theme/shared.ts';
import { tokens } from '../theme/tokens.ts';
import './memorySection.ts';
import '../inspector/inspector.ts';
import '../trace/callLanes.ts';
import '../trace/callList.ts';
import './emptyState.ts';
import './header.ts';
import './moduleFacts.ts';
import { panelStyles } from './panel.styles.ts';
import type { BannerButton } from './problemBanner.ts';
import './problemBanner.ts';
import type { PanelSession } from '../session/session.ts';
import { isUnderWay } from '../text/result.ts';

type RunState = Extract<PanelState, { kind: 'run' }>;

const CHOOSE: BannerButton = { label: 'Choose another file…', command: { name: 'runDemo' } };
const AGAIN: BannerButton = { label: 'Try again', command: { name: 'runAgain' } };
const TRUST: BannerButton = { label: 'Manage workspace trust', command: { name: 'manageTrust' } };

@customElement('wsm-panel')
export class Panel extends LitElement {
  static override styles = [tokens, shared, panelStyles];

  /** Whoever owns the session calls `requestUpdate` when it changed. */
  @property({ attribute: false }) session: PanelSession | null = null;

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

  private content(session: PanelSession, state: PanelState) {
    switch (state.kind) {
      case 'empty':
        return html`${this.notice(session)}
          <wsm-empty-state .trusted=${state.trusted} .actions=${session}></wsm-empty-state>`;
      case 'failed':
        return html`<wsm-header .state=${state} .actions=${session}></wsm-header>
          ${this.notice(session)}
          <wsm-problem-banner .problem=${state.problem} .buttons=${[AGAIN, CHOOSE]} .actions=${session}></wsm-problem-banner>`;
      case 'run':
        return state.run.status === 'rejected' ? this.top(session, state) : this.run(session, state);
    }
  }

  private top(session: PanelSession, state: RunState) {
    const { run } = state;
    return html`<div class="top">
      <wsm-header .state=${state} .actions=${session}></wsm-header>
      ${run.module ? html`<wsm-module-facts .module=${run.module} .stubsCalled=${run.stubsCalled}></wsm-module-facts>` : nothing}
      ${
        run.problem
          ? html`<wsm-problem-banner
              .problem=${run.problem}
              .mild=${isMild(run)}
              .buttons=${buttonsFor(state)}
              .actions=${session}
            ></wsm-problem-banner>`
          : nothing
      }
      ${this.notice(session)}
    </div>`;
  }

  private run(session: PanelSession, state: RunState) {
    const { run } = state;
    const { place, data } = session;
    return html`<main>
        ${this.top(session, state)}
        <div class="title">
          <h2>Call trace</h2>
          <span>${traceCounts(run)}</span>
          ${traceNotes(run).map(note => html`<p class="note">${note}</p>`)}
        </div>
        <wsm-call-lanes ?hidden=${run.calls.length === 0} .run=${run} .place=${place} .actions=${session}></wsm-call-lanes>
        ${
          run.calls.length > 0
            ? html`<wsm-call-list
                .run=${run}
                .place=${place}
                .accesses=${data.accesses}
                .loaded=${data.accesses.loaded}
                .actions=${session}
              ></wsm-call-list>`
            : html`<p class="none">${noCalls(run)}</p>`
        }
        <wsm-memory-section .session=${session} .version=${session.version}></wsm-memory-section>
        <wsm-inspector
          .run=${run}
          .memory=${session.memory}
          .selected=${session.address}
          .selection=${session.selection}
          .littleEndian=${session.littleEndian}
          .history=${session.history}
          .lastChange=${data.lastChange.answer}
          .writeEntries=${data.writesTo.entries}
          .writesShown=${session.writesShown}
          .hasMoreWrites=${data.writesTo.hasMore}
          .step=${session.step}
          .actions=${session}
        ></wsm-inspector>
      </main>
      <div class="unseen" role="status">${capitalized(placeSentence(run, place, data.stepView.answer))}</div>`;
  }

  private notice({ notice }: PanelSession) {
    if (notice === null) return nothing;
    const problem = { message: notice, remedy: 'Run again, or reload the window where this stays.' };
    return html`<wsm-problem-banner .problem=${problem}></wsm-problem-banner>`;
  }

  /** Keys that work anywhere in the panel. Those handled here are kept from the workbench's key bindings. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const { session } = this;
    if (!session?.memory || event.shiftKey) return;
    const command = event.ctrlKey || event.metaKey;
    const section = this.renderRoot.querySelector('wsm-memory-section');
    const letter = command && !event.altKey ? event.key.toLowerCase() : '';
    if (letter === 'g') section?.focusAddressField();
    else if (letter === 'f') void section?.focusSearch();
    else if (event.altKey && !command && event.key === 'ArrowLeft') session.back();
    else if (event.altKey && !command && event.key === 'ArrowRight') session.forward();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** Problems that leave a result behind, or that nobody is to blame for. */
function isMild(run: RunSnapshot): boolean {
  return run.status === 'looked-at' || run.status === 'cancelled' || run.problem?.kind === 'demo-exports-missing';
}

function buttonsFor({ run, opened }: RunState): BannerButton[] {
  // What was recorded elsewhere can't be run again from here.
  if (opened) return [];
  if (run.status === 'looked-at') return run.problem?.kind === 'untrusted-workspace' ? [TRUST] : [];
  if (run.status === 'rejected') return [AGAIN, CHOOSE];
  if (run.status === 'timed-out' || run.status === 'cancelled') return [AGAIN];
  return [];
}

function noCalls(run: RunSnapshot): string {
  if (run.status === 'looked-at') return 'Nothing ran, so there are no calls.';
  if (isUnderWay(run)) return 'Waiting for the first call.';
  return 'No calls were made. Memory is shown as instantiation left it.';
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-panel': Panel;
  }
}
