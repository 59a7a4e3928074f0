// Puts components into the page for a test, and takes them away after it.
import { type LitElement, render, type TemplateResult } from 'lit';
import { onTestFinished } from 'vitest';
import type { MemorySearch } from '../data/memorySearch.ts';
import { startPanel, type WebviewApi } from '../panel/start.ts';
import type { Host } from '../session/host.ts';
import type { PanelSession } from '../session/session.ts';
import type { View } from '../session/view.ts';
import { tokens } from '../theme/tokens.ts';
import { deepAll, settle, until } from './dom.ts';
import { FakeHost } from './fakeHost.ts';
import type { Scenario } from './scenarios.ts';

export { deepAll, settle, textOf, until } from './dom.ts';

/** Renders a template into a box of a size and gives its first element, updated. */
export async function mount<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  template: TemplateResult,
  size = { width: 600, height: 400 },
): Promise<HTMLElementTagNameMap[Tag]> {
  const box = document.createElement('div');
  box.style.width = `${size.width}px`;
  box.style.height = `${size.height}px`;
  const shadow = box.attachShadow({ mode: 'open' });
  // The panel defines the theme's variables; here the box stands for it.
  if (tokens.styleSheet) shadow.adoptedStyleSheets = [tokens.styleSheet];
  document.body.append(box);
  onTestFinished(() => box.remove());
  render(template, shadow);
  const element = shadow.querySelector(tag);
  if (!element) throw new Error(`the template has no ${tag}`);
  await settle();
  return element;
}

/** Starts the whole panel over a fake host. */
export async function mountPanel(
  scenario: Scenario,
  stored?: unknown,
): Promise<{ host: FakeHost; panel: LitElement; session: PanelSession; all: (selector: string) => Element[] }> {
  const host = new FakeHost(scenario);
  host.stored = stored;
  const stop = startPanel(host satisfies WebviewApi);
  onTestFinished(stop);
  const panel = [...document.querySelectorAll('wsm-panel')].at(-1); // a test may start another one
  if (!panel?.session) throw new Error('the panel was not started');
  await until(() => panel.session?.state !== undefined);
  await settle();
  return { host, panel, session: panel.session, all: selector => deepAll(panel.renderRoot, selector) };
}

/** What components ask for of the view, of the host and of the search. */
type Actions = Pick<
  View,
  | 'goTo'
  | 'goToFoundCall'
  | 'goToStep'
  | 'goToCall'
  | 'goToNeighbour'
  | 'goToAccess'
  | 'showFinding'
  | 'showEvent'
  | 'setGranularity'
  | 'select'
  | 'extendSelection'
  | 'jump'
  | 'travel'
  | 'showWrites'
  | 'toggleMark'
  | 'setLittleEndian'
  | 'showLayout'
  | 'showHeap'
  | 'showCode'
  | 'jumpToRange'
> &
  Pick<Host, 'command' | 'goToNeighbourWrite' | 'goToDifference' | 'goToChange'> &
  Pick<MemorySearch, 'start' | 'cancel'>;

type Call = {
  [Name in keyof Actions]: readonly [name: Name, ...args: Parameters<Actions[Name]>];
}[keyof Actions];

/** Actions that only note what was asked for. */
export function recordActions(): { actions: Actions; calls: Call[] } {
  const calls: Call[] = [];
  const actions: Actions = {
    showEvent: event => void calls.push(['showEvent', event]),
    showLayout: shown => void calls.push(['showLayout', shown]),
    showCode: shown => void calls.push(['showCode', shown]),
    showHeap: shown => void calls.push(['showHeap', shown]),
    jumpToRange: range => void calls.push(['jumpToRange', range]),
    goTo: find => void calls.push(['goTo', find]),
    goToFoundCall: find => void calls.push(['goToFoundCall', find]),
    goToStep: step => void calls.push(['goToStep', step]),
    goToCall: index => void calls.push(['goToCall', index]),
    goToNeighbour: direction => void calls.push(['goToNeighbour', direction]),
    goToAccess: access => void calls.push(['goToAccess', access]),
    showFinding: finding => void calls.push(['showFinding', finding]),
    setGranularity: granularity => void calls.push(['setGranularity', granularity]),
    select: address => void calls.push(['select', address]),
    extendSelection: address => void calls.push(['extendSelection', address]),
    jump: address => void calls.push(['jump', address]),
    travel: direction => void calls.push(['travel', direction]),
    showWrites: shown => void calls.push(['showWrites', shown]),
    setLittleEndian: little => void calls.push(['setLittleEndian', little]),
    command: command => void calls.push(['command', command]),
    goToNeighbourWrite: direction => void calls.push(['goToNeighbourWrite', direction]),
    toggleMark: () => void calls.push(['toggleMark']),
    goToChange: direction => void calls.push(['goToChange', direction]),
    goToDifference: direction => void calls.push(['goToDifference', direction]),
    start: (query, direction) => void calls.push(['start', query, direction]),
    cancel: () => void calls.push(['cancel']),
  };
  return { actions, calls };
}

/** A key press that bubbles, as from the keyboard. */
export function press(element: Element, key: string, modifiers: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...modifiers });
  element.dispatchEvent(event);
  return event;
}
