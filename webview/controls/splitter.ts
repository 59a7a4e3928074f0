// The border of a section, which the user drags, or moves by keys. It says how high the section is.
import { css } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { DraggedBorder } from './draggedBorder.ts';

/** The user wants the section to be so high, in CSS pixels; null where they leave it to the panel. */
export class HeightEvent extends Event {
  static readonly type = 'height';
  constructor(readonly height: number | null) {
    super(HeightEvent.type);
  }
}

@customElement('wsm-splitter')
export class Splitter extends DraggedBorder {
  static override styles = [
    DraggedBorder.styles,
    css`
      :host {
        position: relative;
        height: 7px;
        margin-block: -3px;
        cursor: row-resize;
      }
      div::after {
        inset: 2px 0;
      }
    `,
  ];

  /** The border is the section's upper one. */
  @property({ type: Boolean }) above = false;
  private section: Element | null = null;
  private readonly observer = new ResizeObserver(() => this.requestUpdate());

  protected readonly orientation = 'horizontal';
  protected readonly unit = 'pixels';
  protected readonly arrowStep = 18;

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

  /** In CSS pixels. */
  protected get extent(): number {
    return this.previousElementSibling?.getBoundingClientRect().height ?? 0;
  }

  protected get perPixel(): number {
    return this.above ? -1 : 1;
  }

  protected tell(height: number | null): void {
    this.dispatchEvent(new HeightEvent(height));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-splitter': Splitter;
  }
}
