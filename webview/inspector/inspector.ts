// The selected byte: its value as each type, the text that starts there, and which call last changed it.
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CallRecord, LastChange, RunSnapshot } from '../../src/protocol/run.ts';
import { hex } from '../../src/protocol/text.ts';
import { address } from '../../src/protocol/units.ts';
import type { MemoryAtStep } from '../memory/memoryAtStep.ts';
import type { PanelActions } from '../panel/actions.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { expressionText } from '../trace/callText.ts';
import { bitsText, decodePointer, decodeValues, type TypedValue } from './decode.ts';
import { AddressHistory } from './history.ts';
import { inspectorStyles } from './inspector.styles.ts';
import { decodeUtf8, TEXT_LIMIT } from './utf8Text.ts';

@customElement('wsm-inspector')
export class Inspector extends LitElement {
  static override styles = [shared, instanceClasses, inspectorStyles];

  @property({ attribute: false }) run: RunSnapshot | null = null;
  @property({ attribute: false }) memory: MemoryAtStep | null = null;
  @property({ type: Number }) selected = 0;
  @property({ type: Boolean }) littleEndian = true;
  @property({ attribute: false }) history = AddressHistory.empty;
  @property({ attribute: false }) lastChange: LastChange | null = null;
  @property({ attribute: false }) actions: PanelActions | null = null;

  override render() {
    const { memory } = this;
    if (!memory) return nothing;
    const bytes = memory.bytes(address(this.selected), TEXT_LIMIT);
    return html`<div class="bar">
        <h2><span class="address mono">${hex(this.selected)}</span></h2>
        ${this.travel('back', 'Back (Alt+Left)', this.history.canGoBack)}
        ${this.travel('forward', 'Forward (Alt+Right)', this.history.canGoForward)}
        <span class="grow"></span>
        ${this.endianness()}
      </div>
      ${bytes ? this.values(bytes, memory.size) : this.loading()}
      <p class="who">${this.changed()}</p>`;
  }

  private travel(direction: 'back' | 'forward', label: string, enabled: boolean) {
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      ?disabled=${!enabled}
      @click=${() => this.actions?.[direction]()}
      >${icon(direction)}</vscode-button
    >`;
  }

  private endianness() {
    const order = this.littleEndian ? 'little endian' : 'big endian';
    return html`<button
      class="toggle"
      title="Byte order: ${order}. Click for the other."
      @click=${() => this.actions?.setLittleEndian(!this.littleEndian)}
    >
      ${order}
    </button>`;
  }

  private values(bytes: Uint8Array, memoryBytes: number) {
    return html`<dl class="mono">
      ${decodeValues(bytes, this.littleEndian).map(value => this.entry(value))} ${this.pointer(bytes, memoryBytes)}
      <div class=${placeOf('bits')}><dt>bits</dt><dd>${bitsText(bytes[0] ?? 0)}</dd></div>
      <div class=${placeOf('utf-8')}><dt>utf-8</dt><dd>${this.text(bytes)}</dd></div>
    </dl>`;
  }

  /** As many lines as the values will take, so that nothing moves when they come. */
  private loading() {
    const types = [...decodeValues(new Uint8Array(0), true).map(({ type }) => type), 'ptr', 'bits', 'utf-8'];
    return html`<dl class="mono" aria-busy="true">
      ${types.map(type => html`<div class=${placeOf(type)}><dt>${type}</dt><dd class="dim">··</dd></div>`)}
    </dl>`;
  }

  private entry({ type, text }: TypedValue) {
    const beyond = text === null;
    return html`<div class=${placeOf(type)}>
      <dt>${type}</dt>
      <dd class=${beyond ? 'dim' : ''} title=${beyond ? 'The memory ends before.' : text}>${text ?? '–'}</dd>
    </div>`;
  }

  private pointer(bytes: Uint8Array, memoryBytes: number) {
    const target = decodePointer(bytes, this.littleEndian);
    return html`<div class=${placeOf('ptr')}>
      <dt>ptr</dt>
      <dd class=${target === null ? 'dim' : ''}>
        ${
          target === null
            ? '–'
            : target < memoryBytes
              ? html`<button class="link" title="Follow the pointer" @click=${() => this.actions?.jump(address(target))}
                  >→ ${hex(target)}</button
                >`
              : html`<span class="dim" title="No address of this memory">${hex(target)}</span>`
        }
      </dd>
    </div>`;
  }

  private text(bytes: Uint8Array) {
    const decoded = decodeUtf8(bytes);
    if (decoded.kind === 'invalid' && decoded.offset === 0) return html`<span class="dim">not UTF-8</span>`;
    const end =
      decoded.kind === 'invalid'
        ? html` <span class="dim">not UTF-8 from +${decoded.offset}</span>`
        : decoded.ended === 'cut'
          ? html`<span class="dim">…</span>`
          : nothing;
    if (decoded.text === '') return html`<span class="dim">empty (NUL)</span>`;
    return html`“${decoded.text}”${end}`;
  }

  private changed() {
    const { lastChange, run } = this;
    switch (lastChange?.kind) {
      case undefined:
        return nothing;
      case 'initial':
        return 'initial data: unchanged since instantiation';
      case 'never':
        return 'never written: zero all along';
      case 'dropped':
        return 'changed before the first step that is still recorded';
      case 'call': {
        const call = run?.calls.find(({ index }) => index === lastChange.index);
        return call && run ? this.callLink(call, run) : `changed by call ${lastChange.index}`;
      }
    }
  }

  private callLink(call: CallRecord, run: RunSnapshot) {
    return html`changed by
      <button class="link" title="Show memory at this call’s step" @click=${() => this.actions?.goToStep(call.step)}>
        call ${call.index}</button
      >,
      <span class="badge ${instanceClass(call.instance)}">#${call.instance}</span>
      <span class="mono">${expressionText(call, run.address)}</span>`;
  }
}

/** Long numbers take a whole line where there are two columns, text does always. */
function placeOf(type: string): string {
  if (type === 'utf-8') return 'wide';
  return ['i64', 'u64', 'f32', 'f64'].includes(type) ? 'long' : '';
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-inspector': Inspector;
  }
}
