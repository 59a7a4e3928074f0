// Writes a recording as a file, in parts that can be written one by one.

import type { RunSnapshot } from '../../protocol/run.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { PageHistory } from '../history/pageHistory.ts';
import { ByteRow } from '../history/varint.ts';
import type { RecordingStore } from '../recordingStore.ts';
import { AccessEncoder } from './accessStream.ts';
import type { RecordingDescription, RecordingHeader, RunFacts } from './header.ts';
import { encodeSection, fileHead, SECTION } from './sections.ts';

/** Bytes of a section, beyond which the next is begun. */
const SECTION_BYTES = 1 << 20;
const CALLS_OF_SECTION = 4096;

/** About what it takes to write one of each, in accesses: to tell how far it is. */
const EFFORT = { call: 20, page: 1000 } as const;

/**
 * The parts of the file, in order; none is larger than about 1 MiB, but for the header and very long writes.
 * The recording must not grow meanwhile.
 * @param description what the store does not know; `store.accessors.usedSites()` says which sites it should tell of
 * @param progress told before each part how far it is, from 0 to 1
 */
export function* writeRecording(
  store: RecordingStore,
  description: RecordingDescription,
  progress: (done: number) => void = () => {},
): Generator<Uint8Array> {
  const { codec, calls, pages, timeline } = store;
  const all = EFFORT.call * calls.count + EFFORT.page * pages.size + timeline.accessCount - timeline.firstAccess;
  let done = 0;
  const tell = (): void => progress(all === 0 ? 0 : done / all);
  const pagesDone = function* () {
    for (const page of pages) {
      yield page;
      done += EFFORT.page;
    }
  };
  yield fileHead();
  const header = new TextEncoder().encode(JSON.stringify(headerOf(store, description)));
  yield encodeSection(codec, SECTION.header, header);
  for (const module of description.modules) yield encodeSection(codec, SECTION.module, module);
  for (const { count, part } of callParts(store)) {
    tell();
    yield encodeSection(codec, SECTION.calls, part);
    done += EFFORT.call * count;
  }
  for (const part of pageParts(pagesDone(), store.firstStep)) {
    tell();
    yield encodeSection(codec, SECTION.pages, part);
  }
  for (const part of initialParts(store)) yield encodeSection(codec, SECTION.initial, part);
  for (const part of inputParts(store)) yield encodeSection(codec, SECTION.inputs, part);
  const beforeAccesses = done;
  const encoder = new AccessEncoder(store);
  for (const part of encoder.parts()) {
    done = beforeAccesses + encoder.encoded;
    tell();
    yield encodeSection(codec, SECTION.accesses, part);
  }
  yield encodeSection(codec, SECTION.end, new Uint8Array(0));
}

/** Without what the recording tells by itself. */
export function factsOf(run: RunSnapshot): RunFacts {
  const { status, modules, instances, watch, verdict, record, recordNote, notes, stubsCalled, problem } = run;
  return { status, modules, instances, watch, verdict, record, recordNote, notes, stubsCalled, problem };
}

function headerOf(store: RecordingStore, { run, sites, segments }: RecordingDescription): RecordingHeader {
  const { calls, timeline, firstStep, lastStep, inputs, heap, unsure } = store;
  return {
    run,
    sites,
    segments,
    inputs: inputs.summary,
    heap: heap.seenBefore(timeline.firstAccess),
    unsure: unsure.ranges.filter(([, upTo]) => upTo > firstStep),
    beginning: { step: firstStep, access: timeline.firstAccess, memoryBytes: store.sizes.at(firstStep) },
    callCount: calls.count,
    lastStep,
    accessCount: timeline.accessCount,
  };
}

/** The calls, call 0 first, as lists in JSON. */
function* callParts({
  calls,
  lastStep,
  timeline,
}: RecordingStore): Generator<{ readonly count: number; readonly part: Uint8Array }> {
  const encoder = new TextEncoder();
  for (let first = 0; first < calls.count; first += CALLS_OF_SECTION) {
    const length = Math.min(CALLS_OF_SECTION, calls.count - first);
    const part = Array.from({ length }, (_, i) => calls.kept(first + i, lastStep, timeline.accessCount));
    yield { count: length, part: encoder.encode(JSON.stringify(part)) };
  }
}

/** Memory at the first step that is kept: for each page its number, dropped writes, contents and owners. */
function* pageParts(pages: Iterable<readonly [number, PageHistory]>, firstStep: number): Generator<Uint8Array> {
  yield* inParts(pages, (row, [page, history]) => {
    const { bytes } = history.imageAt(firstStep);
    if (history.droppedWrites === 0 && bytes.every(byte => byte === 0)) return;
    row.unsigned(page);
    row.unsigned(history.droppedWrites);
    row.copy(bytes, 0, bytes.length);
  });
}

/** Memory at step 0, where the history begins later: for each page its number and its contents. */
function* initialParts({ firstStep, inputs, codec }: RecordingStore): Generator<Uint8Array> {
  if (firstStep === 0) return;
  yield* inParts(inputs.initial, (row, [page, image]) => {
    row.unsigned(page);
    row.copy(codec.unpack(image), 0, SHOWN_PAGE_BYTES);
  });
}

/** What came from outside: the number of the call, bytes, records. */
function inputParts({ inputs }: RecordingStore): Generator<Uint8Array> {
  return inParts(inputs.pieces(), (row, [call, records]) => {
    row.unsigned(call);
    row.unsigned(records.length);
    row.copy(records, 0, records.length);
  });
}

function* inParts<Item>(items: Iterable<Item>, write: (row: ByteRow, item: Item) => void): Generator<Uint8Array> {
  let row = new ByteRow();
  for (const item of items) {
    write(row, item);
    if (row.length < SECTION_BYTES) continue;
    yield row.view();
    row = new ByteRow();
  }
  if (row.length > 0) yield row.view();
}
