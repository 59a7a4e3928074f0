// Writes a recording as a file, in parts that can be written one by one.

import type { RunSnapshot } from '../../protocol/run.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { RecordingStore } from '../recordingStore.ts';
import { CallWriter } from './callRows.ts';
import type { RecordingDescription, RecordingHeader, RunFacts } from './header.ts';
import { accessorParts, allocatorParts, chunkParts, inParts, pageParts } from './keptParts.ts';
import { encodeSection, fileHead, SECTION } from './sections.ts';

/** About what it takes to write one of each, in calls: to tell how far it is. */
const EFFORT = { call: 1, page: 10 } as const;

/**
 * The parts of the file, in order; none is larger than about 1 MiB, but for the header.
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
  const all = EFFORT.call * calls.count + EFFORT.page * pages.size;
  let done = 0;
  const tell = (): void => progress(all === 0 ? 0 : done / all);
  const pagesDone = function* () {
    for (const page of store.keptPages()) {
      yield page;
      done += EFFORT.page;
    }
  };
  const sections = function* (kind: number, parts: Iterable<Uint8Array>) {
    for (const part of parts) {
      tell();
      yield encodeSection(codec, kind, part);
    }
  };
  yield fileHead();
  tell();
  const header = new TextEncoder().encode(JSON.stringify(headerOf(store, description)));
  yield encodeSection(codec, SECTION.header, header);
  for (const module of description.modules) yield encodeSection(codec, SECTION.module, module);
  const callsDone = function* () {
    for (let call = 0; call < calls.count; call++) {
      yield calls.kept(call, store.lastStep, timeline.accessCount);
      done += EFFORT.call;
    }
  };
  const writer = new CallWriter();
  yield* sections(
    SECTION.calls,
    inParts(callsDone(), (row, call) => writer.put(row, call)),
  );
  yield* sections(SECTION.accessors, accessorParts(store.accessors.all()));
  yield* sections(SECTION.pages, pageParts(pagesDone()));
  yield* sections(SECTION.timeline, chunkParts(timeline.keptChunks()));
  yield* sections(SECTION.initial, initialParts(store));
  yield* sections(SECTION.inputs, inputParts(store));
  yield* sections(SECTION.allocators, allocatorParts(store.allocatorCalls));
  yield encodeSection(codec, SECTION.end, new Uint8Array(0));
}

/** Without what the recording tells by itself. */
export function factsOf(run: RunSnapshot): RunFacts {
  const { status, modules, instances, watch, verdict, record, recordNote, notes, stubsCalled, problem } = run;
  return { status, modules, instances, watch, verdict, record, recordNote, notes, stubsCalled, problem };
}

function headerOf(store: RecordingStore, { run, sites, segments }: RecordingDescription): RecordingHeader {
  const {
    calls,
    timeline,
    firstStep,
    lastStep,
    inputs,
    heap,
    sizes,
    unexplained,
    unsure,
    lostViews,
    threadDuplicates,
  } = store;
  return {
    run,
    sites,
    segments,
    inputs: inputs.summary,
    heap: heap.seen,
    unexplained,
    unsure: unsure.ranges.filter(([, upTo]) => upTo > firstStep),
    beginning: { step: firstStep, access: timeline.firstAccess },
    sizes: sizes.since(firstStep),
    callCount: calls.count,
    lastStep,
    accessCount: timeline.accessCount,
    lostViews: lostViews.all,
    threadDuplicates: threadDuplicates.all,
  };
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
