// Findings in the Problems view: on the module of a run, on the script of a recorded program, or on the recording that was opened.
import * as vscode from 'vscode';
import { type Finding, type Severity, severityOf } from '../protocol/finding.ts';
import { findingWords } from '../protocol/findingWords.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import type { Runs, ShownRun } from './runs.ts';

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
    const { subject, kind } = shown.source;
    if (kind === 'bundled') return; // no file of the user's: the panel tells them alone
    this.collection.delete(subject);
    this.newest.set(subject.toString(), shown);
  }

  private tell(shown: ShownRun): void {
    const { subject } = shown.source;
    if (this.newest.get(subject.toString()) !== shown) return;
    const names = InstanceNames.of(shown.snapshot);
    this.collection.set(
      subject,
      shown.findings.map(finding => diagnosticOf(finding, names)),
    );
  }

  private end(shown: ShownRun): void {
    const { subject } = shown.source;
    if (this.newest.get(subject.toString()) !== shown) return;
    this.newest.delete(subject.toString());
    this.collection.delete(subject);
  }
}

function diagnosticOf(finding: Finding, names: InstanceNames): vscode.Diagnostic {
  const { title, happened } = findingWords(finding, names);
  const diagnostic = new vscode.Diagnostic(START, `${title}. ${happened}`, SEVERITIES[severityOf(finding)]);
  diagnostic.source = FINDING_SOURCE;
  diagnostic.code = finding.kind;
  return diagnostic;
}
