// Panels that show one run, in the side bar and in editors: linked, they go where the user goes in one of them.
import type * as vscode from 'vscode';
import type { ShownPlace } from '../protocol/panelActions.ts';

/** A panel, as the others know it. */
export interface LinkedPanel {
  /** The run that it shows; null where it shows none. */
  readonly runId: number | null;
  /** Where its user is in that run; null where that is not known. */
  readonly place: ShownPlace | null;
  /** Goes there, and leads nobody by that. */
  follow(place: ShownPlace): void;
  /** {@link PanelLinks.linkOf} of it is another one. */
  linkChanged(): void;
}

/** Where the workspace's state has what the user chose. */
const KEY = 'linkedPanels';

export class PanelLinks {
  /** All panels, each with the link that it shows. */
  private readonly panels = new Map<LinkedPanel, boolean | null>();

  constructor(private readonly state: Pick<vscode.Memento, 'get' | 'update'>) {}

  /** The panel takes part until what is returned is disposed of. */
  add(panel: LinkedPanel): vscode.Disposable {
    this.panels.set(panel, null);
    return {
      dispose: () => {
        this.panels.delete(panel);
        this.shownElse();
      },
    };
  }

  /** Whether panels of its run go together; null where there is no other. */
  linkOf(panel: LinkedPanel): boolean | null {
    return this.othersOf(panel).length > 0 ? this.linked : null;
  }

  /** The user links all panels of a run, or none, from now on. Those of a linked one come to where this one is. */
  async setLinked(panel: LinkedPanel, linked: boolean): Promise<void> {
    const updated = this.state.update(KEY, linked); // what is read is the new one at once
    this.shownElse();
    this.lead(panel);
    await updated;
  }

  /** A panel shows another run, or is closed: panels may have others now. */
  shownElse(): void {
    for (const [panel, shown] of this.panels) {
      const link = this.linkOf(panel);
      if (link === shown) continue;
      this.panels.set(panel, link);
      panel.linkChanged();
    }
  }

  /** The user went on in a panel: those that are linked with it follow. */
  lead(panel: LinkedPanel): void {
    const { place } = panel;
    if (place && this.linked) for (const other of this.othersOf(panel)) other.follow(place);
  }

  /** A panel came to a run, or can be seen again: it goes to where those are that it is linked with. */
  join(panel: LinkedPanel): void {
    const there = this.othersOf(panel).find(({ place }) => place !== null)?.place;
    if (there && this.linked) panel.follow(there);
  }

  private get linked(): boolean {
    return this.state.get(KEY) === true;
  }

  private othersOf(panel: LinkedPanel): LinkedPanel[] {
    const { runId } = panel;
    return runId === null ? [] : [...this.panels.keys()].filter(other => other !== panel && other.runId === runId);
  }
}
