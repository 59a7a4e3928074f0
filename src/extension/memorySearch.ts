// Searching a recording's memory for one panel: at most one search at a time, which can be ended.
import * as vscode from 'vscode';
import type { Recording } from '../engine/client.ts';
import type { SearchMatch, SearchRequest } from '../protocol/search.ts';

export class MemorySearch {
  private current: AbortController | undefined;

  /**
   * Ends the search before this one. Rejects where this one is ended, or where the query can't be searched for.
   * @param progress told how far the search is, 0 to 1, until it ends
   */
  async run(
    recording: Recording,
    request: SearchRequest,
    progress: (done: number) => void,
  ): Promise<SearchMatch | null> {
    this.cancel();
    const controller = new AbortController();
    const { signal } = controller;
    this.current = controller;
    const report = (done: number) => {
      if (this.current === controller) progress(done);
    };
    try {
      const match = await recording.search(request, report, signal);
      signal.throwIfAborted(); // ended too late for the recording, but ended
      return match;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      if (this.current === controller) this.current = undefined;
    }
  }

  cancel(): void {
    this.current?.abort(new Error(vscode.l10n.t('The search was ended.')));
    this.current = undefined;
  }
}
