// Unexpected errors go to the log in full; the user reads one sentence.
import * as vscode from 'vscode';
import { messageOf } from '../protocol/text.ts';

export const OUTPUT_CHANNEL = 'Wasm Shared Memory';

/** Runs what a command, or a listener, does; an error it throws is logged and told in one sentence. */
export async function reportingErrors(log: vscode.LogOutputChannel, what: string, action: () => unknown) {
  try {
    await action();
  } catch (error) {
    log.error(what, error instanceof Error ? (error.stack ?? error.message) : String(error));
    const reason = messageOf(error);
    // Not awaited: the message stays until the user closes it, and nothing may wait for that.
    void vscode.window
      .showErrorMessage(vscode.l10n.t('{0} failed: {1}', what, reason), vscode.l10n.t('Show Log'))
      .then(button => {
        if (button) log.show();
      });
  }
}
