// The panel: lays out the parts and hands them the session's state.

import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { isNoGuest } from '../../src/protocol/runStatus.ts';
import { menuContextText } from '../controls/menuContext.ts';
import type { RenameFunctionEvent } from '../controls/renameFunctionEvent.ts';
import { ResizeController } from '../controls/resizing.ts';
import type { HeightEvent } from '../controls/splitter.ts';
import '../controls/splitter.ts';
import { type Fold, foldStyles, foldTitle } from '../controls/fold.ts';
import { WatchController } from '../controls/watching.ts';
import type { Run, ShownRun, ShownState } from '../data/run.ts';
import { findingsResult, storyOf } from '../text/findingText.ts';
import { shared } from '../theme/shared.ts';
import { tokens } from '../theme/tokens.ts';
import '../findings/findingStory.ts';
import { DropController, type Dropped } from './dropping.ts';
import './emptyState.ts';
import './header.ts';
import './moduleFacts.ts';
import './noGuest.ts';
import { panelStyles } from './panel.styles.ts';
import type { BannerButton } from './problemBanner.ts';
import './problemBanner.ts';
import './runComparison.ts';
import type { Shown } from '../session/actions.ts';
import type { PanelSession } from '../session/session.ts';
import {
  type Border,
  borderOf,
  heightVariable,
  isFoldable,
  isOpen,
  ownHeight,
  SECTIONS,
  type Section,
  STORY,
} from './sections.ts';
import { SpokenPlace } from './spokenPlace.ts';

type Foldable = Required<Pick<Section, 'area' | 'openFrom'>>;

const CHOOSE: BannerButton = { label: 'Choose another file…', command: { name: 'runDemo' } };
const AGAIN: BannerButton = { label: 'Try again', command: { name: 'runAgain' } };
const TRUST: BannerButton = { label: 'Manage workspace trust', command: { name: 'manageTrust' } };

@customElement('wsm-panel')
export class Panel extends LitElement {
  static override styles = [tokens, shared, foldStyles, panelStyles];

  @property({ attribute: false }) session: PanelSession | null = null;
  private readonly spokenPlace = new SpokenPlace();
  private readonly dropping: DropController;

  constructor() {
    super();
    new WatchController(this, () => this.session ?? undefined);
    this.dropping = new DropController(this, dropped => this.drop(dropped));
    this.addEventListener('contextmenu', event => this.showMenuContext(event));
    // In the next frame: what the sections show changes with the room, and a ResizeObserver's callback must not change sizes.
    new ResizeController(this, () => requestAnimationFrame(() => this.measure()));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.onKey);
  }

  /** Who names a place wants to see the form, and the place among the others then. */
  override willUpdate(): void {
    if (this.session?.places.draft) unfold('places', this.session);
  }

  override render() {
    const { session } = this;
    const state = session?.state;
    if (!session || !state) return nothing;
    return html`<div class="root ${this.dropping.isOver ? 'dropping' : ''}">${this.content(session, state)}</div>`;
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
    // A button that the user may need is never folded away, nor is all that there is to say.
    const isAlone = run.status === 'rejected';
    const hasButtons = buttonsFor(state).length > 0 || isOfferedMore(state);
    const summary = isAlone || hasButtons ? null : (story?.sentences[0] ?? run.problem?.message ?? null);
    const { sections } = session.view;
    const fold = sections.columns === 1 || !sections.hasRoomFor(STORY.openFrom) ? foldOf(STORY, session) : null;
    const isFolded = fold !== null && summary !== null && !fold.open;
    return html`<div class="top">
      <wsm-header
        .state=${state}
        .found=${findingsResult(findings, run)}
        .host=${session.host}
        .tight=${session.view.sections.isTight}
        @show-findings=${() => this.showFindings(session)}
      ></wsm-header>
      ${fold && summary ? storyTitle(fold, summary, run) : nothing}
      ${isFolded ? nothing : this.about(session, state)}
      ${this.notice(session)}
    </div>`;
  }

  /** What there is to say of the run before its sections. */
  private about(session: PanelSession, state: ShownRun) {
    const { run } = state;
    const story = storyOf(session.data.findings.known, run);
    return html`${run.modules.length > 0 ? html`<wsm-module-facts .run=${run}></wsm-module-facts>` : nothing}
      ${this.problem(session, state)}
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
      }`;
  }

  private problem({ host }: PanelSession, state: ShownRun) {
    const { run } = state;
    if (!run.problem) return nothing;
    if (isOfferedMore(state))
      return html`<wsm-no-guest .run=${run} .problem=${run.problem} .host=${host}></wsm-no-guest>`;
    return html`<wsm-problem-banner
      .problem=${run.problem}
      .mild=${isMild(run)}
      .buttons=${buttonsFor(state)}
      .host=${host}
    ></wsm-problem-banner>`;
  }

  private run(session: PanelSession, state: ShownRun) {
    const { run } = state;
    const rename = ({ called }: RenameFunctionEvent): void =>
      void session.actions.perform('renameFunction', { function: called });
    return html`<main @show-memory=${() => this.showMemory()} @rename-function=${rename}>
        ${this.top(session, state)}
        ${SECTIONS.map(section => this.section(section, session, run))}
      </main>
      <div class="unseen" role="status">${this.spokenPlace.text(session, run)}</div>`;
  }

  private section(section: Section, session: PanelSession, run: Run) {
    const { area } = section;
    const { sections } = session.view;
    const fold =
      section.openFrom && isFoldable(section, sections.columns)
        ? foldOf({ area, openFrom: section.openFrom }, session)
        : null;
    const content = section.folds && !isOpen(section, sections) ? nothing : section.render(session, run, fold);
    const border = content === nothing ? null : borderOf(section, sections);
    return html`<div class="section ${area}">${content}${border ? this.splitter(area, border, session) : nothing}</div>`;
  }

  private splitter(area: string, { label, edge, least }: Border, { view }: PanelSession) {
    return html`<wsm-splitter
      class=${edge}
      .label=${label}
      .above=${edge === 'above'}
      .least=${least}
      .most=${this.offsetHeight}
      @height=${({ height }: HeightEvent) => view.sections.setHeight(area, height ?? undefined)}
    ></wsm-splitter>`;
  }

  private notice({ notice }: PanelSession) {
    if (notice === null) return nothing;
    return html`<wsm-problem-banner .problem=${notice}></wsm-problem-banner>`;
  }

  /** In one column the panel scrolls, and memory may be folded. */
  private showMemory(): void {
    if (this.session) unfold('memory', this.session);
    this.renderRoot.querySelector('wsm-memory-section')?.scrollIntoView({ block: 'nearest' });
  }

  private async showFindings(session: PanelSession): Promise<void> {
    unfold('findings', session);
    await this.updateComplete;
    const list = this.renderRoot.querySelector('wsm-finding-list');
    await list?.updateComplete;
    list?.focus();
  }

  private measure(): void {
    this.session?.view.sections.setRoom({ width: this.offsetWidth, height: this.offsetHeight });
  }

  /** Rows get the heights that are not the table's. */
  override updated(): void {
    const main = this.renderRoot.querySelector('main');
    const sections = this.session?.view.sections;
    if (!main || !sections) return;
    for (const section of SECTIONS) {
      const height = ownHeight(section, sections);
      if (height === undefined) main.style.removeProperty(heightVariable(section));
      else main.style.setProperty(heightVariable(section), height);
    }
  }

  /** Scrolls to the part that shows what an action did. */
  bring(shown: Shown): void {
    if (!shown) return;
    if (this.session) unfold(shown === 'calls' ? 'head' : shown, this.session);
    this.renderRoot.querySelector(`.${shown}`)?.firstElementChild?.scrollIntoView({ block: 'nearest' });
  }

  private drop(dropped: Dropped): void {
    if ('uris' in dropped) this.session?.host.openDropped(dropped.uris);
    else this.session?.tell(dropped.notice);
  }

  /** VS Code reads it when the event has left the panel. */
  private showMenuContext(event: Event): void {
    const context = menuContextText(event);
    if (context === null) delete this.dataset.vscodeContext;
    else this.dataset.vscodeContext = context;
  }

  private async searchTrace(session: PanelSession): Promise<void> {
    const head = this.renderRoot.querySelector('wsm-trace-head');
    if (unfold('head', session)) await this.updateComplete;
    await head?.updateComplete;
    head?.focusSearch();
  }

  /** Goes to a field of the memory section, which may be folded. */
  private async inMemory(session: PanelSession, go: (section: HTMLElementTagNameMap['wsm-memory-section']) => unknown) {
    const section = this.renderRoot.querySelector('wsm-memory-section');
    if (!section) return;
    if (unfold('memory', session)) {
      await this.updateComplete;
      await section.updateComplete;
    }
    go(section);
  }

  /** Keys that work anywhere in the panel. The workbench's key bindings don't see them. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const { session } = this;
    if (!session?.data.memory) return;
    const command = event.ctrlKey || event.metaKey;
    const isF7 = event.key === 'F7' && !command && !event.altKey;
    if (event.shiftKey && !isF7) return;
    const letter = command && !event.altKey ? event.key.toLowerCase() : '';
    if (letter === 'g') void this.inMemory(session, section => section.focusAddressField());
    else if (letter === 'f' && isInTrace(event)) void this.searchTrace(session);
    else if (letter === 'f') void this.inMemory(session, section => section.focusSearch());
    else if (event.key === 'F2' && !command && !event.altKey && isInTrace(event))
      void session.actions.perform('renameFunction');
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

/** How a section, or the story of the run, folds. */
function foldOf({ area, openFrom }: Foldable, { view: { sections } }: PanelSession): Fold {
  const open = sections.isOpen(area, openFrom);
  return { open, toggle: () => sections.setOpen(area, !open) };
}

/** The row that the story of the run folds to. */
function storyTitle(fold: Fold, summary: string, run: Run) {
  const [symbol, tone] = isMild(run) ? ['▲', 'warning'] : ['✗', 'error'];
  return html`<div class="story" title=${summary}>
    ${foldTitle(fold.open ? 'What happened' : 'Why', fold)}
    ${fold.open ? nothing : html`<span class=${tone} aria-hidden="true">${symbol}</span><span class="summary" role="status">${summary}</span>`}
  </div>`;
}

/** @returns whether it was folded */
function unfold(area: string, { view: { sections } }: PanelSession): boolean {
  const section = SECTIONS.find(each => each.area === area);
  if (!section || isOpen(section, sections)) return false;
  sections.setOpen(area, true);
  return true;
}

/** The problem leaves a result, or is nobody's fault. */
function isMild(run: Run): boolean {
  return run.status === 'looked-at' || run.status === 'cancelled' || isNoGuest(run);
}

/** The module is no guest of the demo, and here: there is something else to do with it. */
const isOfferedMore = ({ run, opened }: ShownRun): boolean => isNoGuest(run) && !opened;

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
