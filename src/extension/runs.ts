// The runs of this window: started here, shown by any number of panels, and let go of with the last of them.
import type * as vscode from 'vscode';
import { lookAt, type Run, type RunRequest, startRun } from '../engine/client.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { readRunSettings } from './settings.ts';
import type { Source } from './sources.ts';
import { type Trust, untrustedProblem } from './trust.ts';

/** Starts a run; the tests may give another engine. */
export interface Engine {
  startRun(request: RunRequest): Run;
  lookAt(bytes: Uint8Array): Run;
}

/** A run that panels show. It is disposed of, and its memory freed, when the last of them releases it. */
export class ShownRun {
  private holders = 0;

  constructor(
    readonly id: number,
    readonly source: Source,
    /** Number of instances that were asked for; a file that was only looked at has none. */
    readonly instances: number,
    /** The file was only looked at, because the workspace is not trusted. */
    readonly refused: boolean,
    readonly run: Run,
    private readonly onUnheld: () => void,
  ) {}

  get snapshot(): RunSnapshot {
    const { snapshot } = this.run;
    // What is wrong with the file itself matters more than that it was not run.
    if (!this.refused || snapshot.status !== 'looked-at' || snapshot.problem) return snapshot;
    return { ...snapshot, problem: untrustedProblem(this.source.view.label) };
  }

  get ended(): boolean {
    const { status } = this.run.snapshot;
    return status !== 'starting' && status !== 'running';
  }

  /** Keeps the run until what is returned is disposed of. */
  hold(): vscode.Disposable {
    this.holders++;
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        if (--this.holders === 0) this.onUnheld();
      },
    };
  }
}

export class Runs implements vscode.Disposable {
  private lastId = 0;
  private readonly shown = new Set<ShownRun>();

  constructor(
    private readonly workerPath: string,
    private readonly trust: Trust,
    private readonly engine: Engine = { startRun, lookAt },
  ) {}

  /** How many runs are kept now. */
  get size(): number {
    return this.shown.size;
  }

  /**
   * Runs the module over one memory, or only looks at it where the workspace is not trusted.
   * The caller holds the run at once; a run that nobody holds is never disposed of before {@link dispose}.
   */
  start(source: Source, bytes: Uint8Array, instances?: number): ShownRun {
    const settings = readRunSettings();
    const count = instances ?? settings.instances;
    const refused = source.kind === 'file' && !this.trust.trusted;
    const run = refused
      ? this.engine.lookAt(bytes)
      : this.engine.startRun({
          bytes,
          instances: count,
          timeLimitMs: settings.timeLimitMs,
          workerPath: this.workerPath,
        });
    const shown: ShownRun = new ShownRun(++this.lastId, source, count, refused, run, () => {
      this.shown.delete(shown);
      run.dispose();
    });
    this.shown.add(shown);
    return shown;
  }

  dispose(): void {
    for (const { run } of this.shown) run.dispose();
    this.shown.clear();
  }
}
