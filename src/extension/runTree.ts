// The list of open runs and recordings: below each what was found in it, and its modules with their instances. Loaded when the list is
// seen for the first time.
import * as vscode from 'vscode';
import { type Finding, type Severity, severityOf } from '../protocol/finding.ts';
import { findingLabel, ofSeverity, whereAndWhen } from '../protocol/findingLabels.ts';
import { findingWords } from '../protocol/findingWords.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import { type Result, resultOf } from '../protocol/runResult.ts';
import { count } from '../protocol/text.ts';
import { MOST_KEPT, type Runs, type ShownRun } from './runs.ts';

/** A row of the list. */
export type RunNode =
  | { readonly kind: 'run'; readonly shown: ShownRun }
  | { readonly kind: 'finding'; readonly shown: ShownRun; readonly finding: Finding; readonly index: number }
  | { readonly kind: 'module'; readonly shown: ShownRun; readonly module: number }
  | { readonly kind: 'instance'; readonly shown: ShownRun; readonly instance: number };

/** A run changes thousands of times a second; whether the list is another one is looked at no oftener than this, in milliseconds. */
const REFRESH_MS = 300;

/** How results and findings are marked, each by a shape of its own. */
const ICONS: Readonly<Record<Result['tone'], vscode.ThemeIcon>> = {
  ok: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  neutral: new vscode.ThemeIcon('circle-outline'),
  busy: new vscode.ThemeIcon('loading~spin'),
};

const SEVERITY_ICONS: Readonly<Record<Severity, vscode.ThemeIcon>> = {
  error: ICONS.error,
  warning: ICONS.warning,
  note: new vscode.ThemeIcon('info'),
};

export class RunTree implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Rows are others now. */
  readonly onDidChange = this.changed.event;
  /** Ends listening to each run. */
  private readonly followed = new Map<ShownRun, vscode.Disposable>();
  private readonly listening: vscode.Disposable;
  private refreshing: NodeJS.Timeout | undefined;
  /** What was told last. */
  private told = '';

  constructor(private readonly runs: Runs) {
    for (const shown of runs.all) this.follow(shown);
    this.listening = vscode.Disposable.from(
      runs.onDidAdd(shown => this.follow(shown)),
      runs.onDidFind(() => this.refresh()),
      runs.onDidLetGo(() => this.refresh()),
      runs.onDidClose(shown => {
        this.followed.get(shown)?.dispose();
        this.followed.delete(shown);
        this.refresh();
      }),
    );
  }

  /** Rows below one; the runs, the newest first, where none is given. */
  childrenOf(node?: RunNode): RunNode[] {
    if (!node) return this.runs.all.map(shown => ({ kind: 'run', shown }));
    const { shown } = node;
    switch (node.kind) {
      case 'run':
        return [
          ...shown.findings.map((finding, index) => ({ kind: 'finding', shown, finding, index }) as const),
          ...shown.snapshot.modules.map((_, module) => ({ kind: 'module', shown, module }) as const),
        ];
      case 'module':
        return InstanceNames.of(shown.snapshot)
          .instancesOf(node.module)
          .map(instance => ({ kind: 'instance', shown, instance }));
      default:
        return [];
    }
  }

  itemOf(node: RunNode): vscode.TreeItem {
    const isEmpty = this.childrenOf(node).length === 0;
    return Object.assign(rowOf(node), {
      id: idOf(node),
      collapsibleState: vscode.TreeItemCollapsibleState[isEmpty ? 'None' : 'Collapsed'],
    });
  }

  dispose(): void {
    clearTimeout(this.refreshing);
    this.listening.dispose();
    for (const each of this.followed.values()) each.dispose();
    this.changed.dispose();
  }

  private follow(shown: ShownRun): void {
    if (!this.followed.has(shown))
      this.followed.set(shown, vscode.Disposable.from(shown.run.onDidChange(() => this.refresh())));
    this.refresh();
  }

  private refresh(): void {
    this.refreshing ??= setTimeout(() => {
      this.refreshing = undefined;
      const text = JSON.stringify(this.runs.all.map(factsOf));
      // A click on a row that is being drawn is lost, so rows that say the same stay.
      if (text === this.told) return;
      this.told = text;
      this.changed.fire();
    }, REFRESH_MS);
  }
}

/** What the rows of a run say. */
function factsOf(shown: ShownRun): unknown {
  const { modules, instances, writers } = shown.snapshot;
  const { description, tooltip } = runRow({ kind: 'run', shown });
  return [shown.id, description, tooltip, shown.findings, modules.length, instances.length, writers];
}

/** Rows that are drawn anew stay as unfolded as they were. */
function idOf(node: RunNode): string {
  switch (node.kind) {
    case 'run':
      return `${node.shown.id}`;
    case 'finding':
      return `${node.shown.id} finding ${node.index}`;
    case 'module':
      return `${node.shown.id} module ${node.module}`;
    case 'instance':
      return `${node.shown.id} instance ${node.instance}`;
  }
}

type Row = Omit<vscode.TreeItem, 'id' | 'collapsibleState'>;

function rowOf(node: RunNode): Row {
  switch (node.kind) {
    case 'run':
      return runRow(node);
    case 'finding':
      return findingRow(node);
    case 'module':
      return moduleRow(node.shown, node.module);
    case 'instance':
      return instanceRow(node.shown, node.instance);
  }
}

function runRow(node: Extract<RunNode, { kind: 'run' }>): Row {
  const { shown } = node;
  const { label, folder } = shown.source.view;
  const result = resultIn(shown);
  const found = foundText(shown);
  const time = new Date(shown.since).toLocaleTimeString(vscode.env.language, { timeStyle: 'short' });
  const parts = [result.text, ...(found ? [found] : [])];
  return {
    label,
    description: [...parts, time].join(' · '), // where there is little room, the time is what is cut
    tooltip: [
      folder ? `${folder}/${label}` : label,
      shown.source.kind === 'recording'
        ? vscode.l10n.t('Opened at {0}: {1}', time, parts.join(', '))
        : vscode.l10n.t('Started at {0}: {1}', time, parts.join(', ')),
      shown.isHeld
        ? vscode.l10n.t('A panel shows it.')
        : vscode.l10n.t(
            'No panel shows it: it is one of {0} at most that stay open so; the oldest closes first.',
            MOST_KEPT,
          ),
    ].join('\n'),
    iconPath: ICONS[toneOf(shown, result)],
    contextValue: ['run', ...flagsOf(shown)].join(' '),
    command: { command: 'wasmSharedMemory.showRun', title: vscode.l10n.t('Show in Side Bar'), arguments: [node] },
    accessibilityInformation: { label: [label, ...parts, time].join(', ') },
  };
}

/** A number of calls would have the row drawn anew again and again. */
function resultIn({ ended, snapshot }: ShownRun): Result {
  const result = resultOf(snapshot);
  if (ended) return result;
  return { ...result, text: snapshot.isPaused ? vscode.l10n.t('recording paused') : vscode.l10n.t('running') };
}

/** What can be done with it, for the menus' `when` clauses. */
const flagsOf = (shown: ShownRun): string[] => [
  shown.ended ? 'ended' : 'running',
  ...(shown.recorded && shown.source.kind !== 'recording' ? ['exportable'] : []),
];

/** Null while it is not known, and where nothing found says little. */
function foundText({ isFound, findings, snapshot }: ShownRun): string | null {
  if (findings.length > 0) return count(findings.length, 'finding');
  return isFound && snapshot.record !== 'calls' ? vscode.l10n.t('no findings') : null;
}

/** What was found in a run counts as much as its result: a right value may be right by luck. */
function toneOf({ findings }: ShownRun, { tone }: Result): Result['tone'] {
  if (tone === 'error' || ofSeverity(findings, 'error').length > 0) return 'error';
  return ofSeverity(findings, 'warning').length > 0 ? 'warning' : tone;
}

function findingRow(node: Extract<RunNode, { kind: 'finding' }>): Row {
  const { shown, finding } = node;
  const names = InstanceNames.of(shown.snapshot);
  const { title, happened, remedies } = findingWords(finding, names);
  return {
    label: title,
    description: whereAndWhen(finding, names).join(' · '),
    tooltip: [`${title}.`, happened, ...remedies].join('\n'),
    iconPath: SEVERITY_ICONS[severityOf(finding)],
    contextValue: 'finding',
    command: { command: 'wasmSharedMemory.showFinding', title: vscode.l10n.t('Go to finding'), arguments: [node] },
    accessibilityInformation: { label: findingLabel(finding, names) },
  };
}

function moduleRow({ snapshot }: ShownRun, module: number): Row {
  const { name, instanceState } = snapshot.modules[module];
  const made = InstanceNames.of(snapshot).instancesOf(module).length;
  return {
    label: name,
    description: [count(made, 'instance'), ...(instanceState === 'shared' ? [vscode.l10n.t('shared state')] : [])].join(
      ' · ',
    ),
    iconPath: new vscode.ThemeIcon('file-binary'),
    contextValue: 'module',
  };
}

function instanceRow({ snapshot }: ShownRun, instance: number): Row {
  const { call } = snapshot.instances[instance];
  const wrote = snapshot.writers.includes(instance) ? vscode.l10n.t('wrote to memory') : vscode.l10n.t('wrote nothing');
  return {
    label: `#${instance}`,
    description: call === null ? wrote : `${vscode.l10n.t('made by call {0}', call)} · ${wrote}`,
    iconPath: new vscode.ThemeIcon('symbol-class'),
    contextValue: 'instance',
  };
}
