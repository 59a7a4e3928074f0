// The legend: a button for each owner, which shows only its bytes; the meaning of the other marks; and the size of memory.
import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { type Owner, ownerName, ownerOf } from '../../src/protocol/owner.ts';
import { count } from '../../src/protocol/text.ts';
import { type Step, WASM_PAGE_BYTES } from '../../src/protocol/units.ts';
import { moveInList } from '../controls/moveInList.ts';
import { sizeText } from '../text/callText.ts';
import { ownerStrokes, ownerVariable } from '../theme/ownerMarks.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { memoryLegendStyles } from './memoryLegend.styles.ts';

/** The change that made the shown step. */
export interface ShownChange {
  readonly owner: Owner;
  /** Number of bytes that have another value since; null where not known. */
  readonly bytes: number | null;
}

/** The user chose an owner to see only its bytes; null for all. */
export class OnlyOwnerEvent extends Event {
  static readonly type = 'only-owner';
  constructor(readonly owner: number | null) {
    super(OnlyOwnerEvent.type);
  }
}

/** Of more owners than this, those that own nothing in what was shown are behind a button. */
const MANY = 12;

const SWATCH_WIDTH = 18;
const SWATCH_HEIGHT = 6;

@customElement('wsm-memory-legend')
export class MemoryLegend extends LitElement {
  static override styles = [shared, instanceClasses, memoryLegendStyles];

  @property({ type: Number }) memoryBytes = 0;
  /** OWNER_CODE of the owners to name, in order; none where owners are not recorded. */
  @property({ attribute: false }) owners: readonly number[] = [];
  /** OWNER_CODE of those that own bytes of what was shown of memory. */
  @property({ attribute: false }) seen: readonly ReadonlySet<number>[] = [];
  /** All owners are listed, however many they are. */
  @state() private all = false;
  /** The entry that Tab leads to. */
  @state() private cursor = 0;
  /** OWNER_CODE of the only owner to show; null for all. */
  @property({ attribute: false }) onlyOwner: number | null = null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  @property({ attribute: false }) change: ShownChange | null = null;
  /** The step that memory is compared with; null for none. */
  @property({ attribute: false }) marked: Step | null = null;
  @property({ type: Boolean }) hasValue = false;
  /** What else is told, between the marks and the size. */
  @property({ attribute: false }) further: TemplateResult | typeof nothing = nothing;
  /** What a search found is marked. */
  @property({ type: Boolean }) hasMatches = false;
  /** The bytes of a finding are marked. */
  @property({ type: Boolean }) hasFinding = false;
  /** Those of its first event are marked, too. */
  @property({ type: Boolean }) hasFirstEvent = false;

  override render() {
    const { listed } = this;
    const left = this.owners.length - listed.length;
    const isMany = this.owners.length > MANY && this.owners.length - this.listedOf(false).length > 0;
    const reached = Math.min(this.cursor, listed.length - (isMany ? 0 : 1));
    return html`
      ${
        this.owners.length > 0
          ? html`<div
              class="owners ${this.all && isMany ? 'many' : ''}"
              role="group"
              aria-label="Show only the bytes of"
              @keydown=${this.onKey}
            >
              ${listed.map((code, index) => this.owner(code, index, index === reached))}
              ${isMany ? this.more(left, listed.length, reached === listed.length) : nothing}
            </div>`
          : nothing
      }
      ${this.change ? this.changed(this.change) : nothing}
      ${this.marked === null ? nothing : html`<span class="entry"><span class="mark changed" aria-hidden="true">95</span>differs from step ${this.marked}</span>`}
      ${this.hasValue ? html`<span class="entry"><span class="mark value" aria-hidden="true"></span>the demo’s i32</span>` : nothing}
      ${this.hasMatches ? html`<span class="entry"><span class="mark match" aria-hidden="true"></span>search match</span>` : nothing}
      ${this.hasFinding ? html`<span class="entry"><span class="mark finding" aria-hidden="true"></span>the finding</span>` : nothing}
      ${this.hasFirstEvent ? html`<span class="entry"><span class="mark first-event" aria-hidden="true"></span>its first event</span>` : nothing}
      ${this.further}
      <span class="size">${count(this.memoryBytes / WASM_PAGE_BYTES, 'page')} · ${sizeText(this.memoryBytes)}</span>
    `;
  }

  private get listed(): readonly number[] {
    return this.listedOf(this.all);
  }

  private listedOf(all: boolean): readonly number[] {
    const { owners, seen, onlyOwner } = this;
    if (all || owners.length <= MANY) return owners;
    return owners.filter(
      code => ownerOf(code).kind !== 'instance' || code === onlyOwner || seen.some(codes => codes.has(code)),
    );
  }

  /** Leads to the owners that are not listed, or away from them. */
  private more(left: number, index: number, isReached: boolean) {
    const text = this.all ? 'fewer' : `${left} more`;
    return html`<button
      class="entry owner more"
      aria-expanded=${this.all}
      title=${this.all ? 'List those that own bytes of what was shown' : 'They own no byte of what was shown'}
      tabindex=${isReached ? 0 : -1}
      @focus=${() => {
        this.cursor = index;
      }}
      @click=${() => {
        this.all = !this.all;
        void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.more')?.focus());
      }}
      >${text}</button
    >`;
  }

  /** Arrow keys move from entry to entry; Enter and Space press it, as every button. */
  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const entries = [...this.renderRoot.querySelectorAll<HTMLElement>('button.owner')];
    const at = entries.findIndex(entry => entry.matches(':focus'));
    const key = { ArrowRight: 'ArrowDown', ArrowLeft: 'ArrowUp', Home: 'Home', End: 'End' }[event.key];
    const target = key === undefined ? undefined : moveInList(key, at, entries.length);
    if (target === undefined) return;
    entries[Math.max(0, target)]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param isReached Tab leads to it */
  private owner(code: number, index: number, isReached: boolean) {
    const owner = ownerOf(code);
    const name = ownerName(owner, this.names);
    const module = owner.kind === 'instance' ? this.names.module(owner.instance) : null;
    const pressed = this.onlyOwner === code;
    return html`<button
      class="entry owner"
      aria-label=${name}
      aria-pressed=${pressed}
      tabindex=${isReached ? 0 : -1}
      @focus=${() => {
        this.cursor = index;
      }}
      title=${pressed ? 'Show all bytes (Escape)' : `Show only the bytes of: ${name}`}
      @click=${() => this.dispatchEvent(new OnlyOwnerEvent(pressed ? null : code))}
    >
      ${swatch(code)}${module === null ? name : html`${ownerName(owner)}<span class="module">${module}</span>`}
    </button>`;
  }

  private changed({ owner, bytes }: ShownChange) {
    const who = owner.kind === 'host' ? 'the host' : ownerName(owner, this.names);
    if (bytes === 0) return html`<span class="entry">${who} changed nothing</span>`;
    const color = owner.kind === 'instance' ? instanceClass(owner.instance) : '';
    const bar = this.owners.length === 0 ? 'bar' : '';
    return html`<span class="entry ${color}"
      ><span class="mark changed ${bar}" aria-hidden="true">95</span>changed by ${who}</span
    >`;
  }
}

/** The owner's line, as the grid draws it below bytes. */
function swatch(code: number) {
  const strokes = ownerStrokes(code);
  return html`<svg width=${SWATCH_WIDTH} height=${SWATCH_HEIGHT} aria-hidden="true">
    ${strokes.map(
      ({ rise, thickness, dash }) => svg`<line
        x2=${SWATCH_WIDTH} y1=${SWATCH_HEIGHT - 1 - rise} y2=${SWATCH_HEIGHT - 1 - rise}
        stroke="var(${ownerVariable(code)})" stroke-width=${thickness} stroke-dasharray=${dash.join(' ')} />`,
    )}
    ${strokes.length === 0 ? svg`<rect class="never" x="0.5" y="0.5" width=${SWATCH_WIDTH - 1} height=${SWATCH_HEIGHT - 1} />` : nothing}
  </svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-memory-legend': MemoryLegend;
  }
}
