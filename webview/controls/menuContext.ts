// What a context menu of VS Code is about. VS Code reads it from the element of the document that the event comes out of, which is the
// panel: so a part tells the event, and the panel shows it on itself before the event gets there.

/** `webviewSection`, and what commands are passed. */
export type MenuContext =
  | { readonly webviewSection: 'memory'; readonly address: number }
  | { readonly webviewSection: 'call'; readonly call: number }
  | { readonly webviewSection: 'function'; readonly function: string };

const CONTEXTS = new WeakMap<Event, MenuContext>();

/** Says what the menu that an event opens is about; the innermost part says it first. */
export function tellMenu(event: Event, context: MenuContext): void {
  if (!CONTEXTS.has(event)) CONTEXTS.set(event, context);
}

/** What VS Code reads of `data-vscode-context`; null in a text field, and where no part said what the menu is about. */
export function menuContextText(event: Event): string | null {
  const [target] = event.composedPath();
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  const context = isField ? undefined : CONTEXTS.get(event);
  // Cut, copy and paste of VS Code are of no use where nothing is a text field.
  return context ? JSON.stringify({ preventDefaultContextMenuItems: true, ...context }) : null;
}

/** Whether a menu is opened by the keyboard: it is about what has the cursor, wherever the pointer is. */
export class MenuKey {
  private pressed = false;

  readonly onKeyDown = (event: KeyboardEvent): void => {
    this.pressed = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
  };

  readonly onPointerDown = (): void => {
    this.pressed = false;
  };

  /** For the menu that opens now; the next one is the pointer's unless the key is pressed again. */
  take(): boolean {
    const { pressed } = this;
    this.pressed = false;
    return pressed;
  }
}
