// What the webview sends, checked: it arrives as unknown, whatever the protocol's types promise.

import type { HostRequests, PanelCommand } from '../protocol/panel.ts';
import { address, pageIndex, SHOWN_PAGE_BYTES, step } from '../protocol/units.ts';
import { isInstanceCount } from './settings.ts';

/** Bytes that 32 bits address. */
const MEMORY_BYTES = 2 ** 32;

/** Pages in one answer: 4 MiB, far more than any screen shows. */
const MAXIMUM_PAGES = 1024;

type Fields = Readonly<Record<string, unknown>>;

function fields(request: string, params: unknown): Fields {
  if (typeof params !== 'object' || params === null) throw new TypeError(`${request}: the parameters are no object`);
  // A property of any object may be read as unknown.
  return params as Fields;
}

function wholeNumber(request: string, name: string, value: unknown, end: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < end) return value;
  throw new TypeError(`${request}: ${name} is no whole number from 0 to ${end - 1}`);
}

/** Throws a TypeError. */
export function parseReadPages(params: unknown): HostRequests['readPages']['params'] {
  const { runId, step: at, pages } = fields('readPages', params);
  if (!Array.isArray(pages) || pages.length > MAXIMUM_PAGES) {
    throw new TypeError(`readPages: pages is no list of at most ${MAXIMUM_PAGES}`);
  }
  return {
    runId: wholeNumber('readPages', 'runId', runId, Number.MAX_SAFE_INTEGER),
    step: step(wholeNumber('readPages', 'step', at, Number.MAX_SAFE_INTEGER)),
    pages: pages.map((page: unknown) =>
      pageIndex(wholeNumber('readPages', 'page', page, MEMORY_BYTES / SHOWN_PAGE_BYTES)),
    ),
  };
}

/** Throws a TypeError. */
export function parseLastChange(params: unknown): HostRequests['lastChange']['params'] {
  const { runId, step: at, address: where } = fields('lastChange', params);
  return {
    runId: wholeNumber('lastChange', 'runId', runId, Number.MAX_SAFE_INTEGER),
    step: step(wholeNumber('lastChange', 'step', at, Number.MAX_SAFE_INTEGER)),
    address: address(wholeNumber('lastChange', 'address', where, MEMORY_BYTES)),
  };
}

/** Throws a TypeError. */
export function parseCommand(params: unknown): PanelCommand {
  const { name, instances } = fields('command', params);
  switch (name) {
    case 'runBundled':
    case 'runDemo':
    case 'runAgain':
    case 'cancel':
    case 'manageTrust':
      return { name };
    case 'setInstances':
      if (!isInstanceCount(instances)) throw new TypeError('command: the number of instances is out of range');
      return { name, instances };
    default:
      throw new TypeError(`command: there is no command ${JSON.stringify(name)}`);
  }
}

/** The run to repeat. */
export interface PersistedRun {
  readonly uri: string;
  /** Undefined where none was kept that can be run: a file that was only looked at had none. */
  readonly instances: number | undefined;
}

/** What a webview kept of its run (see PersistedPanel); undefined where it kept none, or where what it kept is not understood. */
export function parsePersistedRun(params: unknown): PersistedRun | undefined {
  const { persisted } = fields('ready', params);
  if (typeof persisted !== 'object' || persisted === null) return undefined;
  const { version, run } = fields('ready', persisted);
  if (version !== 1 || typeof run !== 'object' || run === null) return undefined;
  const { uri, instances } = fields('ready', run);
  if (typeof uri !== 'string') return undefined;
  return { uri, instances: isInstanceCount(instances) ? instances : undefined };
}
