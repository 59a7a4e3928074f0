// The call list's scroll position, and the calls that have rows there.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { revealed } from '../controls/reveal.ts';
import { wheelRows } from '../controls/scrolling.ts';
import {
  type CallWindow,
  type Extent,
  lastTop,
  ROW_HEIGHT,
  scrollScale,
  topThatShows,
  windowAt,
} from './callWindow.ts';

export class CallScroll implements ReactiveController {
  /** The rows to render. */
  window: CallWindow = { first: 0, count: 0, before: 0, behind: 0 };
  /** Pixels of rows above the view. */
  private top = 0;
  /** The element is still to be scrolled to `top`. */
  private moved = false;
  private readonly onScroll = (): void => {
    this.read();
    const { first, count, before } = windowAt(this.top, this.extent);
    const { window } = this;
    if (first !== window.first || count !== window.count || before !== window.before) this.host.requestUpdate();
  };

  /** @param rows how many there are */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly rows: () => number,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('scroll', this.onScroll);
    this.host.addEventListener('wheel', this.onWheel, { passive: false });
  }

  hostDisconnected(): void {
    this.host.removeEventListener('scroll', this.onScroll);
    this.host.removeEventListener('wheel', this.onWheel);
  }

  /** Chooses the rows to render. @param position a row that must be among them; undefined for those in view */
  chooseRows(position: number | undefined): void {
    const { extent } = this;
    this.read();
    this.window = windowAt(this.top, extent);
    const { first, count } = this.window;
    if (position === undefined || (position >= first && position < first + count)) return;
    this.top = topThatShows(Math.min(position, extent.rows - 1), this.top, extent.view);
    this.moved = true;
    this.window = windowAt(this.top, extent);
  }

  hostUpdated(): void {
    // In a scaled element rows move without being scrolled: the browser must not scroll after them.
    this.host.style.overflowAnchor = this.isScaled ? 'none' : '';
    if (this.moved) this.scrollTo(this.top);
    this.moved = false;
  }

  /** Scrolls as little as it takes to show `top` … `bottom`, pixels from the start of the element's content. */
  reveal(top: number, bottom: number): void {
    // The browser scrolls by itself where the content got shorter.
    this.read();
    const { scrollTop } = this.host;
    const target = revealed(this.host, top, bottom);
    if (target !== scrollTop) this.scrollTo(this.top + target - scrollTop);
  }

  private get extent(): Extent {
    return { rows: this.rows(), view: this.host.clientHeight };
  }

  private get isScaled(): boolean {
    return scrollScale(this.extent) > 1;
  }

  /** Takes the position that the user scrolled the element to. */
  private read(): void {
    const { extent } = this;
    const scale = scrollScale(extent);
    // The position of a scaled element is coarse: unless the user moved it, `top` is more exact.
    if (scale === 1) this.top = this.host.scrollTop;
    else if (Math.abs(this.host.scrollTop - this.top / scale) >= 1)
      this.top = Math.min(this.host.scrollTop * scale, lastTop(extent));
  }

  private scrollTo(top: number): void {
    const { extent } = this;
    this.top = this.isScaled ? Math.min(Math.max(0, top), lastTop(extent)) : top;
    this.host.scrollTop = this.top / scrollScale(extent);
    // A move of less than a pixel of the element makes no scroll event.
    void this.host.updateComplete.then(this.onScroll);
  }

  /** In a scaled element the browser's own scrolling would pass too many rows. */
  private readonly onWheel = (event: WheelEvent): void => {
    const { extent } = this;
    if (event.ctrlKey || !this.isScaled) return;
    const rows = wheelRows(event, ROW_HEIGHT, { rows: extent.rows, visibleRows: extent.view / ROW_HEIGHT });
    const before = this.top;
    this.scrollTo(before + rows * ROW_HEIGHT);
    // At either end the panel around the list scrolls on.
    if (this.top !== before) event.preventDefault();
  };
}
