// A border that the user drags, or moves by keys: a separator that says what the part before or behind it has.
import { type CSSResultGroup, css, html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';

export abstract class DraggedBorder extends LitElement {
  static override styles: CSSResultGroup = css`
    :host {
      z-index: 1;
      touch-action: none;
    }
    div {
      height: 100%;
      outline: none;
    }
    div::after {
      position: absolute;
      content: '';
    }
    div:is(:hover, :focus-visible, .dragged)::after {
      background: var(--vscode-sash-hoverBorder, var(--wsm-focus));
    }
    @media (prefers-reduced-motion: no-preference) {
      div::after {
        transition: background-color 0.1s 0.2s;
      }
    }
  `;

  @property() label = '';
  /** Bounds of what its part may have, in its {@link unit}. */
  @property({ type: Number }) least = 0;
  @property({ type: Number }) most = 0;
  /** Where the pointer took hold of it, in CSS pixels, and what its part had. */
  private held: { readonly at: number; readonly had: number } | null = null;

  /** Of the border itself: a horizontal one moves up and down. */
  protected abstract readonly orientation: 'horizontal' | 'vertical';
  /** What the numbers count. */
  protected abstract readonly unit: string;
  /** What an arrow key moves it by. */
  protected abstract readonly arrowStep: number;
  /** What its part has now. */
  protected abstract get extent(): number;
  /** What its part gets for each CSS pixel that the border goes down or to the right; 0 where nothing can be said. */
  protected abstract get perPixel(): number;
  /** Tells what the user wants its part to have; null where they leave it to the panel. */
  protected abstract tell(wanted: number | null): void;

  override render() {
    const extent = Math.round(this.extent);
    return html`<div
      role="separator"
      tabindex="0"
      aria-orientation=${this.orientation}
      aria-label=${this.label}
      title="${this.label}: drag it, or press the arrow keys. A double click or Delete leaves it to the panel."
      aria-valuenow=${extent}
      aria-valuemin=${Math.round(this.least)}
      aria-valuemax=${Math.max(Math.round(this.most), extent)}
      aria-valuetext="${extent} ${this.unit}"
      class=${this.held ? 'dragged' : ''}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${this.onUp}
      @pointercancel=${this.onUp}
      @dblclick=${() => this.tell(null)}
      @keydown=${this.onKey}
    ></div>`;
  }

  private ask(wanted: number): void {
    this.tell(Math.min(Math.max(wanted, this.least), Math.max(this.most, this.least)));
  }

  private pointerOf({ clientX, clientY }: PointerEvent): number {
    return this.orientation === 'horizontal' ? clientY : clientX;
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.held = { at: this.pointerOf(event), had: this.extent };
    if (event.target instanceof Element) event.target.setPointerCapture(event.pointerId);
    this.requestUpdate();
  }

  private onMove(event: PointerEvent): void {
    const { held, perPixel } = this;
    if (held && perPixel !== 0) this.ask(held.had + (this.pointerOf(event) - held.at) * perPixel);
  }

  private onUp(): void {
    this.held = null;
    this.requestUpdate();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const [back, forth] = this.orientation === 'horizontal' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    const step = this.arrowStep * Math.sign(this.perPixel);
    if (event.key === forth) this.ask(this.extent + step);
    else if (event.key === back) this.ask(this.extent - step);
    else if (event.key === 'Home') this.ask(this.least);
    else if (event.key === 'End') this.ask(this.most);
    else if (event.key === 'Delete') this.tell(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
