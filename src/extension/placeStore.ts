// What users keep for their modules, in the workspace's state: by the digest of the module's bytes, wherever its file lies.
import * as vscode from 'vscode';
import { attempt } from '../protocol/check.ts';
import { editPlaces, type KeptPlaces, keptPlaces, NO_PLACES, type PlaceEdit } from '../protocol/keptPlaces.ts';
import type { RunSnapshot } from '../protocol/run.ts';

/** What the places of a run are kept by; null while its module is not known. */
const keyOf = ({ modules: [module] }: RunSnapshot): string | null => (module ? `places ${module.sha256}` : null);

export class PlaceStore implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly state: Pick<vscode.Memento, 'get' | 'update'>) {}

  of(run: RunSnapshot): KeptPlaces {
    const key = keyOf(run);
    const kept: unknown = key === null ? undefined : this.state.get(key);
    return attempt(keptPlaces)(kept, 'what is kept') ?? NO_PLACES;
  }

  /** Rejects where nothing can be kept. */
  async edit(run: RunSnapshot, edit: PlaceEdit): Promise<void> {
    const key = keyOf(run);
    if (key === null)
      throw new Error(vscode.l10n.t('The module of the run is not known, so nothing can be kept for it.'));
    const kept = editPlaces(this.of(run), edit);
    const isEmpty = kept.watches.length === 0 && kept.bookmarks.length === 0;
    const updated = this.state.update(key, isEmpty ? undefined : kept); // what is read is the new one at once
    this.changed.fire();
    await updated;
  }

  dispose(): void {
    this.changed.dispose();
  }
}
