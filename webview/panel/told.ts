// Tells the extension host where the user is: for the status bar, and for commands, which act on the panel that has the focus.
import type { HostRequests } from '../../src/protocol/panel.ts';

/** Keys that are held down move many times a second: the place is told no oftener than this, in milliseconds. */
const PLACE_INTERVAL = 100;

/** What is sent is refused only where the panel is gone. */
type Send<What> = (what: What) => Promise<unknown>;

type Shows = HostRequests['shows']['params'];

export class ToldPlace {
  private newest: Shows = { place: null, leads: false };
  private told = JSON.stringify(this.newest);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: Send<Shows>) {}

  /** Sends the place soon, unless it is the one that was sent last. */
  tell(shows: Shows): void {
    this.newest = shows;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const text = JSON.stringify(this.newest);
      if (text === this.told) return;
      this.told = text;
      this.send(this.newest).catch(() => {});
    }, PLACE_INTERVAL);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

export class ToldFocus {
  private readonly onFocus = (): void => this.tell(true);
  private readonly onBlur = (): void => this.tell(false);

  constructor(private readonly send: Send<boolean>) {
    window.addEventListener('focus', this.onFocus);
    window.addEventListener('blur', this.onBlur);
    if (document.hasFocus()) this.tell(true);
  }

  dispose(): void {
    window.removeEventListener('focus', this.onFocus);
    window.removeEventListener('blur', this.onBlur);
  }

  private tell(focused: boolean): void {
    this.send(focused).catch(() => {});
  }
}
