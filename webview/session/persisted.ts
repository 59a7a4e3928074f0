// The state that survives when VS Code hides (and destroys) the webview or reloads the window.

import { AXES } from '../../src/protocol/call.ts';
import { CELL_TYPE_NAMES } from '../../src/protocol/cellTypes.ts';
import { attempt, boolean, goodOf, nullable, object, oneOf, text, whole } from '../../src/protocol/check.ts';
import type { PersistedPanel, PersistedSection } from '../../src/protocol/panel.ts';
import type { InstanceState } from '../../src/protocol/run.ts';
import { INSTANCE_STATE } from '../../src/protocol/settings.ts';
import { NAME_SHARE } from './traceView.ts';

type Optional = Pick<
  PersistedPanel,
  'granularity' | 'marked' | 'layout' | 'heap' | 'code' | 'cells' | 'templates' | 'trace' | 'sections'
>;

const run = object<{ uri: string; instances: number }, { state: InstanceState }>(
  { uri: text(), instances: whole() },
  { state: oneOf(...INSTANCE_STATE.choices.map(({ value }) => value)) },
);

const section = object<Pick<PersistedSection, 'name'>, Required<Omit<PersistedSection, 'name'>>>(
  { name: text(1, 100) },
  { open: boolean, height: whole(0, 100_000) },
);

const nameShare = whole(NAME_SHARE.least, NAME_SHARE.most);

const persisted = object<Omit<PersistedPanel, keyof Optional>, Required<Optional>>(
  {
    version: oneOf(1),
    run: nullable(run),
    step: whole(),
    address: whole(),
    bytesPerRow: oneOf('fit', 8, 16, 32),
    littleEndian: boolean,
  },
  // Older panels did not keep them.
  {
    granularity: oneOf('calls', 'stores'),
    marked: whole(),
    layout: oneOf('closed', 'open'),
    heap: oneOf('open'),
    code: oneOf('open'),
    cells: oneOf(...CELL_TYPE_NAMES),
    trace: object({}, { unfolded: boolean, radix: oneOf('decimal', 'hex'), axis: oneOf(...AXES), nameShare }),
    templates: goodOf(object({ type: text(), address: whole() }), 1000),
    sections: goodOf(section, 100),
  },
);

/** Reads what `getState` gave back; undefined where there is nothing, or an older version's. */
export const parsePersisted = (value: unknown): PersistedPanel | undefined => attempt(persisted)(value, 'the state');
