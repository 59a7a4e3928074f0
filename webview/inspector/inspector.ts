// The selected byte: its last writer, its value as each type, and the text that starts there.

import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type LastChange, type MadeBy, writerOf } from '../../src/protocol/access.ts';
import { InstanceNames, NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import type { CodeAround } from '../../src/protocol/moduleEditor.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { address } from '../../src/protocol/units.ts';
import { type Fold, foldStyles, foldTitle } from '../controls/fold.ts';
import { tellMenu } from '../controls/menuContext.ts';
import type { ByteRange } from '../data/byteRange.ts';
import type { MemoryAtStep } from '../data/memoryAtStep.ts';
import type { Direction } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { AddressHistory } from '../session/history.ts';
import type { Host } from '../session/host.ts';
import type { View } from '../session/view.ts';
import { bitsText, decodePointer, decodeValues, type TypedValue } from '../text/decode.ts';
import { leb128Text } from '../text/leb128.ts';
import { decodeUtf8, TEXT_LIMIT, type Utf8Text } from '../text/utf8Text.ts';
import { decodeUtf16 } from '../text/utf16Text.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import { instanceClasses } from '../theme/tokens.ts';
import { inspectorStyles } from './inspector.styles.ts';
import { lastChangeText, neverSinceText } from './lastChangeText.ts';
import './codeOfWrite.ts';
import type { ShownWrites } from './writeList.ts';
import './writeList.ts';

@customElement('wsm-inspector')
export class Inspector extends LitElement {
  static override styles = [shared, instanceClasses, foldStyles, inspectorStyles];

  @property({ attribute: false }) run: Run | null = null;
  /** How it folds; null where it can't. */
  @property({ attribute: false }) fold: Fold | null = null;
  @property({ attribute: false }) memory: MemoryAtStep | null = null;
  @property({ type: Number }) selected = 0;
  /** The selected bytes. */
  @property({ attribute: false }) range: ByteRange | null = null;
  /** What modules claim of the selected byte, in words; null where that is not known. */
  @property({ attribute: false }) region: string | null = null;
  /** The live block that the selected byte is in, in words; null where none is known. */
  @property({ attribute: false }) block: string | null = null;
  @property({ type: Boolean }) littleEndian = true;
  @property({ attribute: false }) history = AddressHistory.empty;
  @property({ attribute: false }) lastChange: LastChange | null = null;
  /** Null where memory has had the byte from the first on, and while it is not known. */
  @property({ attribute: false }) madeBy: MadeBy | null = null;
  /** Around the instruction that wrote the byte; null while it is not known, or where the code is not. */
  @property({ attribute: false }) code: CodeAround | null = null;
  @property({ type: Boolean }) codeShown = false;
  /** The file of the module is known, and an editor can show it. */
  @property({ type: Boolean }) canOpen = false;
  @property({ type: Boolean }) writesShown = false;
  /** All writes to the selection. */
  @property({ attribute: false }) writesTo: ShownWrites | null = null;
  /** The step that memory is shown at. */
  @property({ type: Number }) step = 0;
  /** Lets the user watch what is selected. */
  @property({ attribute: false }) watch: (() => void) | null = null;
  @property({ attribute: false }) view: Pick<
    View,
    'goToStep' | 'goToCall' | 'jump' | 'travel' | 'setLittleEndian' | 'showWrites' | 'showCode'
  > | null = null;
  @property({ attribute: false }) host: Pick<Host, 'goToNeighbourWrite' | 'command'> | null = null;

  constructor() {
    super();
    this.addEventListener('contextmenu', event => {
      if (this.memory) tellMenu(event, { webviewSection: 'memory', address: this.range?.start ?? this.selected });
    });
  }

  override render() {
    const { memory, run, range } = this;
    if (!memory) return nothing;
    const title = foldTitle(html`<span class="address mono">${hex(this.selected)}</span>`, this.fold);
    if (this.fold && !this.fold.open) return html`<div class="bar">${title}</div>`;
    const bytes = memory.bytes(address(this.selected), TEXT_LIMIT);
    return html`<div class="bar">
        ${title}
        ${range && range.length > 1 ? html`<span class="length">${count(range.length, 'byte')} selected</span>` : nothing}
        ${this.travel('back', 'Back (Alt+Left)', this.history.canGoBack)}
        ${this.travel('forward', 'Forward (Alt+Right)', this.history.canGoForward)}
        <vscode-button
          appearance="icon"
          aria-label="Watch what is selected"
          title="Watch what is selected"
          @click=${() => this.watch?.()}
          >${icon('watch')}</vscode-button
        >
        <span class="grow"></span>
        ${this.endianness()}
      </div>
      ${this.region === null ? nothing : html`<p class="region">${this.region}</p>`}
      ${this.block === null ? nothing : html`<p class="block">${this.block}</p>`}
      <p class="who">${run ? this.who(run) : nothing}</p>
      ${run && run.record !== 'calls' ? this.writes() : nothing}
      ${bytes ? this.values(bytes, memory.size) : this.loading()}
      <slot></slot>`;
  }

  override updated(changed: PropertyValues<this>): void {
    // Opened by the user, it may be out of sight. It stays open from byte to byte, and then nothing is to move.
    if (this.codeShown && changed.get('codeShown') === false)
      this.renderRoot.querySelector('wsm-code-of-write')?.scrollIntoView({ block: 'nearest' });
  }

  private who(run: Run) {
    const isGrown = this.selected >= (run.initialMemoryBytes ?? 0);
    const names = InstanceNames.of(run);
    if (this.lastChange?.kind === 'never' && isGrown) return neverSinceText(this.madeBy, names, this.view);
    return lastChangeText(this.lastChange, names, this.view);
  }

  private travel(direction: 'back' | 'forward', label: string, enabled: boolean) {
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      ?disabled=${!enabled}
      @click=${() => this.view?.travel(direction)}
      >${icon(direction)}</vscode-button
    >`;
  }

  private endianness() {
    const order = this.littleEndian ? 'little endian' : 'big endian';
    return html`<button
      class="toggle"
      title="Byte order: ${order}. Click for the other."
      @click=${() => this.view?.setLittleEndian(!this.littleEndian)}
    >
      ${order}
    </button>`;
  }

  private values(bytes: Uint8Array, memoryBytes: number) {
    return html`<dl class="mono">
      ${decodeValues(bytes, this.littleEndian).map(value => this.entry(value))} ${this.pointer(bytes, memoryBytes)}
      <div class=${placeOf('bits')}><dt>bits</dt><dd>${bitsText(bytes[0] ?? 0)}</dd></div>
      <div class=${placeOf('utf-8')}><dt>utf-8</dt><dd>${this.text(decodeUtf8(bytes), 'UTF-8')}</dd></div>
      <div class=${placeOf('utf-16')}>
        <dt>utf-16</dt>
        <dd>${this.text(decodeUtf16(bytes, this.littleEndian), this.littleEndian ? 'UTF-16LE' : 'UTF-16BE')}</dd>
      </div>
      <div class=${placeOf('uleb')}><dt title="unsigned LEB128">uleb</dt><dd>${leb128Text(bytes, false)}</dd></div>
      <div class=${placeOf('sleb')}><dt title="signed LEB128">sleb</dt><dd>${leb128Text(bytes, true)}</dd></div>
    </dl>`;
  }

  /** Has as many lines as the values, so that nothing moves when they come. */
  private loading() {
    const types = [
      ...decodeValues(new Uint8Array(0), true).map(({ type }) => type),
      'ptr',
      'bits',
      ...TEXTS,
      'uleb',
      'sleb',
    ];
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
              ? html`<button class="link" title="Follow the pointer" @click=${() => this.view?.jump(address(target))}
                  >→ ${hex(target)}</button
                >`
              : html`<span class="dim" title="No address of this memory">${hex(target)}</span>`
        }
      </dd>
    </div>`;
  }

  private text(decoded: Utf8Text, encoding: string) {
    if (decoded.kind === 'invalid' && decoded.offset === 0) return html`<span class="dim">not ${encoding}</span>`;
    const end =
      decoded.kind === 'invalid'
        ? html` <span class="dim">not ${encoding} from +${decoded.offset}</span>`
        : decoded.ended === 'cut'
          ? html`<span class="dim">…</span>`
          : nothing;
    if (decoded.text === '' && decoded.kind === 'text' && decoded.ended === 'cut')
      return html`<span class="dim">cut off: memory ends</span>`;
    if (decoded.text === '') return html`<span class="dim">empty (NUL)</span>`;
    return html`“${decoded.text}”${end}`;
  }

  /** To the writes before and after, and the list of all. */
  private writes() {
    const { writesShown } = this;
    return html`<p class="writes">
        ${this.neighbour('previous', '‹ previous')} · ${this.neighbour('next', 'next ›')} ·
        <button class="link" aria-expanded=${writesShown} @click=${() => this.view?.showWrites(!writesShown)}
          >all writes</button
        >${this.codeOpener()}
      </p>
      ${this.codeOfWrite()}
      ${
        writesShown
          ? html`<wsm-write-list
              .writesTo=${this.writesTo}
              .isRange=${(this.range?.length ?? 1) > 1}
              .firstStep=${this.run?.firstStep ?? 0}
              .names=${this.run ? InstanceNames.of(this.run) : NUMBERS_ALONE}
              .step=${this.step}
              .view=${this.view}
            ></wsm-write-list>`
          : nothing
      }`;
  }

  /** Where an instruction wrote the byte. */
  private codeOpener() {
    const { codeShown } = this;
    if (!writerOf(this.lastChange)) return nothing;
    return html` ·
      <button
        class="link"
        title="The code around the instruction that wrote this byte"
        aria-expanded=${codeShown}
        @click=${() => this.view?.showCode(!codeShown)}
        >code</button
      >`;
  }

  private codeOfWrite() {
    const site = writerOf(this.lastChange);
    if (!this.codeShown || !site) return nothing;
    const { module, offset } = site;
    const open = () => this.host?.command({ name: 'openCode', module, offset });
    return html`<wsm-code-of-write .site=${site} .code=${this.code} .open=${this.canOpen ? open : null}></wsm-code-of-write>`;
  }

  private neighbour(direction: Direction, text: string) {
    return html`<button
      class="link"
      title="Show memory at the ${direction} write to this byte"
      @click=${() => this.host?.goToNeighbourWrite(direction)}
      >${text}</button
    >`;
  }
}

const TEXTS: readonly string[] = ['utf-8', 'utf-16'];

/** Long numbers take a whole line where there are two columns, text does always. */
function placeOf(type: string): string {
  if (TEXTS.includes(type)) return 'wide';
  return ['i64', 'u64', 'f32', 'f64', 'uleb', 'sleb'].includes(type) ? 'long' : '';
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-inspector': Inspector;
  }
}
