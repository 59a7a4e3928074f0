// The rewrite for recording: memory 0 is imported and (as in `shareMemory.ts`) shared, and code tells each access of it to a
// log in a memory of its own. One pass over the file; what does not change is copied.
import { ByteWriter } from '../byteWriter.ts';
import { linearMemory, type Module, SECTION, sectionOf } from '../module.ts';
import { MEMORY_IMPORT, type SharedMemoryModule } from '../shareMemory.ts';
import { CodeOffsets } from './codeOffsets.ts';
import { CompactRecorder } from './compact/compactRecorder.ts';
import { CompactLogDecoder } from './compact/decodeCompactLog.ts';
import { functionRanges, readBody } from './functionBody.ts';
import { FunctionWriter } from './functionWriter.ts';
import { Indices } from './indices.ts';
import type { LogDecoder } from './logDecoder.ts';
import type { LogKind, RecordLevel } from './logFormat.ts';
import type { FunctionRecorder, Numbers, RecordedCode } from './recorder.ts';
import { importSection, maximumPages, movedSection, typeSection } from './sections.ts';
import { SimpleLogDecoder } from './simple/decodeSimpleLog.ts';
import { simpleRecorder } from './simple/simpleRecorder.ts';
import { Sites } from './sites.ts';
import { findUnrecorded, type Unrecorded } from './unrecorded.ts';

export interface RecordOptions {
  readonly level: RecordLevel;
  readonly log: LogKind;
  /** Memory 0 is imported with the limits that the module declares, and is shared only where it is so there. */
  readonly keepLimits?: boolean;
}

/**
 * A module that records its accesses. It takes what `LOG_IMPORTS` names beside its own imports; several instances may share
 * one log. Function indices in V8's stacks are those of the new module: `originalFunction` takes them back.
 */
export interface RecordedModule extends SharedMemoryModule {
  readonly options: RecordOptions;
  readonly sites: Sites;
  readonly decoder: LogDecoder;
  /** Takes a function index of the new module back to the original one; null for the import that flushes the log. */
  readonly originalFunction: (index: number) => number | null;
  /** What it does not record. */
  readonly unrecorded: Unrecorded;
}

/**
 * Rewrites a module so that it records its accesses to memory 0.
 * @param module a valid module (have the engine validate the original first) with a 32-bit memory 0
 * @throws WasmFormatError with the offset of an instruction that can't be read
 */
export function recordAccesses(module: Module, options: RecordOptions): RecordedModule {
  const memory = linearMemory(module);
  if (!memory) throw new RangeError('recordAccesses needs a module with a memory');
  const indices = new Indices(module);
  const { recorder, decoder } = makeLog(module, indices, options);
  const out = new ByteWriter(module.bytes.length * 2 + 1024);
  out.copy(module.bytes, 0, module.sections[0]?.start ?? module.bytes.length);

  const types = typeSection(module, sectionOf(module.sections, SECTION.type));
  let leading = false;
  /** The type and import sections stand before all others but custom ones; the original may have neither. */
  const writeLeading = (): void => {
    if (leading) return;
    leading = true;
    writeSection(out, SECTION.type, types.contents);
    writeSection(out, SECTION.import, importSection(module, types.flushType, options.keepLimits ?? false));
  };

  let code: RecordedCode = {
    starts: new Uint32Array(0),
    firstSites: new Uint32Array(1),
    segmentsBefore: new Uint32Array(1),
  };
  let codeOffset = 0;
  for (const section of module.sections) {
    if (section.id !== SECTION.custom) writeLeading();
    if (section.id === SECTION.type || section.id === SECTION.import) continue;
    if (section.id === SECTION.code) {
      const size = out.byte(SECTION.code).size;
      codeOffset = out.paddedU32(0).size;
      code = recordCode(out, module, indices, recorder);
      out.paddedU32At(size, out.size - codeOffset);
    } else {
      const contents = movedSection(module, section, indices);
      if (contents) writeSection(out, section.id, contents);
    }
  }
  writeLeading();

  const offsets = new CodeOffsets(module, indices, recorder, code, codeOffset);
  const sites = new Sites(module, code.firstSites);
  return {
    bytes: out.finish(),
    memoryImport: memory.imported ? { module: memory.imported.module, name: memory.imported.name } : MEMORY_IMPORT,
    maximum: maximumPages(module),
    options,
    sites,
    decoder: decoder(code, sites),
    originalOffset: offset => offsets.original(offset),
    originalFunction: index => indices.originalFunction(index),
    unrecorded: findUnrecorded(module),
  };
}

/** A kind of log: who writes it, and who reads what was written. */
interface Log {
  readonly recorder: FunctionRecorder;
  readonly decoder: (code: RecordedCode, sites: Sites) => LogDecoder;
}

function makeLog(module: Module, indices: Indices, { log, level }: RecordOptions): Log {
  if (log === 'simple') {
    return { recorder: simpleRecorder(module, indices, level), decoder: (_, sites) => new SimpleLogDecoder(sites) };
  }
  const recorder = new CompactRecorder(module, indices, level);
  return {
    recorder,
    decoder: (code, sites) => new CompactLogDecoder(module, level, code, sites, recorder.effects),
  };
}

function writeSection(out: ByteWriter, id: number, contents: Uint8Array): void {
  out.byte(id).u32(contents.length).bytes(contents);
}

/** Writes the contents of the code section. */
function recordCode(out: ByteWriter, module: Module, indices: Indices, recorder: FunctionRecorder): RecordedCode {
  const ranges = functionRanges(module);
  const count = ranges.length / 2;
  const starts = new Uint32Array(count);
  const firstSites = new Uint32Array(count + 1);
  const segmentsBefore = new Uint32Array(count + 1);
  const numbers: Numbers = { site: 0, segment: 0 };
  const contents = out.size;
  const writer = new FunctionWriter(indices);
  out.u32(count);
  for (let i = 0; i < count; i++) {
    const body = readBody(module, module.importedFunctions + i, ranges[2 * i], ranges[2 * i + 1]);
    writer.begin(module.bytes, body, null);
    recorder.record(writer, body, numbers);
    firstSites[i + 1] = numbers.site;
    segmentsBefore[i + 1] = numbers.segment;
    starts[i] = writer.end(out, body) - contents;
  }
  return { starts, firstSites, segmentsBefore };
}
