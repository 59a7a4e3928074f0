import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { expect, test } from 'vitest';
import { Changing } from '../data/changing.ts';
import { mount, settle } from '../testing/mount.ts';
import { WatchController } from './watching.ts';

class Counter extends Changing {
  count = 0;

  increase(): void {
    this.count++;
    this.changed();
  }
}

@customElement('wsm-watching-test')
class Watching extends LitElement {
  @property({ attribute: false }) counter: Counter | null = null;
  renders = 0;

  constructor() {
    super();
    new WatchController(this, () => this.counter ?? undefined);
  }

  override render() {
    this.renders++;
    return html`${this.counter?.count}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-watching-test': Watching;
  }
}

test('what changes in place is rendered again, as long as it is shown', async () => {
  const [first, second] = [new Counter(), new Counter()];
  const element = await mount('wsm-watching-test', html`<wsm-watching-test .counter=${first}></wsm-watching-test>`);
  first.increase();
  await settle();
  expect(element.renderRoot.textContent).toBe('1');
  element.counter = second;
  await settle();
  const { renders } = element;
  first.increase();
  await settle();
  expect(element.renders).toBe(renders);
  const box = element.parentNode;
  element.remove();
  second.increase();
  await settle();
  expect(element.renders).toBe(renders);
  box?.append(element);
  second.increase();
  await settle();
  expect(element.renderRoot.textContent).toBe('2');
});
