// The run's data that the panel asks the extension host for: cached, in parts, or only the latest answer.
import {
  type ChangedRanges,
  type LastChange,
  type MadeBy,
  type StepView,
  writerOf,
} from '../../src/protocol/access.ts';
import type { Claim } from '../../src/protocol/claims.ts';
import type { CodeAround } from '../../src/protocol/moduleEditor.ts';
import type { HostRequests } from '../../src/protocol/panel.ts';
import { AccessCache } from '../data/accessCache.ts';
import { LoadedCalls } from '../data/calls.ts';
import { stepsOfCall } from '../data/changedRanges.ts';
import { DifferingRanges } from '../data/differingRanges.ts';
import { Findings } from '../data/findings.ts';
import { HeapData } from '../data/heap.ts';
import { type LayoutRow, layoutOf } from '../data/layout.ts';
import { MemoryAtStep } from '../data/memoryAtStep.ts';
import { MemorySearch } from '../data/memorySearch.ts';
import { knownSizeAt, momentOf } from '../data/moments.ts';
import { OverviewData } from '../data/overviewData.ts';
import { PageCache } from '../data/pageCache.ts';
import { Question } from '../data/question.ts';
import type { Run } from '../data/run.ts';
import { StandingSearch } from '../data/standingSearch.ts';
import { TemplatesData } from '../data/templatesFile.ts';
import { EMPTY_TREE, type TemplateTree, templateTree } from '../data/templateTree.ts';
import { WatchedValues } from '../data/watchedValues.ts';
import { WritesTo } from '../data/writesTo.ts';
import type { Happened } from './arrival.ts';
import type { HostRequest } from './host.ts';
import type { View } from './view.ts';
import { type Shown, wantedPages } from './wantedPages.ts';

/** Pages kept in the webview: 2 MiB of memory, and as much again for owners and for the marks of changed bytes. */
const CACHED_PAGES = 512;

/** Lines of code before and behind the instruction that wrote a byte. */
const CODE_LINES = 6;

const NOTHING_CHANGED: ChangedRanges = { ranges: [], isCut: false };

export class RunData {
  readonly pages: PageCache;
  readonly stepView: Question<HostRequests['describeStep']['params'], StepView>;
  readonly lastChange: Question<HostRequests['lastChange']['params'], LastChange>;
  /** Around the instruction that wrote the selected byte; null where the module's code is not known. */
  readonly code: Question<HostRequests['codeAround']['params'], CodeAround | null>;
  /** Of a selected byte that memory did not have from the first on. */
  readonly madeBy: Question<HostRequests['madeBy']['params'], MadeBy>;
  /** Of the selected call. */
  readonly changedRanges: Question<HostRequests['changedRanges']['params'], ChangedRanges>;
  readonly accesses: AccessCache;
  /** What the modules that have instances claim; there are more of them while a program runs. */
  readonly claims: Question<{ readonly runId: number; readonly modules: number }, readonly (readonly Claim[])[]>;
  readonly writesTo: WritesTo;
  readonly overview: OverviewData;
  /** Of what differs from the step that memory is compared with. */
  readonly differences: DifferingRanges;
  readonly search: MemorySearch;
  /** When what is searched for stood anywhere. */
  readonly standing: StandingSearch;
  readonly findings: Findings;
  /** Blocks of allocators. */
  readonly heap: HeapData;
  /** Values that the user watches. */
  readonly watched: WatchedValues;
  /** The workspace's templates. */
  readonly templates: TemplatesData;
  /** What is shown by them at the shown step. */
  templateTree: TemplateTree = EMPTY_TREE;
  /** The calls of the run. */
  calls: LoadedCalls;
  /** Memory at the shown step; null while there is none. */
  memory: MemoryAtStep | null = null;
  /** What modules claim of it, one row a module. */
  layout: readonly LayoutRow[] = [];
  /** What `layout` was made of. */
  private laid: { readonly answer: RunData['claims']['answer']; readonly key: string } | null = null;
  /** Identity of the run that accesses are asked of. */
  private runId = 0;
  /** There is no selected call, or it made no step. */
  private changesNothing = true;
  private callsArrived: () => void = () => {};
  private shown: Omit<Shown, 'visible'> | undefined;
  private visible: Shown['visible'] = [0, 0];

  /** @param failed a question failed; the message is the host's */
  constructor(
    private readonly request: HostRequest,
    view: View,
    private readonly failed: (message: string) => void,
  ) {
    this.calls = this.callsOf(0);
    this.pages = new PageCache({
      capacity: CACHED_PAGES,
      read: ({ moment, pages }) => request('readPages', { ...moment, pages }),
      failed,
    });
    this.stepView = new Question({ send: params => request('describeStep', params), failed });
    this.lastChange = new Question({ send: params => request('lastChange', params), failed });
    this.code = new Question({ send: params => request('codeAround', params), failed });
    this.madeBy = new Question({ send: params => request('madeBy', params), failed });
    this.claims = new Question({ send: ({ runId }) => request('claims', { runId }), failed });
    this.changedRanges = new Question({ send: params => request('changedRanges', params), failed });
    this.accesses = new AccessCache({
      read: (call, from, count) => request('accesses', { runId: this.runId, call, from, count }),
      failed,
    });
    this.writesTo = new WritesTo({ send: params => request('overwrites', params), failed });
    this.overview = new OverviewData({
      read: (runId, step, first, count) => request('overview', { runId, step, first, count }),
      differences: params => request('differingPages', params),
      failed,
    });
    this.differences = new DifferingRanges({ read: params => request('differingRanges', params), failed });
    this.overview.onChange(() => this.differences.show(this.overview.compared));
    this.findings = new Findings({ send: runId => request('findings', { runId }), failed });
    this.heap = new HeapData({ send: params => request('heapBlocks', params), failed });
    this.watched = new WatchedValues({ send: params => request('watched', params), failed });
    this.templates = new TemplatesData({ read: () => request('templates', null), failed });
    this.standing = new StandingSearch({
      start: () => this.shown && { runId: this.runId, upTo: this.shown.run.lastStep },
      send: params => request('standing', params),
    });
    this.search = new MemorySearch({
      start: () => {
        if (!this.memory) return undefined;
        const { runId, step } = this.memory.moment;
        return { runId, step, from: view.selection.range.start };
      },
      matches: params => request('matches', params),
      send: params => request('search', params),
      cancel: () => request('cancelSearch', null),
      found: ({ address, length }) => view.jumpToRange({ start: address, length }),
    });
  }

  /** Begins with another run. */
  startRun(runId: number): void {
    this.runId = runId;
    this.calls = this.callsOf(runId);
    this.accesses.clear();
    this.writesTo.clear();
    this.differences.reset();
    this.search.reset();
    this.standing.reset();
    this.findings.clear();
    this.heap.clear();
    this.watched.clear();
  }

  /** Functions have other names: what names them is asked for anew. */
  forgetNames(): void {
    this.calls = this.callsOf(this.runId);
    this.accesses.clear();
    this.writesTo.clear();
    this.differences.reset();
    this.findings.clear();
    this.heap.clear();
    for (const question of [this.stepView, this.lastChange, this.code, this.madeBy]) question.clear();
  }

  /** Calls that were asked for arrive, of whichever run is shown. */
  onCalls(listener: () => void): void {
    this.callsArrived = listener;
  }

  /** Asks for the data that a view of the run needs, and keeps its selection inside memory. */
  show(run: Run, view: View): void {
    const { place, granularity, marked, selection, writesShown, heapShown, codeShown, templates, littleEndian } = view;
    const { runId } = this;
    const moment = momentOf(runId, run, place, { granularity, marked });
    const at = { runId, step: moment.step };
    this.stepView.ask(at);
    const exact = this.stepView.answer?.memoryBytes;
    const size = exact ?? knownSizeAt(run, place);
    // While the size is not known, memory may be larger than shown.
    if (exact !== undefined) selection.clampTo(exact);
    const memory = new MemoryAtStep(this.pages, moment, size);
    this.memory = memory;
    if (templates.shown) this.templates.ask();
    else this.templates.rest();
    const { structs } = this.templates.templates;
    this.templateTree = templates.shown
      ? templateTree(templates.rootsIn(this.templates.templates, littleEndian), structs, templates.opened, memory)
      : EMPTY_TREE;
    const byTemplates = this.templateTree.pages;
    this.shown = { memory, run, place, granularity, marked, selected: selection.address, byTemplates };
    this.wantPages();
    this.search.follow(moment);
    const isThere = selection.address < size;
    if (isThere) this.lastChange.ask({ ...at, address: selection.address });
    else this.lastChange.clear();
    const site = codeShown && isThere ? writerOf(this.lastChange.answer) : null;
    if (site) this.code.ask({ runId, module: site.module, offset: site.offset, around: CODE_LINES });
    else this.code.clear();
    if (isThere && selection.address >= (run.initialMemoryBytes ?? 0))
      this.madeBy.ask({ ...at, address: selection.address });
    else this.madeBy.clear();
    this.claims.ask({ runId, modules: Math.max(0, ...run.instances.map(({ module }) => module + 1)) });
    this.lay(run, size);
    const steps = stepsOfCall(run, place);
    if (steps) this.changedRanges.ask({ runId, ...steps });
    else this.changedRanges.clear();
    this.changesNothing = steps === null;
    this.overview.show({ runId, step: moment.step, since: marked, memoryBytes: size });
    this.differences.show(this.overview.compared);
    this.heap.show(runId, run, moment.step, heapShown);
    const { start, length } = selection.range;
    if (writesShown && start + length <= size) {
      const { firstStep, lastStep } = run;
      this.writesTo.show({ ...at, address: start, length, firstStep, lastStep });
    }
  }

  /** Lays out claims anew where they, those who claim, or the size of memory are others: that takes time where they are many. */
  private lay(run: Run, memoryBytes: number): void {
    const { answer } = this.claims;
    const key = [this.runId, run.modules.length, run.instances.length, memoryBytes].join();
    if (this.laid?.answer === answer && this.laid.key === key) return;
    this.laid = { answer, key };
    this.layout = layoutOf(run, answer ?? [], memoryBytes);
  }

  /** What is known of where something happened. */
  get happened(): Happened {
    return {
      findings: this.findings,
      changed: this.changesNothing ? NOTHING_CHANGED : this.changedRanges.answer,
      stepView: this.stepView.answer,
      claims: this.claims.answer,
    };
  }

  /** There is no memory to show. */
  showNothing(): void {
    this.memory = null;
    this.layout = [];
    this.laid = null;
    this.shown = undefined;
    this.lastChange.clear();
    this.madeBy.clear();
    this.changedRanges.clear();
  }

  /** The bytes `start` … `end` (exclusive) are in view. */
  showBytes(start: number, end: number): void {
    if (start === this.visible[0] && end === this.visible[1]) return;
    this.visible = [start, end];
    this.wantPages();
  }

  dispose(): void {
    this.overview.dispose();
    this.findings.clear();
    this.heap.clear();
    this.watched.clear();
  }

  private callsOf(runId: number): LoadedCalls {
    const { request } = this;
    // Answers about a run that is no longer shown come too late.
    const ifShown =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.calls === calls) act(...args);
      };
    const calls: LoadedCalls = new LoadedCalls({
      calls: (from, count, filter) => request('calls', { runId, from, count, filter }),
      callsBefore: (call, filter) => request('callsBefore', { runId, call, filter }),
      traceRows: (from, count, filter, folding) =>
        request('traceRows', { runId, from, count, filter, ...(folding && { folding }) }),
      traceRowsBefore: (anchor, filter, folding) =>
        request('traceRowsBefore', { runId, anchor, filter, ...(folding && { folding }) }),
      callTotals: filter => request('callTotals', { runId, filter }),
      callTimeline: params => request('callTimeline', { runId, ...params }),
      callGroups: params => request('callGroups', { runId, ...params }),
      callSample: columns => request('callSample', { runId, columns }),
      callOfStep: step => request('callOfStep', { runId, step }),
      failed: ifShown(this.failed),
    });
    calls.onChange(ifShown(() => this.callsArrived()));
    return calls;
  }

  private wantPages(): void {
    if (this.shown) this.pages.want(wantedPages({ ...this.shown, visible: this.visible }));
  }
}
