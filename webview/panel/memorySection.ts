// Memory at a step: step controls, address field, search, overview, legend and the grid.
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type RunSnapshot, TOLD_BYTES } from '../../src/protocol/run.ts';
import type { Choice, ChoiceEvent } from '../controls/choice.ts';
import type { MemoryAtStep } from '../data/memoryAtStep.ts';
import '../controls/choice.ts';
import '../controls/menuButton.ts';
import type { MenuItem } from '../controls/menuButton.ts';
import { callNumber } from '../data/moments.ts';
import type { PanelSession } from '../session/session.ts';
import '../overview/overviewStrip.ts';
import '../search/searchBox.ts';
import { COPY_FORMATS } from '../session/copyFormats.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import '../trace/stepControls.ts';
import '../grid/goToAddress.ts';
import type { ViewEvent } from '../grid/memoryGrid.ts';
import '../grid/memoryGrid.ts';
import type { OnlyOwnerEvent, ShownChange } from '../grid/memoryLegend.ts';
import '../grid/memoryLegend.ts';
import { ownersToName } from '../grid/ownersToName.ts';
import type { BytesPerRow } from '../grid/rowLayout.ts';
import { memorySectionStyles } from './memorySection.styles.ts';

const ROW_CHOICES: readonly (Choice & { readonly bytesPerRow: BytesPerRow })[] = [
  { value: 'fit', label: 'Fit', bytesPerRow: 'fit' },
  { value: '8', label: '8/row', bytesPerRow: 8 },
  { value: '16', label: '16/row', bytesPerRow: 16 },
  { value: '32', label: '32/row', bytesPerRow: 32 },
];

@customElement('wsm-memory-section')
export class MemorySection extends LitElement {
  static override styles = [shared, memorySectionStyles];

  @property({ attribute: false }) session: PanelSession | null = null;
  /** `session.version` when it was handed down: the session changes in place. */
  @property({ type: Number }) version = 0;
  @state() private searching = false;
  /** OWNER_CODE of the owner whose bytes alone are shown; null for all. */
  @state() private onlyOwner: number | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.onKey);
  }

  /** Ctrl+G. */
  focusAddressField(): void {
    this.renderRoot.querySelector('wsm-go-to-address')?.focus();
  }

  /** Ctrl+F. */
  async focusSearch(): Promise<void> {
    this.searching = true;
    await this.updateComplete;
    const box = this.renderRoot.querySelector('wsm-search-box');
    await box?.updateComplete;
    box?.focus();
  }

  override render() {
    const { session } = this;
    const run = session?.run;
    if (!session || !run) return nothing;
    const { memory } = session;
    return html`<div class="bar">
        <h2>Memory</h2>
        <wsm-step-controls
          .run=${run}
          .place=${session.place}
          .granularity=${session.granularity}
          .stepView=${session.data.stepView.answer}
          .actions=${session}
        ></wsm-step-controls>
        ${memory ? this.tools(session, memory) : nothing}
      </div>
      ${memory ? this.content(session, run, memory) : html`<p class="none">${run.status === 'starting' ? 'The module is being instantiated.' : nothing}</p>`}`;
  }

  private content(session: PanelSession, run: RunSnapshot, memory: MemoryAtStep) {
    const { data } = session;
    const hasOwners = run.record !== 'calls';
    const change = shownChange(session, run);
    const by = change?.owner.kind === 'instance' ? change.owner.instance : null;
    return html`${this.searching ? this.searchBox(session) : nothing}
      <p class="said" role="status" ?hidden=${session.said === null}>${session.said}</p>
      <wsm-overview-strip
        .data=${data.overview}
        .loaded=${data.overview.loaded}
        .hasOwners=${hasOwners}
        .onlyOwner=${this.onlyOwner}
        .actions=${session}
      ></wsm-overview-strip>
      <wsm-memory-legend
        .memoryBytes=${memory.size}
        .owners=${hasOwners ? ownersToName(run, [data.overview.seen, data.pages.owners]) : []}
        .onlyOwner=${this.onlyOwner}
        .change=${change}
        .hasValue=${run.address !== null}
        @only-owner=${(event: OnlyOwnerEvent) => {
          this.onlyOwner = event.owner;
        }}
      ></wsm-memory-legend>
      <wsm-memory-grid
        .memory=${memory}
        .bytesPerRow=${session.bytesPerRow}
        .selected=${session.address}
        .selection=${session.selection}
        .jumps=${session.jumps}
        .valueAddress=${run.address}
        .changedBy=${hasOwners ? null : by}
        .onlyOwner=${this.onlyOwner}
        .actions=${session}
        @view=${({ start, end }: ViewEvent) =>
          this.renderRoot.querySelector('wsm-overview-strip')?.showView(start, end)}
      ></wsm-memory-grid>`;
  }

  private searchBox(session: PanelSession) {
    return html`<wsm-search-box
      .search=${session.data.search.state}
      .littleEndian=${session.littleEndian}
      .actions=${session}
      @close=${() => {
        this.searching = false;
        this.focusGrid();
      }}
    ></wsm-search-box>`;
  }

  private tools(session: PanelSession, memory: MemoryAtStep) {
    return html`<div class="tools">
      <wsm-go-to-address
        .memoryBytes=${memory.size}
        .actions=${session}
        @went=${() => this.focusGrid()}
      ></wsm-go-to-address>
      <vscode-button
        appearance="icon"
        aria-label="Search memory (Ctrl+F)"
        title="Search memory (Ctrl+F)"
        @click=${() => this.focusSearch()}
        >${icon('search')}</vscode-button
      >
      <wsm-menu-button
        label="Copy or save the selection"
        .icon=${icon('copy')}
        .items=${exportItems(session)}
      ></wsm-menu-button>
      <wsm-choice
        label="Bytes per row"
        .value=${String(session.bytesPerRow)}
        .choices=${ROW_CHOICES}
        @choose=${(event: ChoiceEvent) => this.onChoose(session, event)}
      ></wsm-choice>
    </div>`;
  }

  private focusGrid(): void {
    this.renderRoot.querySelector('wsm-memory-grid')?.focus();
  }

  private onChoose(session: PanelSession, event: ChoiceEvent): void {
    const choice = ROW_CHOICES.find(({ value }) => value === event.value);
    if (choice) session.setBytesPerRow(choice.bytesPerRow);
  }

  /** Escape shows all bytes again, unless a menu or a field used it. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.onlyOwner === null) return;
    this.onlyOwner = null;
    event.preventDefault();
    event.stopPropagation();
  };
}

function exportItems(session: PanelSession): MenuItem[] {
  return [
    ...COPY_FORMATS.map(({ format, label }) => ({
      label: `Copy as ${label}`,
      run: () => session.copySelection(format),
    })),
    { label: 'Save range…', run: () => session.saveSelection() },
  ];
}

/** What the grid marks as changed, and who changed it; null where nothing made the shown step. */
function shownChange({ place, memory, data }: PanelSession, run: RunSnapshot): ShownChange | null {
  const call = callNumber(run, place.call);
  if (memory?.moment.since !== undefined && call) {
    return { owner: { kind: 'instance', instance: call.instance }, bytes: call.bytesChanged };
  }
  const access = data.stepView.answer?.access;
  if (access?.kind !== 'write') return null;
  const { before, after, length, owner } = access;
  const bytes = length <= TOLD_BYTES ? after.filter((byte, i) => byte !== before[i]).length : null;
  return { owner, bytes };
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-memory-section': MemorySection;
  }
}
