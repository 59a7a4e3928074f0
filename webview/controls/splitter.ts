// The border of a section, which the user drags, or moves by keys. It says how high the section is.
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

/** The user wants the section to be so high, in CSS pixels; null where they leave it to the panel. */
export class HeightEvent extends Event {
  static readonly type = 'height';
  constructor(readonly height: number | null) {
    super(HeightEvent.type);
  }
}

/** What an arrow key moves the border by, in CSS pixels. */
const STEP = 18;

@customElement('wsm-splitter')
export class Splitter extends LitElement {
  static override styles = css`
    :host {
      position: relative;
      z-index: 1;
      height: 7px;
      margin-block: -3px;
      cursor: row-resize;
      touch-action: none;
    }
    div {
      height: 100%;
      outline: none;
    }
    div::after {
      position: absolute;
      inset: 2px 0;
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
  /** Bounds of its section's height, in CSS pixels. */
  @property({ type: Number }) least = 0;
  @property({ type: Number }) most = 0;
  /** The border is the section's upper one. */
  @property({ type: Boolean }) above = false;
  /** Height of its section, in CSS pixels. */
  @state() private height = 0;
  private section: Element | null = null;
  private readonly observer = new ResizeObserver(() => this.measure());
  /** Where the pointer took hold of it, and how high the section was. */
  private held: { readonly y: number; readonly height: number } | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.section = null;
  }

  /** Its section is the element before it. */
  override updated(): void {
    const section = this.previousElementSibling;
    if (section === this.section) return;
    this.observer.disconnect();
    this.section = section;
    if (section) this.observer.observe(section);
  }

  private measure(): void {
    this.height = this.previousElementSibling?.getBoundingClientRect().height ?? 0;
  }

  override render() {
    return html`<div
      role="separator"
      tabindex="0"
      aria-orientation="horizontal"
      aria-label=${this.label}
      title="${this.label}: drag it, or press the arrow keys. A double click or Delete leaves it to the panel."
      aria-valuenow=${Math.round(this.height)}
      aria-valuemin=${Math.round(this.least)}
      aria-valuemax=${Math.round(Math.max(this.most, this.height))}
      aria-valuetext="${Math.round(this.height)} pixels"
      class=${this.held ? 'dragged' : ''}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${this.onUp}
      @pointercancel=${this.onUp}
      @dblclick=${() => this.ask(null)}
      @keydown=${this.onKey}
    ></div>`;
  }

  private ask(height: number | null): void {
    const asked = height === null ? null : Math.min(Math.max(height, this.least), Math.max(this.most, this.least));
    this.dispatchEvent(new HeightEvent(asked));
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.measure();
    this.held = { y: event.clientY, height: this.height };
    if (event.target instanceof Element) event.target.setPointerCapture(event.pointerId);
  }

  private onMove(event: PointerEvent): void {
    if (!this.held) return;
    const moved = event.clientY - this.held.y;
    this.ask(this.held.height + (this.above ? -moved : moved));
  }

  private onUp(): void {
    this.held = null;
    this.requestUpdate();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    this.measure();
    const down = this.above ? -STEP : STEP;
    if (event.key === 'ArrowDown') this.ask(this.height + down);
    else if (event.key === 'ArrowUp') this.ask(this.height - down);
    else if (event.key === 'Home') this.ask(this.least);
    else if (event.key === 'End') this.ask(this.most);
    else if (event.key === 'Delete') this.ask(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-splitter': Splitter;
  }
}
