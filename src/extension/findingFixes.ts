// The quick fix of findings that shared state cures, where the module can be run again.
import * as vscode from 'vscode';
import { CURED_BY_SHARED_STATE } from '../protocol/finding.ts';
import { FINDING_SOURCE } from './findingDiagnostics.ts';
import type { ShownRun } from './runs.ts';

/** Runs of these files can be run again; scripts and recordings can't. */
export const FIXED_FILES: vscode.DocumentSelector = { pattern: '**/*.wasm' };

export const RUN_SHARED = 'wasmSharedMemory.runWithSharedState';

const TITLE = 'Run again with shared state';

const CURED: ReadonlySet<unknown> = CURED_BY_SHARED_STATE;

const isCured = ({ source, code }: vscode.Diagnostic): boolean => source === FINDING_SOURCE && CURED.has(code);

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
    const cured = diagnostics.filter(isCured);
    if (cured.length === 0 || !this.runOf(uri)?.canShareState) return [];
    const action = new vscode.CodeAction(TITLE, vscode.CodeActionKind.QuickFix);
    action.diagnostics = cured;
    action.isPreferred = true;
    action.command = { command: RUN_SHARED, title: TITLE, arguments: [uri] };
    return [action];
  }
}
