// Recordings as files.
import { zlibCodec } from '../../../src/platform/codec.ts';
import type { RecordingDescription } from '../../../src/recording/file/header.ts';
import { encodeSection, fileHead, readSections, SECTION } from '../../../src/recording/file/sections.ts';
import { factsOf, writeRecording } from '../../../src/recording/file/writeRecording.ts';
import type { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { runSnapshot } from './calls.ts';

/** The file of a recording, with what a test says of its run. */
export function fileOf(store: RecordingStore, given: Partial<RecordingDescription> = {}): Uint8Array {
  const description = { run: factsOf(runSnapshot()), sites: [], segments: [], modules: [], ...given };
  return new Uint8Array(Buffer.concat([...writeRecording(store, description)]));
}

/** The file with another header. */
export function withHeader(file: Uint8Array, change: (header: object) => object): Uint8Array {
  const parts = [...readSections(zlibCodec, file)].map(({ kind, contents }) => {
    if (kind !== SECTION.header) return encodeSection(zlibCodec, kind, contents);
    const header = change(JSON.parse(new TextDecoder().decode(contents)));
    return encodeSection(zlibCodec, kind, new TextEncoder().encode(JSON.stringify(header)));
  });
  return new Uint8Array(Buffer.concat([fileHead(), ...parts]));
}
