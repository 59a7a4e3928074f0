// The programs that are recorded now, and the commands that pause and resume that.
import * as vscode from 'vscode';
import { ContextKey } from './contextKey.ts';
import type { MemoryPanel } from './panel.ts';
import type { ShownRun } from './runs.ts';

/** Of all programs that run: what there is to pause, and to resume. */
type ProgramsState = 'none' | 'recording' | 'paused' | 'both';

export class RunningPrograms {
  private readonly running = new Set<ShownRun>();
  private readonly key = new ContextKey<ProgramsState>('wasmSharedMemory.programs');

  /** @param panels the one that the user looks at first */
  constructor(private readonly panels: () => readonly (MemoryPanel | undefined)[]) {}

  /** Until it has ended. */
  async follow(shown: ShownRun, ended: Promise<unknown>): Promise<void> {
    this.running.add(shown);
    const following = shown.run.onDidChange(() => this.showState());
    this.showState();
    await ended.catch(() => {});
    following.dispose();
    this.running.delete(shown);
    this.showState();
  }

  /** Pauses or resumes recording of the program that the user looks at, else of the one that was started last. */
  async setPaused(paused: boolean): Promise<void> {
    const looked = this.panels().map(panel => panel && programOf(panel));
    const shown = looked.find(each => each !== undefined) ?? [...this.running].at(-1);
    await setPausedOf(shown, paused);
  }

  private showState(): void {
    const states = new Set([...this.running].map(({ program }) => program));
    const [recording, paused] = [states.has('recording'), states.has('paused')];
    this.key.show(recording && paused ? 'both' : recording ? 'recording' : paused ? 'paused' : 'none');
  }
}

/** The program that a panel shows and that runs. */
const programOf = ({ content, program }: MemoryPanel): ShownRun | undefined =>
  content.kind === 'run' && program !== 'none' ? content.shown : undefined;

/** Pauses or resumes recording of the program that a panel shows. */
export const setPausedIn = (panel: MemoryPanel | undefined, paused: boolean): Promise<void> =>
  setPausedOf(panel && programOf(panel), paused);

async function setPausedOf(shown: ShownRun | undefined, paused: boolean): Promise<void> {
  if (!shown) {
    void vscode.window.showInformationMessage(
      paused
        ? vscode.l10n.t(
            "No program that is recorded runs, so there is nothing to pause. Start one with 'Record a Node program…'.",
          )
        : vscode.l10n.t(
            "No program that is recorded runs, so there is nothing to resume. Start one with 'Record a Node program…'.",
          ),
    );
  } else if (!(await shown.setPaused(paused))) {
    const { label } = shown.source.view;
    void vscode.window.showInformationMessage(
      paused
        ? vscode.l10n.t('{0} has ended, so there is nothing to pause. Its recording stays as it is.', label)
        : vscode.l10n.t('{0} has ended, so there is nothing to resume. Its recording stays as it is.', label),
    );
  }
}
