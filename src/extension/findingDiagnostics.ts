// Findings in the Problems view: on the modules of a run that take part, on the script of a recorded program, or on the recording that was opened.
import * as vscode from 'vscode';
import { type Finding, type Severity, severityOf } from '../protocol/finding.ts';
import { findingWords } from '../protocol/findingWords.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import type { Runs, ShownRun } from './runs.ts';
import type { Source } from './sources.ts';

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

/** Whose diagnostics they are. */
export const FINDING_SOURCE = 'Wasm Shared Memory';

/** A module has no lines: what is found in its run is about all of it. */
const START = new vscode.Range(0, 0, 0, 0);

export class FindingDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('wasmSharedMemory');
  /** Of each file the newest run, by the file's URI: its findings are told. */
  private readonly newest = new Map<string, ShownRun>();
  private readonly listening: vscode.Disposable;

  constructor(runs: Pick<Runs, 'onDidAdd' | 'onDidFind' | 'onDidLetGo'>) {
    this.listening = vscode.Disposable.from(
      runs.onDidAdd(shown => this.begin(shown)),
      runs.onDidFind(shown => this.tell(shown)),
      runs.onDidLetGo(shown => this.end(shown)),
    );
  }

  /** The newest run of a file, whose findings are told; undefined where no panel shows one. */
  readonly runOf = (file: vscode.Uri): ShownRun | undefined => this.newest.get(file.toString());

  dispose(): void {
    this.listening.dispose();
    this.collection.dispose();
  }

  private begin(shown: ShownRun): void {
    for (const file of filesOf(shown)) {
      this.collection.delete(file);
      this.newest.set(file.toString(), shown);
    }
  }

  private tell(shown: ShownRun): void {
    const names = InstanceNames.of(shown.snapshot);
    for (const file of this.toldOf(shown)) {
      const about = shown.findings.filter(finding => isAbout(finding, file, shown));
      this.collection.set(
        file,
        about.map(finding => diagnosticOf(finding, names)),
      );
    }
  }

  private end(shown: ShownRun): void {
    for (const file of this.toldOf(shown)) {
      this.newest.delete(file.toString());
      this.collection.delete(file);
    }
  }

  /** The files of which no newer run is shown. */
  private toldOf(shown: ShownRun): vscode.Uri[] {
    return filesOf(shown).filter(file => this.newest.get(file.toString()) === shown);
  }
}

/** What was run: several modules, of which each has one instance, in this order, or a single source. */
const sourcesOf = ({ source }: ShownRun): readonly Source[] => [source, ...(source.others?.sources ?? [])];

/** What is found is told of the user's own files: of a bundled guest the panel alone tells it. */
const filesOf = (shown: ShownRun): vscode.Uri[] =>
  sourcesOf(shown)
    .filter(({ kind }) => kind !== 'bundled')
    .map(({ subject }) => subject);

/** Whether an instance of a file takes part in what was found. */
function isAbout({ instances }: Finding, file: vscode.Uri, shown: ShownRun): boolean {
  const sources = sourcesOf(shown);
  const isAlone = sources.length === 1 || instances.length === 0;
  return isAlone || instances.some(instance => sources[instance]?.subject.toString() === file.toString());
}

function diagnosticOf(finding: Finding, names: InstanceNames): vscode.Diagnostic {
  const { title, happened } = findingWords(finding, names);
  const diagnostic = new vscode.Diagnostic(START, `${title}. ${happened}`, SEVERITIES[severityOf(finding)]);
  diagnostic.source = FINDING_SOURCE;
  diagnostic.code = finding.kind;
  return diagnostic;
}
