// Makes the buttons and choices of some rows one stop of Tab: the arrow keys to the left and right move among them.
import type { LitElement, ReactiveController } from 'lit';

/** What takes part; others (fields, sliders, rows of lists) stay stops of their own. */
const ITEMS = 'button, vscode-button, vscode-dropdown';

export interface ToolbarParts {
  /** Elements whose buttons belong to the toolbar; all of the component where none are given. */
  readonly within?: string;
  /** Parts that have keys of their own. */
  readonly without?: string;
}

export class ToolbarController implements ReactiveController {
  /** The item that Tab leads to. */
  private current: HTMLElement | undefined;
  private arranging = 0;

  constructor(
    private readonly host: LitElement,
    private readonly parts: ToolbarParts = {},
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('focusin', this.onFocus);
    this.host.addEventListener('keydown', this.onKey);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('focusin', this.onFocus);
    this.host.removeEventListener('keydown', this.onKey);
    cancelAnimationFrame(this.arranging);
  }

  /** In the next frame: components inside of the host are updated after it. */
  hostUpdated(): void {
    cancelAnimationFrame(this.arranging);
    this.arranging = requestAnimationFrame(() => this.arrange());
  }

  /** @returns the items that can be used, in their order */
  private arrange(): HTMLElement[] {
    const items = this.items().filter(item => !item.matches(':disabled, [disabled]') && item.offsetParent !== null);
    if (!this.current || !items.includes(this.current)) [this.current] = items;
    for (const item of items) stopOf(item).tabIndex = item === this.current ? 0 : -1;
    return items;
  }

  private items(): HTMLElement[] {
    const { within, without } = this.parts;
    const roots: ParentNode[] = within === undefined ? [this.host.renderRoot] : found(this.host.renderRoot, within);
    return [...new Set(roots.flatMap(root => inside(root, without)))];
  }

  private itemOf(event: Event, items: readonly HTMLElement[]): HTMLElement | undefined {
    const path = event.composedPath();
    return items.find(item => path.includes(item));
  }

  private readonly onFocus = (event: FocusEvent): void => {
    this.current = this.itemOf(event, this.arrange()) ?? this.current;
    this.arrange();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const items = this.arrange();
    const item = this.itemOf(event, items);
    if (!item) return;
    items[(items.indexOf(item) + by + items.length) % items.length]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
}

/** The toolkit's button hands the focus on to what is inside of it, which has the stop. */
const stopOf = (item: HTMLElement): HTMLElement =>
  (item.localName === 'vscode-button' ? item.shadowRoot?.querySelector('button') : null) ?? item;

/** Matching elements, also those inside of components. */
function found(root: ParentNode, selector: string): Element[] {
  return [...root.querySelectorAll('*')].flatMap(element => [
    ...(element.matches(selector) ? [element] : []),
    ...(element.shadowRoot ? found(element.shadowRoot, selector) : []),
  ]);
}

/** Items in an element, or in a component and those inside of it, in their order. */
function inside(root: ParentNode, without: string | undefined): HTMLElement[] {
  const shadow = root instanceof Element ? root.shadowRoot : null;
  return [...(shadow?.children ?? []), ...root.children].flatMap(child => {
    if (!(child instanceof HTMLElement) || (without !== undefined && child.matches(without))) return [];
    return child.matches(ITEMS) ? [child] : inside(child, without);
  });
}
