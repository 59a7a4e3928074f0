// The script of a webview that measures how long pages take to come, one request after the other.
import { MessageHandler } from '../../src/protocol/messageHandler.ts';
import type { HostRequests, PanelRequests } from '../../src/protocol/panel.ts';
import { type PageIndex, pageIndex, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../src/protocol/units.ts';

const READS = 300;

/** A wide panel's rows are at most 4 KiB; they lie in two pages where they do not begin at the start of one. */
const SCREENFUL = 2;

/** Pages that the measured memory has; see bench/pageReads.ts. */
const PAGES = (256 * WASM_PAGE_BYTES) / SHOWN_PAGE_BYTES;

/** Coprime with PAGES: no page is read twice. */
const STRIDE = 997;

const api = acquireVsCodeApi();
const handler = new MessageHandler<HostRequests, PanelRequests>(
  {
    state: () => null,
    keepPlace: () => null,
    act: () => null,
    follow: () => null,
    showFinding: () => null,
    templates: () => null,
    searchProgress: () => null,
  },
  message => api.postMessage(message),
);
window.addEventListener('message', event => void handler.receive(event.data));

async function measure(): Promise<void> {
  const state = await handler.request('ready', { persisted: null });
  if (state.kind !== 'run') throw new Error('there is no run');
  const { runId, run } = state;
  const read = async (pages: readonly PageIndex[]): Promise<number> => {
    const start = performance.now();
    const answer = await handler.request('readPages', { runId, step: run.lastStep, pages });
    const duration = performance.now() - start;
    const whole = answer.length === pages.length && answer.every(page => page.bytes?.length === SHOWN_PAGE_BYTES);
    if (!whole) throw new Error('not all pages came');
    return duration;
  };
  const screenful: number[] = [];
  const empty: number[] = [];
  for (let index = 0; index < READS; index++) {
    const first = (index * STRIDE) % (PAGES - SCREENFUL);
    screenful.push(await read(Array.from({ length: SCREENFUL }, (_, page) => pageIndex(first + page))));
    empty.push(await read([]));
  }
  api.postMessage({ samples: { screenful, empty } });
}

void measure();
