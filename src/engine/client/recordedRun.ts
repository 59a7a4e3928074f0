// A run that does not go on: a file that was only looked at, or an exported recording.

import type { RunSnapshot } from '../../protocol/run.ts';
import type { RecordingInit } from '../../recording/recordingInit.ts';
import { RecordingClient } from './recordingClient.ts';
import type { CancelEffect, Run, Subscription } from './run.ts';

/** Nobody starts it: what there is to ask is nothing. */
const NO_MEMORY: RecordingInit = {
  kind: 'static',
  changes: { pages: new Uint32Array(0), contents: new Uint8Array(0) },
  memoryBytes: 0,
};

export class RecordedRun implements Run {
  readonly recording: RecordingClient;

  /** @param init null where there is no memory to show */
  constructor(
    private shown: RunSnapshot,
    workerFolder: string,
    init: Exclude<RecordingInit, { kind: 'run' }> | null,
  ) {
    this.recording = new RecordingClient(
      workerFolder,
      init ?? NO_MEMORY,
      [],
      () => {},
      () => this.shown,
    );
  }

  get snapshot(): RunSnapshot {
    return this.shown;
  }

  get done(): Promise<RunSnapshot> {
    return Promise.resolve(this.shown);
  }

  /** Shows what the file says of its run. */
  show(snapshot: RunSnapshot): void {
    this.shown = snapshot;
  }

  onDidChange(): Subscription {
    return { dispose() {} }; // it never changes again
  }

  cancel(): CancelEffect {
    return 'leaves-rest'; // all that there is, is recorded
  }

  dispose(): void {
    this.recording.dispose();
  }
}
