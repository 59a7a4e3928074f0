// Workspace trust: a workspace's files are looked at, but not run, until the user trusts the workspace.
import * as vscode from 'vscode';
import type { Problem } from '../protocol/problem.ts';

/** What the panels need to know of workspace trust; the tests give their own. */
export interface Trust {
  readonly trusted: boolean;
  readonly onDidGrant: vscode.Event<void>;
}

/** The trust of the window's workspace, read anew each time. */
export const workspaceTrust: Trust = {
  get trusted() {
    return vscode.workspace.isTrusted;
  },
  onDidGrant: vscode.workspace.onDidGrantWorkspaceTrust,
};

/** Tells that the program was not recorded, with a way to trust the workspace. */
export async function tellUntrusted(): Promise<void> {
  const message = vscode.l10n.t('The program was not recorded, because this workspace is not trusted.');
  const button = await vscode.window.showWarningMessage(message, vscode.l10n.t('Manage Workspace Trust'));
  if (button) await vscode.commands.executeCommand('workbench.trust.manage');
}

/** Why a file was only looked at. */
export function untrustedProblem(label: string): Problem {
  return {
    kind: 'untrusted-workspace',
    message: vscode.l10n.t('{0} was read but not run, because this workspace is not trusted.', label),
    remedy: vscode.l10n.t('Trust the workspace to run it.'),
  };
}
