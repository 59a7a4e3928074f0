// Updates a component when an object that it shows changes in place.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Watchable } from '../data/changing.ts';

export class WatchController implements ReactiveController {
  private watched: Watchable | undefined;
  private stop: (() => void) | undefined;

  /** @param shown gives the object that the component shows; undefined for none */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly shown: () => Watchable | undefined,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.watch(this.shown());
  }

  hostUpdate(): void {
    this.watch(this.shown());
  }

  hostDisconnected(): void {
    this.watch(undefined);
  }

  private watch(next: Watchable | undefined): void {
    if (next === this.watched) return;
    this.stop?.();
    this.watched = next;
    this.stop = next?.onChange(() => this.host.requestUpdate());
  }
}
