// What the webview sends, checked: it arrives as unknown, whatever the protocol's types promise.
import type { HostRequests, PanelCommand } from '../protocol/panel.ts';
import { type Address, address, pageIndex, SHOWN_PAGE_BYTES, step } from '../protocol/units.ts';
import { checkSearchQuery } from './searchQuery.ts';
import { isInstanceCount } from './settings.ts';
import { Fields, objectOf } from './untypedFields.ts';

/** Bytes that 32 bits address, and the pages that these are. */
const MEMORY_BYTES = 2 ** 32;
const MEMORY_PAGES = MEMORY_BYTES / SHOWN_PAGE_BYTES;

/** Pages in one answer: 4 MiB, far more than any screen shows. */
const MAXIMUM_PAGES = 1024;

/** Entries of a list in one answer. */
const MAXIMUM_ENTRIES = 10_000;

/** Bytes of memory that are saved at a time. */
const MAXIMUM_SAVED_BYTES = 2 ** 30;

/** Characters that are copied at a time: 1 MiB of memory as a C array is 6 MiB of text. */
const MAXIMUM_COPIED_CHARACTERS = 16 * 2 ** 20;

const DIRECTIONS = ['next', 'previous'] as const;

type Params<Name extends keyof HostRequests> = HostRequests[Name]['params'];

const runOf = (fields: Fields) => ({ runId: fields.whole('runId') });
const momentOf = (fields: Fields) => ({ ...runOf(fields), step: step(fields.whole('step')) });
const addressOf = (fields: Fields, name: string): Address => address(fields.whole(name, 0, MEMORY_BYTES - 1));

/** @param limit of the length, in bytes */
function rangeOf(fields: Fields, limit: number): { readonly address: Address; readonly length: number } {
  const start = addressOf(fields, 'address');
  return { address: start, length: fields.whole('length', 1, Math.min(limit, MEMORY_BYTES - start)) };
}

/** Throws a TypeError, as all of these. */
export function parseReadPages(params: unknown): Params<'readPages'> {
  const fields = new Fields('readPages', params);
  const moment = momentOf(fields);
  const pages = fields.list('pages', MAXIMUM_PAGES, (page, name) =>
    pageIndex(fields.checkWhole(page, name, 0, MEMORY_PAGES - 1)),
  );
  return fields.has('since') ? { ...moment, pages, since: step(fields.whole('since')) } : { ...moment, pages };
}

export function parseLastChange(params: unknown): Params<'lastChange'> {
  const fields = new Fields('lastChange', params);
  return { ...momentOf(fields), address: addressOf(fields, 'address') };
}

export function parseDescribeStep(params: unknown): Params<'describeStep'> {
  return momentOf(new Fields('describeStep', params));
}

export function parseAccesses(params: unknown): Params<'accesses'> {
  const fields = new Fields('accesses', params);
  return {
    ...runOf(fields),
    call: fields.whole('call'),
    from: fields.whole('from'),
    count: fields.whole('count', 0, MAXIMUM_ENTRIES),
  };
}

export function parseWritesTo(params: unknown): Params<'writesTo'> {
  const fields = new Fields('writesTo', params);
  return {
    ...momentOf(fields),
    ...rangeOf(fields, MEMORY_BYTES),
    count: fields.whole('count', 0, MAXIMUM_ENTRIES),
  };
}

export function parseNeighbourWrite(params: unknown): Params<'neighbourWrite'> {
  const fields = new Fields('neighbourWrite', params);
  return {
    ...momentOf(fields),
    address: addressOf(fields, 'address'),
    direction: fields.oneOf('direction', DIRECTIONS),
  };
}

export function parseOverview(params: unknown): Params<'overview'> {
  const fields = new Fields('overview', params);
  return {
    ...momentOf(fields),
    first: pageIndex(fields.whole('first', 0, MEMORY_PAGES - 1)),
    count: fields.whole('count', 0, MAXIMUM_ENTRIES),
  };
}

export function parseSearch(params: unknown): Params<'search'> {
  const fields = new Fields('search', params);
  return {
    ...momentOf(fields),
    from: addressOf(fields, 'from'),
    direction: fields.oneOf('direction', DIRECTIONS),
    query: checkSearchQuery('search', fields.get('query')),
  };
}

export function parseCopyText(params: unknown): Params<'copyText'> {
  const fields = new Fields('copyText', params);
  return { text: fields.text('text', MAXIMUM_COPIED_CHARACTERS) };
}

export function parseSaveRange(params: unknown): Params<'saveRange'> {
  const fields = new Fields('saveRange', params);
  return { ...momentOf(fields), ...rangeOf(fields, MAXIMUM_SAVED_BYTES) };
}

export function parseCommand(params: unknown): PanelCommand {
  const { name, instances } = objectOf('command', params);
  switch (name) {
    case 'runBundled':
    case 'runDemo':
    case 'runAgain':
    case 'cancel':
    case 'exportRecording':
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
  const { persisted } = objectOf('ready', params);
  if (typeof persisted !== 'object' || persisted === null) return undefined;
  const { version, run } = objectOf('ready', persisted);
  if (version !== 1 || typeof run !== 'object' || run === null) return undefined;
  const { uri, instances } = objectOf('ready', run);
  if (typeof uri !== 'string') return undefined;
  return { uri, instances: isInstanceCount(instances) ? instances : undefined };
}
