// The quick fix of findings that shared state cures, where the module can be run again.
import * as vscode from 'vscode';
import { isCuredBySharedState } from '../protocol/finding.ts';
import { FINDING_SOURCE } from './findingDiagnostics.ts';
import type { ShownRun } from './runs.ts';

/** Runs of these files can be run again; scripts and recordings can't. */
export const FIXED_FILES: vscode.DocumentSelector = { pattern: '**/*.wasm' };

export const RUN_SHARED = 'wasmSharedMemory.runWithSharedState';

const TITLE = vscode.l10n.t('Run again with shared state');

function isCured({ source, code }: vscode.Diagnostic, { findings, snapshot }: ShownRun): boolean {
  const moduleOf = (instance: number): number | undefined => snapshot.instances[instance]?.module;
  return source === FINDING_SOURCE && findings.some(each => each.kind === code && isCuredBySharedState(each, moduleOf));
}

export class FindingFixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };

  /** @param runOf the newest run of a file that a panel shows */
  constructor(private readonly runOf: (file: vscode.Uri) => ShownRun | undefined) {}

  provideCodeActions(
    { uri }: Pick<vscode.TextDocument, 'uri'>,
    _: vscode.Range,
    { diagnostics }: Pick<vscode.CodeActionContext, 'diagnostics'>,
  ): vscode.CodeAction[] {
    const run = this.runOf(uri);
    const cured = run?.canShareState ? diagnostics.filter(each => isCured(each, run)) : [];
    if (cured.length === 0) return [];
    const action = new vscode.CodeAction(TITLE, vscode.CodeActionKind.QuickFix);
    action.diagnostics = cured;
    action.isPreferred = true;
    action.command = { command: RUN_SHARED, title: TITLE, arguments: [uri] };
    return [action];
  }
}
