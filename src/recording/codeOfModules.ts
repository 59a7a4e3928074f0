// The code of a run's modules as text, around the instructions that accessed memory.
import type { CodeAround } from '../protocol/moduleEditor.ts';
import { readModule } from '../wasm/module.ts';
import { functionRanges } from '../wasm/record/functionBody.ts';
import { ModuleCode } from '../wasm/text/moduleCode.ts';

export class CodeOfModules {
  private readonly codes = new Map<number, ModuleCode>();

  /**
   * @param modules the bytes of the modules, by their index
   * @param userNames of a module's functions, by their index
   */
  constructor(
    private readonly modules: () => readonly Uint8Array[],
    private readonly userNames: (module: number) => ReadonlyMap<number, string> = () => new Map(),
  ) {}

  /** Functions have other names from now on. */
  forget(): void {
    this.codes.clear();
  }

  /**
   * @param offset byte offset in the module's file
   * @param around lines before and behind
   */
  around(module: number, offset: number, around: number): CodeAround | null {
    const listing = this.codeOf(module)?.listingAt(offset);
    if (!listing) return null;
    const line = listing.lineAt(offset);
    const from = Math.max(0, line - around);
    return {
      function: listing.index,
      lines: Array.from(listing.lines(from, line + around + 1 - from)),
      marked: line - from,
    };
  }

  private codeOf(index: number): ModuleCode | null {
    const known = this.codes.get(index);
    const { [index]: bytes } = this.modules();
    if (known || !bytes) return known ?? null;
    const module = readModule(bytes);
    const code = new ModuleCode(module, functionRanges(module), this.userNames(index));
    this.codes.set(index, code);
    return code;
  }
}
