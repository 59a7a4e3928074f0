// The blocks that allocators have handed out and not taken back at the shown step: where each lies, and who asked for it where.
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { doubtsText, type HeapBlocks, type LiveBlock, PARTIAL_HEAP } from '../../src/protocol/heapBlocks.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { hex } from '../../src/protocol/text.ts';
import { moveInList } from '../controls/moveInList.ts';
import { ShowMemoryEvent } from '../controls/showMemoryEvent.ts';
import { type HeapData, type HeapTotals, isIn } from '../data/heap.ts';
import type { View } from '../session/view.ts';
import { blockLabel, leftText, sumText } from '../text/heapText.ts';
import { sectionHead } from '../theme/sectionHead.ts';
import { shared } from '../theme/shared.ts';
import { type BlockGroup, bytesOf, groupsOf } from './groups.ts';
import { heapListStyles } from './heapList.styles.ts';

/** A row has two buttons: to the bytes of its block, and to the step when it was handed out. */
type Column = 'bytes' | 'step';

@customElement('wsm-heap-list')
export class HeapList extends LitElement {
  static override styles = [shared, sectionHead, heapListStyles];

  /** Null while it is not known. */
  @property({ attribute: false }) heap: HeapBlocks | null = null;
  /** What is left at the end; null while that is not known. */
  @property({ attribute: false }) left: HeapTotals | null = null;
  /** The heap is of another step than the one that is shown. */
  @property({ type: Boolean }) busy = false;
  /** The shown step is the end of the run. */
  @property({ type: Boolean }) atEnd = false;
  /** The selected byte. */
  @property({ type: Number }) selected = 0;
  @property({ type: Boolean, reflect: true }) open = false;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  @property({ attribute: false }) view: Pick<View, 'jumpToRange' | 'showEvent' | 'showHeap'> | null = null;
  @property({ attribute: false }) data: Pick<HeapData, 'more'> | null = null;
  /** The row and the button of it that Tab leads to. */
  @state() private cursor = 0;
  @state() private column: Column = 'bytes';
  private groups: readonly BlockGroup[] = [];
  /** Those of all groups, as their rows stand. */
  private blocks: readonly LiveBlock[] = [];

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('heap')) return;
    const before = this.blocks[this.cursor];
    this.groups = groupsOf(this.heap?.blocks ?? []);
    this.blocks = this.groups.flatMap(({ blocks }) => blocks);
    // The same block keeps the keyboard's focus, wherever its row stands now.
    const same = before ? this.blocks.findIndex(block => isSame(block, before)) : -1;
    this.cursor = same >= 0 ? same : Math.max(0, Math.min(this.cursor, this.blocks.length - 1));
    if (this.shadowRoot?.activeElement?.matches('.groups *, .more'))
      void this.updateComplete.then(() => this.focusRow());
  }

  override render() {
    const { open } = this;
    return html`<div class="head">
        <button class="opener" aria-expanded=${open} @click=${() => this.view?.showHeap(!open)}>
          <h2><span aria-hidden="true">${open ? '▾' : '▸'}</span> Heap</h2>
        </button>
        <span class="facts" title=${this.facts()}>${this.facts()}</span>
      </div>
      ${open && this.heap ? this.list(this.heap) : nothing}`;
  }

  private facts(): string {
    const { open, heap, left, atEnd } = this;
    if (!open) return left ? `at the end ${leftText(left)}` : '';
    if (!heap) return 'loading …';
    return atEnd && !this.busy ? leftText(heap) : sumText(heap);
  }

  private list(heap: HeapBlocks) {
    const { groups, blocks } = this;
    const firsts = groups.map((_, i) => groups.slice(0, i).reduce((sum, group) => sum + group.blocks.length, 0));
    return html`${heap.isPartial ? html`<p class="partial">▲ ${PARTIAL_HEAP}</p>` : nothing}
      ${doubtsText(heap, this.names).map(text => html`<p class="unjudged">${text}</p>`)}
      <div
        class="groups ${this.busy ? 'busy' : ''}"
        role="group"
        aria-label="Live blocks"
        aria-busy=${this.busy}
        @keydown=${this.onKey}
      >
        ${groups.map((group, i) => this.group(group, i, firsts[i] ?? 0, blocks.length < heap.total))}
        ${
          blocks.length < heap.total
            ? html`<p class="rest">
                <button class="link more" @click=${() => this.data?.more()}>Show more</button>
                <span class="dim">${blocks.length} of ${heap.total} are shown</span>
              </p>`
            : nothing
        }
      </div>`;
  }

  /** @param isPart not all blocks are here, and maybe not all of the group */
  private group(group: BlockGroup, number: number, first: number, isPart: boolean) {
    const sum = sumText({ total: group.blocks.length, bytes: bytesOf(group) });
    return html`<h3 id="group-${number}">
        ${group.allocator} of ${this.names.name(group.instance)}: ${sum}${isPart ? ' of those shown' : nothing}
      </h3>
      <ul aria-labelledby="group-${number}">
        ${group.blocks.map((block, i) => this.row(block, first + i))}
      </ul>`;
  }

  private row(block: LiveBlock, index: number) {
    const { span, made, step } = block;
    const isSelected = isIn(block, this.selected);
    const label = blockLabel(block, this.names);
    const range = { start: span.address, length: span.length };
    return html`<li class=${isSelected ? 'selected' : ''}>
      <button
        class="bytes"
        data-index=${index}
        tabindex=${this.tabIndexOf(index, 'bytes')}
        aria-label=${label}
        aria-current=${isSelected ? 'true' : nothing}
        title=${label}
        @focus=${() => this.reach(index, 'bytes')}
        @click=${() => this.show(() => this.view?.jumpToRange(range))}
      >
        <span class="address">${hex(span.address)}</span>
        <span class="size">${span.length} B</span>
        <span class="call">call ${made.index}, ${made.function}</span>
      </button>
      <button
        class="link step"
        data-index=${index}
        tabindex=${this.tabIndexOf(index, 'step')}
        aria-label="Show step ${step}, when ${hex(span.address)} was handed out"
        title="Show memory when it was handed out"
        @focus=${() => this.reach(index, 'step')}
        @click=${() => this.show(() => this.view?.showEvent({ step, call: made.index, range: span }))}
        >step ${step}</button
      >
    </li>`;
  }

  private tabIndexOf(index: number, column: Column): 0 | -1 {
    return index === this.cursor && column === this.column ? 0 : -1;
  }

  private reach(index: number, column: Column): void {
    this.cursor = index;
    this.column = column;
  }

  private show(go: () => void): void {
    go();
    this.dispatchEvent(new ShowMemoryEvent());
  }

  /** Keys move from row to row, and to the step beside it; Enter and Space press what they are on, as every button. */
  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.target instanceof Element && event.target.matches('li > button'))) return;
    const target = moveInList(event.key, this.cursor, this.blocks.length);
    if (target !== undefined) this.cursor = Math.max(0, target);
    else if (event.key === 'ArrowRight') this.column = 'step';
    else if (event.key === 'ArrowLeft') this.column = 'bytes';
    else return;
    this.focusRow(true);
    event.preventDefault();
    event.stopPropagation();
  }

  private focusRow(scrolls = false): void {
    const button = this.renderRoot.querySelector<HTMLElement>(`.${this.column}[data-index="${this.cursor}"]`);
    button?.focus({ preventScroll: !scrolls });
  }
}

const isSame = (a: LiveBlock, b: LiveBlock): boolean =>
  a.span.address === b.span.address && a.step === b.step && a.made.index === b.made.index;

declare global {
  interface HTMLElementTagNameMap {
    'wsm-heap-list': HeapList;
  }
}
