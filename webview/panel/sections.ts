// The panel's sections, from top to bottom, and the column of each where the panel is wide enough for more than one.

import { type CSSResult, html, nothing, type TemplateResult, unsafeCSS } from 'lit';
import type { LiveBlock } from '../../src/protocol/heapBlocks.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import type { Fold } from '../controls/fold.ts';
import type { Run } from '../data/run.ts';
import type { OpenFrom, SectionView } from '../session/sectionView.ts';
import type { PanelSession } from '../session/session.ts';
import { inBlockText } from '../text/heapText.ts';
import { regionText } from '../text/regionText.ts';
import '../findings/findingList.ts';
import '../inspector/inspector.ts';
import '../places/placesSection.ts';
import '../templates/templateSection.ts';
import '../trace/callGroups.ts';
import '../trace/runPhase.ts';
import '../trace/callLanes.ts';
import '../trace/callList.ts';
import '../trace/timeline.ts';
import '../trace/traceHead.ts';
import './memorySection.ts';

export interface Section {
  /** Name of its grid area, and class of the element around it. */
  readonly area: string;
  /** Height of its row in one column, and in a column beside others, as CSS has it. */
  readonly height: readonly [alone: string, beside: string];
  /** Its column, from 0, of two and of three; `all` is a row below all others that is as wide as all columns. */
  readonly column: readonly [ofTwo: number, ofThree: number] | 'all';
  /** A line divides it from the section above or before it. */
  readonly ruled?: boolean;
  /** It folds to its title: from which heights of the panel on it is open by itself. */
  readonly openFrom?: OpenFrom;
  /** It goes with the section of this area when that one folds. */
  readonly folds?: string;
  /** What its border is called that the user drags to change its height, in one column and beside others; null for none. */
  readonly border?: readonly [alone: Border | null, beside: Border | null];
  /** @param fold null where it can't be folded */
  readonly render: (session: PanelSession, run: Run, fold: Fold | null) => TemplateResult | typeof nothing;
}

/** The border of a section that the user drags. */
export interface Border {
  readonly label: string;
  readonly edge: 'above' | 'below';
  /** The section may be less high than this, in CSS pixels, only where its content is. */
  readonly least: number;
}

/** The name under which the story of the run folds, and the heights from which on it is open by itself. */
export const STORY = { area: 'story', openFrom: [1040, 640] } as const satisfies Pick<Section, 'area' | 'openFrom'>;

const INSPECTOR_BORDER: Border = { label: 'Height of the inspector', edge: 'above', least: 26 };
const FINDINGS_BORDER: Border = { label: 'Height of the findings', edge: 'above', least: 26 };

export const SECTIONS: readonly Section[] = [
  {
    area: 'head',
    height: ['auto', 'auto'],
    column: [0, 0],
    openFrom: [600, 0],
    render: ({ view, data }, run, fold) =>
      html`<wsm-trace-head .run=${run} .filter=${view.callFilter} .trace=${view.trace} .place=${view.place} .findings=${data.findings.known} .view=${view} .fold=${fold}></wsm-trace-head>`,
  },
  {
    area: 'lanes',
    height: ['auto', 'auto'],
    column: [0, 0],
    folds: 'head',
    render: (session, run) =>
      session.view.trace.axis !== 'calls'
        ? html`<wsm-timeline
            ?hidden=${run.calls.count === 0}
            .run=${run}
            .place=${session.view.place}
            .axis=${session.view.trace.axis}
            .filter=${session.view.callFilter}
            .findings=${session.data.findings.known}
            .view=${session.view}
          ></wsm-timeline>`
        : html`<wsm-call-lanes
        ?hidden=${run.calls.count === 0}
        .run=${run}
        .place=${session.view.place}
        .findings=${session.data.findings.known}
        .open=${session.view.finding}
        .view=${session.view}
      ></wsm-call-lanes>`,
  },
  {
    area: 'calls',
    height: ['minmax(66px, 1fr)', 'minmax(96px, 1fr)'],
    column: [0, 0],
    folds: 'head',
    border: [{ label: 'Height of the calls', edge: 'below', least: 26 }, null],
    render: (session, run) =>
      session.view.trace.groups && run.calls.count > 0
        ? html`<wsm-call-groups
            .run=${run}
            .filter=${session.view.callFilter}
            .order=${session.view.trace.groups}
            .share=${session.view.trace.nameShare}
            .view=${session.view}
          ></wsm-call-groups>`
        : run.calls.count + run.callsUnderWay > 0
          ? html`<wsm-call-list
            .run=${run}
            .place=${session.view.place}
            .filter=${session.view.callFilter}
            .trace=${session.view.trace}
            .accesses=${session.data.accesses}
            .findings=${session.data.findings.known}
            .open=${session.view.finding}
            .view=${session.view}
          ></wsm-call-list>`
          : run.phase
            ? html`<wsm-run-phase class="none" .phase=${run.phase} .instances=${run.instances.length}></wsm-run-phase>`
            : html`<p class="none">${noCalls(run)}</p>`,
  },
  {
    area: 'memory',
    height: ['minmax(min-content, 1.7fr)', 'minmax(0, 1fr)'],
    column: [1, 1],
    ruled: true,
    openFrom: [0, 0],
    render: (session, _, fold) => html`<wsm-memory-section .session=${session} .fold=${fold}></wsm-memory-section>`,
  },
  {
    area: 'inspector',
    // It scrolls: without a minimum, findings below would leave nothing of it.
    height: ['minmax(76px, auto)', 'auto'],
    column: [0, 2],
    ruled: true,
    openFrom: [0, 0],
    border: [INSPECTOR_BORDER, INSPECTOR_BORDER],
    render: (session, run, fold) => {
      const { view, data, host } = session;
      return html`<wsm-inspector
        .run=${run}
        .fold=${fold}
        .memory=${data.memory}
        .selected=${view.selection.address}
        .range=${view.selection.range}
        .region=${
          data.layout.length > 0
            ? (regionText(data.layout, view.selection.address, run) ?? 'no module claims it')
            : null
        }
        .block=${blockText(data.heap.blockAt(view.selection.address), run)}
        .littleEndian=${view.littleEndian}
        .history=${view.selection.history}
        .lastChange=${data.lastChange.answer}
        .madeBy=${data.madeBy.answer}
        .code=${data.code.answer}
        .codeShown=${view.codeShown}
        .canOpen=${session.state?.kind === 'run' && !session.state.opened}
        .writesTo=${data.writesTo}
        .writesShown=${view.writesShown}
        .step=${view.place.step}
        .watch=${() => session.keepPlace('watch', null)}
        .view=${view}
        .host=${host}
        ><wsm-template-section
          .tree=${data.templateTree}
          .file=${data.templates.file}
          .templates=${data.templates.templates}
          .error=${data.templates.error}
          .open=${view.templates.shown}
          .selected=${view.selection.range.start}
          .view=${view}
          .shown=${view.templates}
          .host=${host}
        ></wsm-template-section
      ></wsm-inspector>`;
    },
  },
  {
    area: 'places',
    // It scrolls only beside others: in one column the panel does.
    height: ['max-content', 'auto'],
    column: [0, 0],
    ruled: true,
    openFrom: [760, 0],
    render: (session, run, fold) => {
      const { kept, draft } = session.places;
      return kept.watches.length + kept.bookmarks.length > 0 || draft
        ? html`<wsm-places .session=${session} .run=${run} .kept=${kept} .draft=${draft} .fold=${fold}></wsm-places>`
        : nothing;
    },
  },
  {
    area: 'findings',
    height: ['auto', 'fit-content(33%)'],
    column: 'all',
    ruled: true,
    openFrom: [760, 560],
    border: [FINDINGS_BORDER, FINDINGS_BORDER],
    render: ({ view, data, host, canShare }, run, fold) =>
      data.findings.known.length > 0
        ? html`<wsm-finding-list
            .fold=${fold}
            .findings=${data.findings.known}
            .open=${view.finding}
            .names=${InstanceNames.of(run)}
            .view=${view}
            .runShared=${canShare ? () => host.command({ name: 'setState', state: 'shared' }) : null}
          ></wsm-finding-list>`
        : nothing,
  },
];

/** Whether a section can be folded: one that has a column for itself fills it. */
export function isFoldable(section: Section, columns: number): boolean {
  if (!section.openFrom) return false;
  const column = columnOf(section, columns);
  return column === null || SECTIONS.filter(each => each.openFrom && columnOf(each, columns) === column).length > 1;
}

/** Whether a section shows its content, and not its title alone. */
export function isOpen(section: Section, sections: SectionView): boolean {
  const { openFrom, folds } = section;
  const head = folds === undefined ? undefined : SECTIONS.find(({ area }) => area === folds);
  if (head) return isOpen(head, sections);
  return !openFrom || !isFoldable(section, sections.columns) || sections.isOpen(section.area, openFrom);
}

/** The border of a section that the user can drag now; null where it has none. */
export function borderOf(section: Section, sections: SectionView): Border | null {
  const { columns } = sections;
  const border = section.border?.[columns === 1 ? 0 : 1] ?? null;
  const column = columnOf(section, columns);
  const isAlone = column !== null && SECTIONS.filter(each => columnOf(each, columns) === column).length === 1;
  if (!border || isAlone || !isOpen(section, sections)) return null;
  // Below it another section takes the room that is left: none does where that one is folded.
  const memory = SECTIONS.find(({ area }) => area === 'memory');
  return border.edge === 'below' && memory && !isOpen(memory, sections) ? null : border;
}

/** The row's height where it is another one than the table's; undefined where it is that. */
export function ownHeight(section: Section, sections: SectionView): string | undefined {
  // A title is never cut: of what scrolls, a row of height auto may leave nothing.
  if (!isOpen(section, sections)) return sections.columns === 1 || section.area !== 'calls' ? 'max-content' : undefined;
  const height = borderOf(section, sections) ? sections.heightOf(section.area) : undefined;
  return height === undefined ? undefined : `${height}px`;
}

const blockText = (block: LiveBlock | null, run: Run): string | null =>
  block && inBlockText(block, InstanceNames.of(run));

function noCalls(run: Run): string {
  if (run.status === 'looked-at') return 'Nothing ran, so there are no calls.';
  if (run.isPaused) return 'Recording is paused: calls are shown once it is resumed.';
  if (isUnderWay(run)) return 'Waiting for the first call.';
  return 'No calls were made. Memory is shown as instantiation left it.';
}

/**
 * Grid of the sections in columns of the given widths, below one row, `top`, that is as wide as all of them. The column with
 * the most sections makes the rows; in a shorter one the section that grows, or else the last, takes the rows that are left.
 */
export function layout(widths: readonly [string, ...string[]]): CSSResult {
  const columns = widths.map((_, column) => SECTIONS.filter(section => columnOf(section, widths.length) === column));
  const below = SECTIONS.filter(({ column }) => column === 'all');
  const longest = columns.reduce((a, b) => (b.length > a.length ? b : a));
  const heights = [...longest, ...below].map(
    section => `var(${heightVariable(section)}, ${section.height[widths.length === 1 ? 0 : 1]})`,
  );
  const filled = columns.map(column => stretch(column, longest.length));
  const wide = (area: string): string => `'${widths.map(() => area).join(' ')}'`;
  const areas = [
    wide('top'),
    ...longest.map((_, row) => `'${filled.map(column => column[row]?.area ?? '.').join(' ')}'`),
    ...below.map(({ area }) => wide(area)),
  ];
  const rule = ({ area, ruled = false }: Section, above: boolean, before: boolean): string => `.${area} > * {
        grid-area: ${area};
        border-top-width: ${ruled && above ? 1 : 0}px;
        border-inline-start-width: ${ruled && before ? 1 : 0}px;
      }`;
  const rules = [
    ...columns.flatMap((sections, column) => sections.map((section, row) => rule(section, row > 0, column > 0))),
    ...below.map(section => rule(section, true, false)),
  ];
  return unsafeCSS(`main {
      grid-template: auto ${heights.join(' ')} / ${widths.join(' ')};
      grid-template-areas: ${areas.join(' ')};
    }
    ${rules.join('\n')}`);
}

/** The custom property with the height of a section's row, where it is not the table's. */
export const heightVariable = ({ area }: Section): string => `--wsm-height-${area}`;

/** The column of a section that is in one. */
function columnOf({ column }: Section, columns: number): number | null {
  if (column === 'all') return null;
  return columns === 1 ? 0 : (column[columns - 2] ?? 0);
}

/** A column's sections, one a row, with the rows that are left given to one of them. */
function stretch(column: readonly Section[], rows: number): Section[] {
  const growing = column.find(({ height: [, beside] }) => beside.includes('fr')) ?? column.at(-1);
  return column.flatMap(section =>
    new Array<Section>(section === growing ? rows - column.length + 1 : 1).fill(section),
  );
}
