// Says which step memory is compared with, and how much differs, with the way to each difference.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Step } from '../../src/protocol/units.ts';
import { WatchController } from '../controls/watching.ts';
import type { Direction } from '../data/moments.ts';
import type { OverviewData } from '../data/overviewData.ts';
import type { Host } from '../session/host.ts';
import type { View } from '../session/view.ts';
import { differing } from '../text/differenceText.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';

@customElement('wsm-comparison')
export class Comparison extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 2px;
        align-items: center;
        margin: 4px var(--wsm-pad) 0;
        padding: 0 2px 0 8px;
        border: 1px solid var(--wsm-line);
        border-inline-start: 3px solid var(--wsm-focus);
        border-radius: 2px;
        font-size: var(--wsm-small);
      }
      p {
        flex: 1 1 150px;
        padding: 2px 0;
      }
    `,
  ];

  /** The step that is compared with. */
  @property({ attribute: false }) marked: Step | null = null;
  /** The step that is shown. */
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) data: Pick<OverviewData, 'differingBytes' | 'onChange'> | null = null;
  /** The list of ranges is shown. */
  @property({ type: Boolean }) listed = false;
  @property({ attribute: false }) view: Pick<View, 'toggleMark' | 'goToStep' | 'showDifferences'> | null = null;
  @property({ attribute: false }) host: Pick<Host, 'goToDifference'> | null = null;

  constructor() {
    super();
    new WatchController(this, () => this.data ?? undefined);
  }

  override render() {
    const { marked, step } = this;
    if (marked === null) return nothing;
    const bytes = this.data?.differingBytes ?? null;
    const isSame = step === marked || bytes === 0;
    return html`<p role="status">compared with ${this.link(marked)}: ${this.result(marked, bytes)}</p>
      <button
        class="toggle"
        aria-pressed=${this.listed}
        title="List the ranges that differ"
        ?hidden=${isSame}
        @click=${() => this.view?.showDifferences(!this.listed)}
      >
        list
      </button>
      ${this.button('up', 'Previous difference (Shift+F7)', isSame, () => this.go('previous'))}
      ${this.button('down', 'Next difference (F7)', isSame, () => this.go('next'))}
      ${this.button('close', 'Stop comparing (Alt+M)', false, () => this.view?.toggleMark())}`;
  }

  private result(marked: Step, bytes: number | null) {
    if (this.step === marked) return html`it is shown. Go to another step`;
    return bytes === null ? '…' : differing(bytes);
  }

  private link(marked: Step) {
    if (this.step === marked) return html`step ${marked}`;
    return html`<button class="link" title="Show memory at step ${marked}" @click=${() => this.view?.goToStep(marked)}
      >step ${marked}</button
    >`;
  }

  private go(direction: Direction): void {
    this.host?.goToDifference(direction);
  }

  private button(name: 'up' | 'down' | 'close', label: string, disabled: boolean, act: () => void) {
    return html`<vscode-button appearance="icon" aria-label=${label} title=${label} ?disabled=${disabled} @click=${act}
      >${icon(name)}</vscode-button
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-comparison': Comparison;
  }
}
