// The legend: a button for each owner, which shows only its bytes; the meaning of the other marks; and the size of memory.
import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { type Owner, ownerName, ownerOf } from '../../src/protocol/owner.ts';
import { count } from '../../src/protocol/text.ts';
import { type Step, WASM_PAGE_BYTES } from '../../src/protocol/units.ts';
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

/** More entries than this scroll. */
const MANY = 16;

const SWATCH_WIDTH = 18;
const SWATCH_HEIGHT = 6;

@customElement('wsm-memory-legend')
export class MemoryLegend extends LitElement {
  static override styles = [shared, instanceClasses, memoryLegendStyles];

  @property({ type: Number }) memoryBytes = 0;
  /** OWNER_CODE of the owners to name, in order; none where owners are not recorded. */
  @property({ attribute: false }) owners: readonly number[] = [];
  /** OWNER_CODE of the only owner to show; null for all. */
  @property({ attribute: false }) onlyOwner: number | null = null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  @property({ attribute: false }) change: ShownChange | null = null;
  /** The step that memory is compared with; null for none. */
  @property({ attribute: false }) marked: Step | null = null;
  @property({ type: Boolean }) hasValue = false;
  /** What else is told, between the marks and the size. */
  @property({ attribute: false }) further: TemplateResult | typeof nothing = nothing;
  /** The bytes of a finding are marked. */
  @property({ type: Boolean }) hasFinding = false;
  /** Those of its first event are marked, too. */
  @property({ type: Boolean }) hasFirstEvent = false;

  override render() {
    return html`
      ${
        this.owners.length > 0
          ? html`<div class="owners ${this.owners.length > MANY ? 'many' : ''}" role="group" aria-label="Show only the bytes of">
              ${this.owners.map(code => this.owner(code))}
            </div>`
          : nothing
      }
      ${this.change ? this.changed(this.change) : nothing}
      ${this.marked === null ? nothing : html`<span class="entry"><span class="mark changed" aria-hidden="true">95</span>differs from step ${this.marked}</span>`}
      ${this.hasValue ? html`<span class="entry"><span class="mark value" aria-hidden="true"></span>the demo’s i32</span>` : nothing}
      ${this.hasFinding ? html`<span class="entry"><span class="mark finding" aria-hidden="true"></span>the finding</span>` : nothing}
      ${this.hasFirstEvent ? html`<span class="entry"><span class="mark first-event" aria-hidden="true"></span>its first event</span>` : nothing}
      ${this.further}
      <span class="size">${count(this.memoryBytes / WASM_PAGE_BYTES, 'page')} · ${sizeText(this.memoryBytes)}</span>
    `;
  }

  private owner(code: number) {
    const owner = ownerOf(code);
    const name = ownerName(owner, this.names);
    const module = owner.kind === 'instance' ? this.names.module(owner.instance) : null;
    const pressed = this.onlyOwner === code;
    return html`<button
      class="entry owner"
      aria-label=${name}
      aria-pressed=${pressed}
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
