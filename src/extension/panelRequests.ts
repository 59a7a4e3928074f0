// What the webview sends, checked: it may be anything, whatever the protocol's types promise. All throw a TypeError.
import {
  address,
  attempt,
  boolean,
  type Check,
  list,
  nullable,
  object,
  oneOf,
  tagged,
  text,
  whole,
} from '../protocol/check.ts';
import { namedFunction } from '../protocol/functionNames.ts';
import { placeEdit } from '../protocol/keptPlaces.ts';
import { type HostRequests, MOST_WRITTEN_BYTES, type PanelCommand } from '../protocol/panel.ts';
import { shownPlace } from '../protocol/panelActions.ts';
import { INSTANCE_STATE, INSTANCES } from '../protocol/settings.ts';
import { TOUR } from '../protocol/tour.ts';

/** Characters that are copied at a time: 1 MiB of memory as a C array is 6 MiB of text. */
const MAXIMUM_COPIED_CHARACTERS = 16 * 2 ** 20;

type RequestName = keyof HostRequests;

/** Each error names the request. */
const parse = <Params>(name: RequestName, check: Check<Params>, params: unknown) => check(params, `${name}: params`);

const ofRun = object({ runId: whole() });

/** The run that a request is about, and its other parameters. */
export function parseOfRun<Params>(
  name: RequestName,
  check: Check<Params>,
  params: unknown,
): { readonly runId: number; readonly params: Params } {
  return { ...parse(name, ofRun, params), params: parse(name, check, params) };
}

const saveFormat = object<object, { format: 'ihex' }>({}, { format: oneOf('ihex') });

export const parseSaveFormat = (params: unknown) => parse('saveRange', saveFormat, params).format;

const copiedText = object({ text: text(1, MAXIMUM_COPIED_CHARACTERS) });

export const parseCopyText = (params: unknown) => parse('copyText', copiedText, params);

const written = object({ runId: whole(), address, bytes: list(whole(0, 255), 1, MOST_WRITTEN_BYTES) });

export const parseWrite = (params: unknown) => parse('write', written, params);

const edit = object({ runId: whole(), edit: placeEdit });

export const parseEditPlaces = (params: unknown) => parse('editPlaces', edit, params);

const renaming = object({ runId: whole(), of: namedFunction });

export const parseRenameFunction = (params: unknown) => parse('renameFunction', renaming, params);

const place = object({ line: whole(1), column: whole(1) });

export const parseOpenTemplates = (params: unknown) => parse('openTemplates', place, params);

const shows = object({ place: nullable(shownPlace), leads: boolean });

export const parseShows = (params: unknown) => parse('shows', shows, params);

/** As many modules as run together at the most, or recordings that are opened at a time. */
const MAXIMUM_DROPPED = INSTANCES.maximum;

const dropped = object({ uris: list(text(1, 4096), 1, MAXIMUM_DROPPED) });

export const parseOpenDropped = (params: unknown) => parse('openDropped', dropped, params);

const focus = object({ focused: boolean });

export const parseFocus = (params: unknown) => parse('focus', focus, params);

const instances = whole(INSTANCES.minimum, INSTANCES.maximum);
const state = oneOf(...INSTANCE_STATE.choices.map(({ value }) => value));

const command = tagged<PanelCommand, 'name'>('name', {
  runDemo: {},
  runAgain: {},
  cancel: {},
  setInstances: { instances },
  setState: { state },
  openCode: { module: whole(), offset: whole() },
  exportRecording: {},
  tour: { step: oneOf(...TOUR.map(({ step }) => step)) },
  manageTrust: {},
  getStarted: {},
  addModule: {},
  recordUser: {},
  openSections: {},
  link: { linked: boolean },
});

export const parseCommand = (params: unknown) => parse('command', command, params);

/** Of a PersistedPanel the run to repeat; instances and state are undefined where a file was only looked at, or an older panel kept none. */
const persistedRun = object({
  version: oneOf(1),
  run: object({ uri: text(), instances: attempt(instances), state: attempt(state) }),
});

const ready = object({ persisted: attempt(persistedRun) });

/** The run that a webview kept; undefined where it kept none, or where what it kept is not understood. */
export const parsePersistedRun = (params: unknown) => parse('ready', ready, params).persisted?.run;
