// Writes a recording as a file, in parts that can be written one by one.
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import { ByteRow } from '../history/varint.ts';
import type { RecordingStore } from '../recordingStore.ts';
import { AccessEncoder } from './accessStream.ts';
import type { RecordingDescription, RecordingHeader } from './header.ts';
import { encodeSection, fileHead, SECTION } from './sections.ts';

/** Pages of a section. */
const SECTION_PAGES = 128;

/**
 * The parts of the file, in order; none is larger than about 1 MiB, but for the header and very long writes.
 * The recording must not grow meanwhile.
 * @param description must be plain JSON; `store.accessors.usedSites()` says which sites it should tell of
 */
export function* writeRecording<Run>(
  store: RecordingStore,
  description: RecordingDescription<Run>,
): Generator<Uint8Array> {
  const { codec } = store;
  yield fileHead();
  const header = new TextEncoder().encode(JSON.stringify(headerOf(store, description)));
  yield encodeSection(codec, SECTION.header, header);
  for (const part of pageParts(store)) yield encodeSection(codec, SECTION.pages, part);
  for (const part of new AccessEncoder(store).parts()) yield encodeSection(codec, SECTION.accesses, part);
  yield encodeSection(codec, SECTION.end, new Uint8Array(0));
}

function headerOf<Run>(store: RecordingStore, { run, sites }: RecordingDescription<Run>): RecordingHeader {
  const { calls, timeline, firstStep, lastStep } = store;
  const accessCount = timeline.accessCount;
  return {
    run,
    sites,
    beginning: { step: firstStep, access: timeline.firstAccess, memoryBytes: store.sizes.at(firstStep) },
    calls: Array.from({ length: calls.count }, (_, call) => calls.span(call, lastStep, accessCount)),
    lastStep,
    accessCount,
  };
}

/** Memory at the first step that is kept: for each page its number, dropped writes, contents and owners. */
function* pageParts(store: RecordingStore): Generator<Uint8Array> {
  let row = new ByteRow(SECTION_PAGES * (2 * SHOWN_PAGE_BYTES + 10));
  let pages = 0;
  for (const [page, history] of store.pages) {
    const { bytes } = history.imageAt(store.firstStep);
    if (history.droppedWrites === 0 && bytes.every(byte => byte === 0)) continue;
    row.unsigned(page);
    row.unsigned(history.droppedWrites);
    row.copy(bytes, 0, bytes.length);
    if (++pages % SECTION_PAGES > 0) continue;
    yield row.view();
    row = new ByteRow(SECTION_PAGES * (2 * SHOWN_PAGE_BYTES + 10));
  }
  if (row.length > 0) yield row.view();
}
