// The memory of a program that is recorded: the making of the instances over it, of whatever modules.

import { bufferOf, exportsOf, Instance } from '../../platform/plainApi.ts';
import { INSTANTIATION } from '../../protocol/call.ts';
import { CODED_INSTANCES } from '../../protocol/owner.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { ExportedFunctions } from './exportedFunctions.ts';
import type { FunctionWrappers, GuestFunction } from './functionWrappers.ts';
import { ImportedFunctions } from './importedFunctions.ts';
import type { ProgramInstance, ProgramModule } from './programModule.ts';
import type { ProgramEvent } from './programRequest.ts';
import { RecordedCalls } from './recordedCalls.ts';
import { ToldMemory, type ToldMemoryParts } from './toldMemory.ts';

export interface RecordedMemoryParts extends ToldMemoryParts {
  readonly wrappers: FunctionWrappers;
  readonly emit: (event: ProgramEvent) => void;
}

export class RecordedMemory {
  readonly told: ToldMemory;
  readonly exported: ExportedFunctions;
  private readonly calls: RecordedCalls;
  readonly imported: ImportedFunctions;
  private instances = 0;

  constructor(private readonly parts: RecordedMemoryParts) {
    const { wrappers } = parts;
    this.told = new ToldMemory(parts);
    this.calls = new RecordedCalls(this.told);
    this.exported = new ExportedFunctions(wrappers, this.calls, this.told.isShared ? parts.threads : null);
    this.imported = new ImportedFunctions(this.told, wrappers, this.calls, this.exported);
  }

  /** No more instances can be told apart. */
  get isFull(): boolean {
    return this.instances >= CODED_INSTANCES;
  }

  /**
   * Makes an instance over the memory. What the first one's data segments put there belongs to step 0, which has no writers.
   * @param imports with which the module can be linked
   */
  makeInstance(of: ProgramModule, imports: object): WebAssembly.Instance {
    const { told } = this;
    const wasUnsure = told.isUnsure; // of an instance that is being made, and whose start function makes this one
    const instance = {
      index: this.instances++,
      of,
      tables: new Set<WebAssembly.Table>(),
      given: new Set<GuestFunction>(),
    };
    const given = this.imported.importObject(instance, imports);
    const placed = of.placedSegments(imports);
    this.addModule(of);
    if (!told.hasBegun && !told.isOff) told.begin(of, placed);
    else if (!placed) told.isUnsure = true;
    const isFirst = this.instances === 1;
    const segments = isFirst || told.isOff ? [] : (placed ?? []);
    const make = (): WebAssembly.Instance => {
      told.outlet.addImports(given, of.guest.rewritten, instance.index);
      told.seen?.addImports(given, of.guest.rewritten.addedImports);
      told.outlet.instance(of.index);
      told.putSegments(of, segments);
      try {
        const made = new Instance(of.guest.compiled, given);
        told.outlet.stacks.made(instance.index, exportsOf(made));
        return made;
      } finally {
        told.hostRuns();
      }
    };
    try {
      // The making of the first instance is told where code ran in it.
      const isSilent = isFirst && !of.hasStart && placed !== null;
      const made = isSilent || told.isOff ? make() : this.recordMaking(instance, make);
      this.exported.hide(made, instance);
      return made;
    } finally {
      told.isUnsure = wasUnsure;
    }
  }

  private addModule(of: ProgramModule): void {
    const { modules, outlet, memory } = this.told;
    if (modules[of.index]) return;
    modules.push(of);
    const { guest, module, name } = of;
    outlet.module(name, module, guest.rewritten);
    if (this.told.isShared) this.parts.threads.addModule(of);
    const pages = bufferOf(memory).byteLength / WASM_PAGE_BYTES;
    const summaries = modules.map(each => each.summary(pages));
    const noteOf = ({ name, guest: { recordNote } }: ProgramModule): string =>
      modules.length > 1 ? `${name}: ${recordNote}` : `${recordNote}`;
    const notes = new Set(modules.filter(each => each.guest.recordNote !== null).map(noteOf));
    this.parts.emit({
      type: 'modules',
      modules: summaries,
      importCalls: new Uint32Array(summaries.reduce((count, { imports }) => count + imports.length, 0)),
      record: guest.record,
      recordNote: notes.size === 0 ? null : [...notes].join(' '),
      notes: [],
    });
  }

  private recordMaking({ index }: ProgramInstance, make: () => WebAssembly.Instance): WebAssembly.Instance {
    const end = this.calls.begin({ kind: 'instantiation', instance: index, function: INSTANTIATION, args: [] });
    try {
      const made = make();
      end({ returned: undefined });
      return made;
    } catch (thrown) {
      end({ thrown });
      throw thrown;
    }
  }
}
