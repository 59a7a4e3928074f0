// Reads a recording's file. Whatever the file holds, it becomes a recording or a RecordingFileError.

import { type HeapGround, NO_HEAP } from '../../findings/heap/heapGround.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import { WasmFormatError } from '../../wasm/errors.ts';
import { readModule } from '../../wasm/module.ts';
import { checkInputs } from '../../wire/inputRecords.ts';
import { heapGround } from '../heapGround.ts';
import type { KeptCall } from '../history/calls.ts';
import { PageImage } from '../history/pageImage.ts';
import { ByteRowReader } from '../history/varint.ts';
import type { InputsSummary } from '../inputs/runInputs.ts';
import { type LaterBeginning, type RecordingOptions, RecordingStore } from '../recordingStore.ts';
import { AccessDecoder } from './accessStream.ts';
import { checkCalls } from './checkRun.ts';
import { checkHeader, type RecordingDescription, type RecordingHeader } from './header.ts';
import { RecordingFileError } from './recordingFileError.ts';
import { corrupt, type FileSection, readSections, SECTION } from './sections.ts';

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
  const calls: KeptCall[] = [];
  for (; section.kind === SECTION.calls; section = next()) {
    const at = section;
    calls.push(...expectSection(at, SECTION.calls, () => checkCalls(jsonOf(at.contents))));
  }
  const pages: PageOfFile[] = [];
  for (; section.kind === SECTION.pages; section = next()) {
    const at = section;
    pages.push(...expectSection(at, SECTION.pages, () => readPages(at.contents, header.beginning.memoryBytes)));
  }
  watchHeap(store, header, modules);
  store.tellsAccesses = header.run.record !== 'calls';
  store.beginLater({ ...header.beginning, pages });
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
  const decoder = new AccessDecoder(store);
  for (; section.kind === SECTION.accesses; section = next()) {
    const at = section;
    expectSection(at, SECTION.accesses, () => decoder.decode(new ByteRowReader(at.contents)));
  }
  const end = section;
  expectSection(end, SECTION.end, () => {
    checkEnd(store, calls, header);
    store.calls.restore(calls, header.lastStep, header.accessCount);
  });
  return { run: header.run, sites: header.sites, segments: header.segments, modules, store };
}

/** The allocators of a recording are watched anew while its accesses are read. */
function watchHeap(
  { heap }: RecordingStore,
  { run, segments, heap: before }: RecordingHeader,
  modules: readonly Uint8Array[],
): void {
  if (run.record === 'calls') return;
  for (const [index, bytes] of modules.entries())
    heap.addModule(groundOf(new Uint8Array(bytes), run.modules[index]?.allocators));
  for (const { module } of run.instances) heap.addInstance(module);
  for (const { id } of segments) heap.addSegment(id);
  heap.restore(before);
}

/** A recording can be looked at without its modules. */
function groundOf(bytes: Uint8Array<ArrayBuffer>, allocators: readonly string[] | undefined): HeapGround {
  try {
    return heapGround(readModule(bytes, allocators));
  } catch (error) {
    if (error instanceof WasmFormatError) return NO_HEAP;
    throw error;
  }
}

const jsonOf = (contents: Uint8Array): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(contents));

type PageOfFile = LaterBeginning['pages'] extends Iterable<infer Page> ? Page : never;

function readPages(contents: Uint8Array, memoryBytes: number): PageOfFile[] {
  const reader = new ByteRowReader(contents);
  const pages: PageOfFile[] = [];
  while (!reader.atEnd) {
    const page = reader.unsigned();
    const droppedWrites = reader.unsigned();
    const image = new PageImage(reader.take(2 * SHOWN_PAGE_BYTES).slice());
    if ((page + 1) * SHOWN_PAGE_BYTES > memoryBytes) throw new RangeError(`page ${page} does not lie in memory`);
    pages.push({ page, image, droppedWrites });
  }
  return pages;
}

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
  calls: readonly KeptCall[],
  { lastStep, accessCount, callCount }: RecordingHeader,
): void {
  if (store.lastStep !== lastStep || store.timeline.accessCount !== accessCount)
    throw new RangeError(`the recording has ${store.lastStep} steps, and the header says ${lastStep}`);
  if (calls.length !== callCount)
    throw new RangeError(`the recording has ${calls.length} calls, and the header says ${callCount}`);
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
