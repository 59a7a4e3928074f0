// Rows of the trace that are no calls that have ended: the making of the instances, calls under way, growths of memory, writes from outside.

import { html, nothing, type TemplateResult } from 'lit';
import { accessOrigin, type GrowView, grownText, type WriteView } from '../../src/protocol/access.ts';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { ownerName } from '../../src/protocol/owner.ts';
import type { TraceAnchor, TraceRow } from '../../src/protocol/traceRow.ts';
import type { Place } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { accessSentence, placeText, valueChange } from '../text/accessText.ts';
import { expressionText } from '../text/callText.ts';
import { instanceClass } from '../theme/tokens.ts';
import './runningTime.ts';

/** Rows that are deeper in calls are indented no further. */
const DEEPEST_INDENT = 6;

export type BesideRow = Exclude<TraceRow, { readonly kind: 'call' | 'folded' }>;

export interface BesideState {
  /** Position of the row, and how many there are. */
  readonly row: number;
  readonly rows: number;
  readonly selected: boolean;
  /** It came after the shown step. */
  readonly later: boolean;
  readonly names: InstanceNames;
}

/** Of a call that runs: when it began, as `performance.now()` has it, and its expression with links. */
interface Running {
  readonly since: number | undefined;
  readonly expression: TemplateResult | string;
}

/** Id of the element of a row; nothing where no row is meant. */
export const rowId = (anchor: TraceAnchor | null): string =>
  anchor === null ? 'made' : anchor.kind === 'call' ? `call-${anchor.call}` : `step-${anchor.step}`;

export const isLaterRow = (row: BesideRow, { step }: Place): boolean => row.kind === 'access' && row.access.step > step;

/** When a call under way began, as `performance.now()` has it. */
export const since = (row: BesideRow, run: Run | null): number | undefined =>
  row.kind === 'running' ? run?.calls.runningSince(row.call.index) : undefined;

/** What differs between the kinds of rows. */
interface Parts {
  readonly id: string;
  readonly classes: string;
  readonly label: string;
  readonly depth: number;
  readonly number: number | null;
  readonly symbol: string;
  readonly instance: number | null;
  readonly text: TemplateResult | string;
  readonly dim: string;
  readonly value: string | TemplateResult;
}

export function besideRow(row: BesideRow, state: BesideState & Running, choose: () => void) {
  const { id, classes, label, depth, number, symbol, instance, text, dim, value } = partsOf(row, state);
  return html`<div
    id=${id}
    class="beside ${classes} ${state.later ? 'later' : ''} ${instance === null ? '' : instanceClass(instance)}"
    .style=${`--depth: ${Math.min(depth, DEEPEST_INDENT)}`}
    role="treeitem"
    aria-level="1"
    aria-posinset=${state.row + 1}
    aria-setsize=${state.rows}
    aria-selected=${state.selected}
    aria-label=${label}
    title=${label}
    @click=${choose}
  >
    <span class="number">${number ?? nothing}</span>
    <span class="symbol" aria-hidden="true">${symbol}</span>
    ${instance === null ? html`<span></span>` : html`<span class="badge">#${instance}</span>`}
    <span class="expression">${text}${dim === '' ? nothing : html` <span class="dim">${dim}</span>`}</span>
    <span class="values">${value}</span>
  </div>`;
}

function partsOf(row: BesideRow, { names, since: began, expression }: BesideState & Running): Parts {
  switch (row.kind) {
    case 'made': {
      const made = `instantiation of ${row.instances.map(each => `#${each}`).join(', ')}`;
      const [first] = row.instances;
      const range = row.instances.length > 1 ? `#${first}–#${row.instances.at(-1)}` : `#${first}`;
      const label = `${made}, before the first call`;
      return { ...EMPTY, id: 'made', classes: 'made', label, symbol: '◇', text: `${range} instantiated` };
    }
    case 'running': {
      const { index, instance, depth } = row.call;
      const text = expressionText(row.call, null);
      const label = `call ${index}, instance ${instance}, ${text}, running`;
      const classes = 'running';
      const value = html`runs<wsm-running-time .since=${began ?? performance.now()} .label=${label}></wsm-running-time>`;
      return {
        id: `call-${index}`,
        classes,
        label,
        depth,
        number: index,
        symbol: '▶',
        instance,
        text: expression,
        dim: '',
        value,
      };
    }
    case 'access':
      return accessParts(row.access, row.depth, names);
  }
}

const EMPTY = { depth: 0, number: null, instance: null, dim: '', value: '' } as const;

function accessParts(access: WriteView | GrowView, depth: number, names: InstanceNames): Parts {
  const { owner, step } = access;
  const instance = owner.kind === 'instance' ? owner.instance : null;
  const who = instance === null ? `${ownerName(owner)} ` : '';
  const common = {
    ...EMPTY,
    id: `step-${step}`,
    label: accessSentence(access, names),
    depth,
    instance,
    value: `step ${step}`,
    dim: accessOrigin(access, names) ?? '',
  };
  if (access.kind === 'grow')
    return {
      ...common,
      classes: 'grew',
      symbol: '↥',
      text: `${who}memory.grow ${grownText(access.pages, access.memoryBytes)}`,
    };
  const verb = owner.kind === 'unrecorded' ? 'change' : 'wrote';
  return {
    ...common,
    classes: 'written',
    symbol: '✎',
    text: `${who}${verb} ${placeText(access)} ${valueChange(access).after}`,
  };
}
