// A scroll bar over rows: the browser's own can't reach every row of a large memory, nor a million accesses.
import { css, html, LitElement, unsafeCSS } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { maxTop, type ScrollArea, thumb, topAtThumb } from './scrolling.ts';

/** In CSS pixels. */
export const SCROLL_BAR_WIDTH = 12;

/** The user moved the thumb: `top` is the first visible row. */
export class ScrollToEvent extends Event {
  static readonly type = 'scroll-to';
  constructor(readonly top: number) {
    super(ScrollToEvent.type);
  }
}

@customElement('wsm-scroll-bar')
export class ScrollBar extends LitElement {
  static override styles = css`
    :host {
      position: relative;
      flex: none;
      width: ${unsafeCSS(SCROLL_BAR_WIDTH)}px;
      touch-action: none;
    }
    div {
      position: absolute;
      top: 0;
      right: 0;
      left: 0;
      background: var(--vscode-scrollbarSlider-background);
    }
    div:hover {
      background: var(--vscode-scrollbarSlider-hoverBackground);
    }
    :host(.dragging) div {
      background: var(--vscode-scrollbarSlider-activeBackground);
    }
    :host-context(body.vscode-high-contrast) div {
      border: 1px solid var(--wsm-line);
    }
  `;

  @property({ attribute: false }) area: ScrollArea = { rows: 0, visibleRows: 0 };
  @property({ type: Number }) top = 0;
  /** Name of the scrolled content, for screen readers. */
  @property() label = '';
  /** Name of a row, for screen readers. */
  @property({ attribute: false }) rowText: (row: number) => string = String;
  /** Distance from the thumb's start to where it was grabbed. */
  private grabbedAt: number | undefined;

  constructor() {
    super();
    this.addEventListener('pointerdown', event => this.grab(event));
    this.addEventListener('pointermove', event => this.drag(event));
    this.addEventListener('pointerup', () => this.release());
    this.addEventListener('pointercancel', () => this.release());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'scrollbar';
    this.ariaOrientation = 'vertical';
  }

  override render() {
    return html`<div></div>`;
  }

  override updated(): void {
    this.ariaLabel = this.label;
    this.ariaValueMin = '0';
    this.ariaValueMax = String(Math.round(maxTop(this.area)));
    this.ariaValueNow = String(Math.round(this.top));
    this.ariaValueText = this.rowText(Math.floor(this.top));
    const { offset, size } = thumb(this.top, this.area, this.clientHeight);
    const slider = this.renderRoot.querySelector('div');
    if (!slider) return;
    slider.hidden = size >= this.clientHeight;
    slider.style.height = `${size}px`;
    slider.style.transform = `translateY(${offset}px)`;
  }

  private grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.setPointerCapture(event.pointerId);
    this.classList.add('dragging');
    const { offset, size } = thumb(this.top, this.area, this.clientHeight);
    const at = event.clientY - this.getBoundingClientRect().top;
    // Beside the thumb: the thumb jumps there, and the pointer holds its middle.
    this.grabbedAt = at >= offset && at <= offset + size ? at - offset : size / 2;
    this.drag(event);
  }

  private drag(event: PointerEvent): void {
    if (this.grabbedAt === undefined) return;
    const at = event.clientY - this.getBoundingClientRect().top - this.grabbedAt;
    this.dispatchEvent(new ScrollToEvent(topAtThumb(at, this.area, this.clientHeight)));
  }

  private release(): void {
    this.grabbedAt = undefined;
    this.classList.remove('dragging');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-scroll-bar': ScrollBar;
  }
}
