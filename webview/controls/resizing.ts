// Tells a component that its own size has changed.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class ResizeController implements ReactiveController {
  private readonly observer: ResizeObserver;

  /** @param resized also called once after the component came into the document; must not change the component's size */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    resized: () => void,
  ) {
    this.observer = new ResizeObserver(resized);
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
