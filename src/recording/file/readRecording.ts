// Reads a recording's file. Whatever the file holds, it becomes a recording or a RecordingFileError; what is wrong in a block of packed writes is told when
// somebody looks into it.

import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import { checkInputs } from '../../wire/inputRecords.ts';
import type { Accessor } from '../history/accessors.ts';
import type { KeptPage } from '../history/pageHistory.ts';
import { PageImage } from '../history/pageImage.ts';
import { restoring } from '../history/restoredCalls.ts';
import type { KeptChunk } from '../history/timeline.ts';
import { ByteRowReader } from '../history/varint.ts';
import type { InputsSummary } from '../inputs/runInputs.ts';
import { type RecordingOptions, RecordingStore } from '../recordingStore.ts';
import { CallReader } from './callRows.ts';
import { checkHeader, type RecordingDescription, type RecordingHeader } from './header.ts';
import { AllocatorsOfFile, PagesOfFile, readAccessors, readChunks } from './keptParts.ts';
import { RecordingFileError } from './recordingFileError.ts';
import { corrupt, type FileSection, readSections, SECTION, unpackable } from './sections.ts';

export interface ReadRecording extends RecordingDescription {
  readonly store: RecordingStore;
}

/**
 * @param file the whole file
 * @param progress told how far it is, from 0 to 1
 * @throws RecordingFileError for anything but a whole recording of a known version
 */
export function readRecording(
  file: Uint8Array,
  options: RecordingOptions = {},
  progress: (done: number) => void = () => {},
): ReadRecording {
  const store = new RecordingStore(options);
  // Not a Buffer, whose `slice` is no copy.
  const sections = readSections(store.codec, new Uint8Array(file.buffer, file.byteOffset, file.byteLength));
  const next = (): FileSection => {
    const section = nextOf(sections);
    progress(section.offset / file.length);
    return section;
  };
  const first = next();
  const header = expectSection(first, SECTION.header, () => checkHeader(jsonOf(first.contents)));
  let section = next();
  const modules: Uint8Array[] = [];
  for (; section.kind === SECTION.module; section = next()) modules.push(section.contents.slice());
  const calls = restoring(store.calls, header.lastStep, header.accessCount);
  const callReader = new CallReader();
  for (; section.kind === SECTION.calls; section = next()) {
    const at = section;
    expectSection(at, SECTION.calls, () => {
      for (const reader = new ByteRowReader(at.contents); !reader.atEnd; ) calls.add(callReader.next(reader));
    });
  }
  const accessors: Accessor[] = [];
  for (; section.kind === SECTION.accessors; section = next()) {
    const at = section;
    expectSection(at, SECTION.accessors, () => accessors.push(...readAccessors(at.contents)));
  }
  const memoryBytes = header.sizes.at(-1)?.[1] ?? 0;
  const pages = new PagesOfFile(store.codec, memoryBytes, () => unpackable(section.offset));
  for (; section.kind === SECTION.pages; section = next()) {
    const at = section;
    expectSection(at, SECTION.pages, () => pages.read(at.contents));
  }
  const chunks: KeptChunk[] = [];
  for (; section.kind === SECTION.timeline; section = next()) {
    const at = section;
    const read = (): number => chunks.push(...readChunks(at.contents, store.codec, () => unpackable(at.offset)));
    expectSection(at, SECTION.timeline, read);
  }
  store.tellsAccesses = header.run.record !== 'calls';
  store.tellsLoads = header.run.record === 'all';
  store.restore({ ...header, accessors, pages: pages.pages, chunks });
  store.unexplained = header.unexplained;
  store.lostViews.restore(header.lostViews ?? []);
  store.threadDuplicates.restore(header.threadDuplicates ?? []);
  watchHeap(store, header);
  for (; section.kind === SECTION.initial; section = next()) {
    const at = section;
    expectSection(at, SECTION.initial, () => readInitial(at.contents, header.inputs, store));
  }
  for (; section.kind === SECTION.inputs; section = next()) {
    const at = section;
    expectSection(at, SECTION.inputs, () => readInputs(at.contents, header.callCount, store));
  }
  store.inputs.restore(header.inputs);
  for (const range of header.unsure) store.unsure.add(range);
  const allocators = new AllocatorsOfFile(store.allocatorCalls);
  for (; section.kind === SECTION.allocators; section = next()) {
    const at = section;
    expectSection(at, SECTION.allocators, () => allocators.read(at.contents));
  }
  const end = section;
  expectSection(end, SECTION.end, () => {
    checkEnd(store, pages.pages, header);
    calls.end();
  });
  return { run: header.run, sites: header.sites, segments: header.segments, modules, store };
}

function watchHeap({ heap }: RecordingStore, { run, segments, heap: seen }: RecordingHeader): void {
  heap.restore(seen, run.modules.length);
  for (const { module } of run.instances) heap.addInstance(module);
  for (const { id } of segments) heap.addSegment(id);
}

const jsonOf = (contents: Uint8Array): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(contents));

/** Memory at step 0, of a recording that begins later. */
function readInitial(contents: Uint8Array, { initialMemoryBytes }: InputsSummary, store: RecordingStore): void {
  const { inputs, codec, firstStep } = store;
  if (firstStep === 0) throw new RangeError('memory at step 0 is told twice');
  const reader = new ByteRowReader(contents);
  while (!reader.atEnd) {
    const page = reader.unsigned();
    if ((page + 1) * SHOWN_PAGE_BYTES > initialMemoryBytes) throw new RangeError(`page ${page} does not lie in memory`);
    inputs.keepInitial(page, codec.pack(PageImage.initial(reader.take(SHOWN_PAGE_BYTES)).bytes));
  }
}

function readInputs(contents: Uint8Array, calls: number, { inputs }: RecordingStore): void {
  const reader = new ByteRowReader(contents);
  while (!reader.atEnd) {
    const call = reader.unsigned();
    const records = reader.take(reader.unsigned());
    if (call > calls) throw new RangeError(`inputs belong to call ${call}, and there are ${calls} calls`);
    checkInputs(records);
    inputs.keep(call, records);
  }
}

function checkEnd(
  store: RecordingStore,
  pages: readonly KeptPage[],
  { beginning, lastStep, accessCount, callCount }: RecordingHeader,
): void {
  if (store.lastStep !== lastStep || store.timeline.accessCount !== accessCount)
    throw new RangeError(`the recording has ${store.lastStep} steps, and the header says ${lastStep}`);
  for (const { page, blocks } of pages)
    if ((blocks[0] && blocks[0].firstStep <= beginning.step) || (blocks.at(-1)?.lastStep ?? 0) > lastStep)
      throw new RangeError(`the history of page ${page} does not lie in the recording`);
  const { count } = store.calls;
  if (count !== callCount) throw new RangeError(`the recording has ${count} calls, and the header says ${callCount}`);
}

function nextOf(sections: Iterator<FileSection>): FileSection {
  const next = sections.next();
  if (next.done) throw new RangeError('there is no section behind the end');
  return next.value;
}

/** Reads a section that must be of a kind; what goes wrong is told with its place. */
function expectSection<Result>(section: FileSection, kind: number, read: () => Result): Result {
  if (section.kind !== kind) throw corrupt(section.offset, 'the sections are not in order');
  try {
    return read();
  } catch (error) {
    if (error instanceof RecordingFileError) throw error;
    throw corrupt(section.offset, error instanceof Error ? error.message : String(error));
  }
}
