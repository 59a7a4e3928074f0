// Recordings as files.
import type { RecordingDescription } from '../../../src/recording/file/header.ts';
import { factsOf, writeRecording } from '../../../src/recording/file/writeRecording.ts';
import type { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { runSnapshot } from './calls.ts';

/** The file of a recording, with what a test says of its run. */
export function fileOf(store: RecordingStore, given: Partial<RecordingDescription> = {}): Uint8Array {
  const description = { run: factsOf(runSnapshot()), sites: [], segments: [], modules: [], ...given };
  return new Uint8Array(Buffer.concat([...writeRecording(store, description)]));
}
