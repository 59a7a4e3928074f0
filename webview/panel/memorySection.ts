// Memory at a step: step controls, address field, search, overview, legend and the grid.

import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { TOLD_BYTES } from '../../src/protocol/access.ts';
import type { ByteSpan } from '../../src/protocol/finding.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { type Fold, foldStyles, foldTitle } from '../controls/fold.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { eventsOf } from '../data/findingEvents.ts';
import type { MemoryAtStep } from '../data/memoryAtStep.ts';
import type { Run } from '../data/run.ts';
import '../controls/menuButton.ts';
import type { MenuItem } from '../controls/menuButton.ts';
import { ToolbarController } from '../controls/toolbar.ts';
import { WatchController } from '../controls/watching.ts';
import { callNumber, lastPlace } from '../data/moments.ts';
import type { Host } from '../session/host.ts';
import type { PanelSession } from '../session/session.ts';
import '../heap/heapList.ts';
import '../layout/layoutMap.ts';
import '../overview/overviewStrip.ts';
import '../search/searchBox.ts';
import { COPY_FORMATS } from '../session/copyFormats.ts';
import { growthInCall, growthText } from '../text/growthText.ts';
import { isPast, readOnlyText } from '../text/readOnlyText.ts';
import { regionText } from '../text/regionText.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import '../trace/stepControls.ts';
import '../grid/changedRanges.ts';
import '../grid/comparison.ts';
import '../grid/differenceList.ts';
import '../grid/formatMenu.ts';
import '../grid/goToAddress.ts';
import type { ColumnEvent, TypedEvent, ViewEvent } from '../grid/gridEvents.ts';
import '../grid/memoryGrid.ts';
import type { OnlyOwnerEvent, ShownChange } from '../grid/memoryLegend.ts';
import '../grid/memoryLegend.ts';
import { ownersToName } from '../grid/ownersToName.ts';
import { memorySectionStyles } from './memorySection.styles.ts';

@customElement('wsm-memory-section')
export class MemorySection extends LitElement {
  static override styles = [shared, foldStyles, memorySectionStyles];

  @property({ attribute: false }) session: PanelSession | null = null;
  /** How it folds; null where it can't. */
  @property({ attribute: false }) fold: Fold | null = null;
  @state() private searching = false;
  /** OWNER_CODE of the only owner to show; null for all. */
  @state() private onlyOwner: number | null = null;

  constructor() {
    super();
    new ToolbarController(this, {
      within: '.bar, wsm-layout-map, wsm-heap-list, wsm-overview-strip, wsm-changed-ranges',
      without: '[role=menu], [role=dialog], wsm-go-to-address, .rows, .groups, [role=slider]',
    });
    new WatchController(this, () => this.session ?? undefined);
    this.addEventListener('keydown', event => this.onKey(event));
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
    const { view, data } = session;
    const { memory } = data;
    const { isShort } = view.sections;
    const title = foldTitle('Memory', this.fold);
    if (this.fold && !this.fold.open) return html`<div class="bar folded">${title}</div>`;
    return html`<div class="bar">
        ${title}
        <wsm-step-controls
          .run=${run}
          .place=${view.place}
          .granularity=${view.granularity}
          .marked=${view.marked}
          .findings=${data.findings.known}
          .stepView=${data.stepView.answer}
          .bookmarks=${session.places.kept.bookmarks}
          .bookmark=${() => session.keepPlace('bookmark', null)}
          .short=${isShort}
          .view=${view}
        ></wsm-step-controls>
        ${memory ? this.tools(session, memory) : nothing}
      </div>
      ${memory ? this.content(session, run, memory) : html`<p class="none">${run.status === 'starting' ? 'The module is being instantiated.' : nothing}</p>`}`;
  }

  private content(session: PanelSession, run: Run, memory: MemoryAtStep) {
    const { view, data, host, edits } = session;
    const hasOwners = run.record !== 'calls';
    const names = InstanceNames.of(run);
    const finding = rangeOf(view.finding?.range);
    const first = rangeOf(view.finding && eventsOf(view.finding).first?.range);
    const firstEvent = first && (first.start !== finding?.start || first.length !== finding.length) ? first : null;
    const change = view.marked === null ? shownChange(session, run) : null;
    const growth = shownGrowth(session, run);
    const by = change?.owner.kind === 'instance' ? change.owner.instance : null;
    return html`${this.searching ? this.searchBox(session) : nothing}
      <p
        class="said ${view.sections.isTight ? 'short' : ''}"
        role="status"
        title=${view.sections.isTight ? view.said : nothing}
        ?hidden=${view.said === null}
      >
        ${view.said}
        ${view.offer ? html`<button class="link" @click=${view.offer.run}>${view.offer.label}</button>` : nothing}
      </p>
      ${
        view.marked === null
          ? nothing
          : html`<wsm-comparison
              .marked=${view.marked}
              .step=${view.place.step}
              .data=${data.overview}
              .listed=${view.differencesShown}
              .view=${view}
              .host=${host}
            ></wsm-comparison>
            ${
              view.differencesShown && view.marked !== view.place.step
                ? html`<wsm-difference-list
                    .data=${data.differences}
                    .names=${names}
                    .steps=${[Math.min(view.marked, view.place.step), Math.max(view.marked, view.place.step)]}
                    .selected=${view.selection.address}
                    .view=${view}
                  ></wsm-difference-list>`
                : nothing
            }`
      }
      ${growth === null ? nothing : html`<p class="growth">${growth}</p>`}
      ${
        data.layout.length > 0
          ? html`<wsm-layout-map
              .rows=${data.layout}
              .run=${run}
              .memoryBytes=${memory.size}
              .selected=${view.selection.address}
              .open=${view.layoutShown}
              .view=${view}
            ></wsm-layout-map>`
          : nothing
      }
      ${
        data.heap.hasBlocks
          ? html`<wsm-heap-list
              .heap=${data.heap.heap}
              .left=${data.heap.left}
              .busy=${data.heap.isBusy}
              .atEnd=${data.heap.isAtEnd}
              .selected=${view.selection.address}
              .open=${view.heapShown}
              .names=${names}
              .view=${view}
              .data=${data.heap}
            ></wsm-heap-list>`
          : nothing
      }
      <wsm-overview-strip
        ?hidden=${view.sections.isShort}
        .marked=${view.marked}
        .data=${data.overview}
        .hasOwners=${hasOwners}
        .names=${names}
        .onlyOwner=${this.onlyOwner}
        .findings=${data.findings.known}
        .found=${data.search.matchesAt(memory.moment)}
        .view=${view}
      ></wsm-overview-strip>
      <wsm-memory-legend
        class=${view.sections.isTight ? 'short' : ''}
        .memoryBytes=${memory.size}
        .owners=${hasOwners ? ownersToName(run, [data.overview.seen, data.pages.owners]) : []}
        .seen=${[data.overview.seen, data.pages.owners]}
        .onlyOwner=${this.onlyOwner}
        .names=${names}
        .change=${change}
        .marked=${view.marked}
        .hasValue=${run.watch !== null}
        .hasMatches=${(data.search.matchesAt(memory.moment)?.addresses.length ?? 0) > 0}
        .hasFinding=${finding !== null}
        .hasFirstEvent=${firstEvent !== null}
        .further=${this.changedRanges(session)}
        @only-owner=${(event: OnlyOwnerEvent) => {
          this.onlyOwner = event.owner;
        }}></wsm-memory-legend>
      <wsm-memory-grid
        .memory=${memory}
        .bytesPerRow=${view.bytesPerRow}
        .cells=${view.cells}
        .littleEndian=${view.littleEndian}
        .selected=${view.selection.address}
        .range=${view.selection.range}
        .jumps=${view.selection.jumps}
        .valueAddress=${run.watch?.address ?? null}
        .finding=${finding}
        .firstEvent=${firstEvent}
        .regionOf=${(at: number) => regionText(data.layout, at, run)}
        .names=${names}
        .changedBy=${hasOwners ? null : by}
        .onlyOwner=${this.onlyOwner}
        .found=${data.search.matchesAt(memory.moment)}
        .view=${view}
        @view=${({ start, end }: ViewEvent) => {
          data.showBytes(start, end);
          this.renderRoot.querySelector('wsm-overview-strip')?.showView(start, end);
        }}
        @copy-selection=${() => host.copySelection('hex')}
        .column=${edits.isPossible ? edits.column : null}
        .pending=${edits.pending}
        @column=${({ column }: ColumnEvent) => edits.setColumn(column)}
        @typed=${({ typed }: TypedEvent) => {
          if (edits.isPossible) edits.type(typed);
          else this.sayReadOnly(session);
        }}
      ></wsm-memory-grid>`;
  }

  /** While memory is compared, the comparison has the ways to what differs. */
  private changedRanges({ view, data, host }: PanelSession) {
    if (view.marked !== null || view.place.call === null) return nothing;
    return html`<wsm-changed-ranges
      .changed=${data.happened.changed}
      .call=${view.place.call}
      .selected=${view.selection.range.start}
      .host=${host}
    ></wsm-changed-ranges>`;
  }

  /** Where the user types into memory. */
  private sayReadOnly({ state, view }: PanelSession): void {
    if (state?.kind !== 'run') return;
    const goToEnd = (): void => {
      view.goTo(lastPlace);
      this.focusGrid();
    };
    view.say(
      readOnlyText(state, view.place),
      isPast(state, view.place) ? { label: 'Go to the last step', run: goToEnd } : null,
    );
  }

  private searchBox(session: PanelSession) {
    return html`<wsm-search-box
      .state=${session.data.search.state}
      .littleEndian=${session.view.littleEndian}
      .isCurrent=${session.data.memory !== null && session.data.search.matchesAt(session.data.memory.moment) !== null}
      .search=${session.data.search}
      .standing=${session.data.standing.state}
      .history=${session.data.standing}
      .view=${session.view}
      @close=${() => {
        this.searching = false;
        session.data.search.reset();
        session.data.standing.reset();
        this.focusGrid();
      }}
    ></wsm-search-box>`;
  }

  private tools(session: PanelSession, memory: MemoryAtStep) {
    const { isNarrow, isShort } = session.view.sections;
    return html`<div class="tools">
      <wsm-go-to-address
        .memoryBytes=${memory.size}
        .view=${session.view}
        @went=${() => this.focusGrid()}
      ></wsm-go-to-address>
      ${
        isNarrow || isShort
          ? nothing
          : html`<vscode-button
                appearance="icon"
                aria-label="Search memory (Ctrl+F)"
                title="Search memory (Ctrl+F)"
                @click=${() => this.focusSearch()}
                >${icon('search')}</vscode-button
              >
              <wsm-menu-button
                label="Copy or save the selection"
                .icon=${icon('copy')}
                .items=${exportItems(session.host)}
              ></wsm-menu-button>`
      }
      <wsm-format-menu
        .cells=${session.view.cells}
        .littleEndian=${session.view.littleEndian}
        .bytesPerRow=${session.view.bytesPerRow}
        .view=${session.view}
      ></wsm-format-menu>
      ${
        isNarrow || isShort
          ? html`<wsm-menu-button
              label="More actions"
              .icon=${icon('more')}
              .items=${this.moreItems(session, isShort)}
            ></wsm-menu-button>`
          : nothing
      }
    </div>`;
  }

  /** What has no room in the row of tools, and, in a short panel, beside the slider. */
  private moreItems(session: PanelSession, isShort: boolean): MenuItem[] {
    const { view, run } = session;
    const other = view.granularity === 'calls' ? 'stores' : 'calls';
    const steps: MenuItem[] = [
      {
        label: view.marked === null ? 'Compare other steps with this one (Alt+M)' : 'Stop comparing (Alt+M)',
        run: () => view.toggleMark(),
      },
      { label: 'Bookmark this step', run: () => session.keepPlace('bookmark', null) },
      ...(run?.record === 'calls'
        ? []
        : [{ label: `Buttons and slider go over ${other}`, run: () => view.setGranularity(other) }]),
    ];
    return [
      { label: 'Search memory (Ctrl+F)', run: () => void this.focusSearch() },
      ...(isShort ? steps : []),
      ...exportItems(session.host),
    ];
  }

  private focusGrid(): void {
    this.renderRoot.querySelector('wsm-memory-grid')?.focus();
  }

  /** Escape shows the bytes of all owners again, unless a menu or a field took the key. */
  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || this.onlyOwner === null) return;
    this.onlyOwner = null;
    event.preventDefault();
    event.stopPropagation();
  }
}

function exportItems(host: Host): MenuItem[] {
  return [
    ...COPY_FORMATS.map(({ format, label }) => ({
      label: `Copy as ${label}`,
      run: () => host.copySelection(format),
    })),
    { label: 'Save range…', run: () => host.saveSelection() },
    { label: 'Save range as Intel HEX…', run: () => host.saveSelection('ihex') },
  ];
}

const rangeOf = (span: ByteSpan | null | undefined): ByteRange | null =>
  span ? { start: span.address, length: span.length } : null;

/** What is to be known where the shown step, or the call that ended at it, made memory grow; null where it did not. */
function shownGrowth({ view, data }: PanelSession, run: Run): string | null {
  const access = data.stepView.answer?.access;
  if (access?.kind === 'grow') return growthText(access, run);
  const call = view.granularity === 'calls' ? callNumber(run, view.place.call) : undefined;
  return call && call.step === view.place.step && call.grownPages > 0 ? growthInCall(call, run) : null;
}

/** The change that the grid marks; null where nothing made the shown step. */
function shownChange({ view, data }: PanelSession, run: Run): ShownChange | null {
  const call = callNumber(run, view.place.call);
  if (data.memory?.moment.since !== undefined && call) {
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
