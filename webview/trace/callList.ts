// The calls as a list: one row a call. Selecting a call shows memory at its step.
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallRecord, RunSnapshot, StackFrame, Trap } from '../../src/protocol/run.ts';
import { hex } from '../../src/protocol/text.ts';
import type { PanelActions } from '../panel/actions.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { callListStyles } from './callList.styles.ts';
import {
  commonFacts,
  durationText,
  expressionText,
  factsText,
  rareFacts,
  resultText,
  sentence,
  troubleText,
} from './callText.ts';
import { revealVertically } from './reveal.ts';

/** A deep recursion's stack has thousands of frames; the innermost ones tell. */
const FRAMES_SHOWN = 20;

@customElement('wsm-call-list')
export class CallList extends LitElement {
  static override styles = [shared, instanceClasses, callListStyles];

  @property({ attribute: false }) run: RunSnapshot | null = null;
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) actions: PanelActions | null = null;
  /** The list gets shorter when what is beside it appears. */
  private readonly sizes = new ResizeObserver(() => this.revealSelected());

  override render() {
    const { run } = this;
    if (!run) return nothing;
    const selected = run.calls.find(call => call.step === this.step);
    return html`<div
      class="list"
      role="listbox"
      tabindex="0"
      aria-label="Calls"
      aria-activedescendant=${selected ? `call-${selected.index}` : nothing}
      @keydown=${(event: KeyboardEvent) => this.moveByKey(event, run)}
    >
      ${repeat(
        run.calls,
        call => call.index,
        call => this.row(call, run.address, call === selected),
      )}
    </div>`;
  }

  private row(call: CallRecord, address: number | null, selected: boolean) {
    const trouble = troubleText(call);
    const result = resultText(call, address);
    return html`<div
      id="call-${call.index}"
      class="call ${instanceClass(call.instance)} ${call.step > this.step ? 'later' : ''}"
      role="option"
      aria-selected=${selected}
      aria-label=${sentence(call, address)}
      title=${factsText(call).join(' · ')}
      @click=${() => this.actions?.goToStep(call.step)}
    >
      <span class="number">${call.index}</span>
      <span class="badge">#${call.instance}</span>
      <span class="expression"
        ><b>${expressionText(call, address)}</b>${result ? html` <span class="dim">→ ${result}</span>` : nothing}</span
      >
      ${this.values(call)}
      <span class="fact bytes">${call.bytesChanged} B</span>
      <span class="fact duration">${durationText(call.durationNs)}</span>
      ${
        trouble
          ? html`<span class="trouble ${call.difference && !call.trap ? 'warning' : 'error'}"
              >${call.difference && !call.trap ? '≠' : '✗'} ${trouble}</span
            >`
          : nothing
      }
      ${selected ? this.more(call) : nothing}
      ${selected && call.trap ? this.stack(call.trap) : nothing}
    </div>`;
  }

  /** What a narrow row has no room for, and what few calls have. */
  private more(call: CallRecord) {
    const rare = rareFacts(call);
    return html`<span class="more common">${commonFacts(call).join(' · ')}</span>
      ${rare.length > 0 ? html`<span class="more">${rare.join(' · ')}</span>` : nothing}`;
  }

  private values({ valueBefore, valueAfter }: CallRecord) {
    if (valueAfter === null) return html`<span class="values"></span>`;
    return html`<span class="values"
      >${valueBefore === null ? nothing : html`${valueBefore} <span aria-hidden="true">→</span> `}<b>${valueAfter}</b></span
    >`;
  }

  private stack({ stack }: Trap) {
    if (stack.length === 0) return nothing;
    return html`<span class="stack">
      ${stack
        .slice(0, FRAMES_SHOWN)
        .map(
          frame => html`<span class="frame">at ${frame.function} <span class="dim">${placeText(frame)}</span></span>`,
        )}
      ${stack.length > FRAMES_SHOWN ? html`<span class="dim">… and ${stack.length - FRAMES_SHOWN} more</span>` : nothing}
    </span>`;
  }

  /** Above the first call is the step after instantiation, where no call is selected. */
  private moveByKey(event: KeyboardEvent, run: RunSnapshot): void {
    const at = run.calls.findIndex(call => call.step === this.step);
    const target = moveInList(event.key, at, run.calls.length);
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.actions?.goToStep(run.calls[target]?.step ?? run.firstStep);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  override updated(): void {
    this.revealSelected();
  }

  private revealSelected(): void {
    // Not scrollIntoView: it would scroll the panel around the list, too.
    const row = this.renderRoot.querySelector('[aria-selected="true"]');
    if (!(row instanceof HTMLElement)) return;
    revealVertically(this, row.offsetTop, row.offsetTop + row.offsetHeight);
  }
}

/** `func[3], offset 0x1d2`, as far as it is known and not the function's name already. */
function placeText({ function: name, functionIndex, offset }: StackFrame): string {
  const index = `func[${functionIndex}]`;
  const parts = [name === index ? '' : index, offset === null ? '' : `offset ${hex(offset)}`];
  return parts.filter(part => part !== '').join(', ');
}

const PAGE = 10;

/** The row that a key goes to; −1 is the one before the first. */
function moveInList(key: string, at: number, length: number): number | undefined {
  const clamp = (row: number): number => Math.min(length - 1, Math.max(-1, row));
  switch (key) {
    case 'ArrowUp':
      return clamp(at - 1);
    case 'ArrowDown':
      return clamp(at + 1);
    case 'PageUp':
      return clamp(Math.max(0, at - PAGE));
    case 'PageDown':
      return clamp(at + PAGE);
    case 'Home':
      return clamp(0);
    case 'End':
      return clamp(length - 1);
    default:
      return undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-call-list': CallList;
  }
}
