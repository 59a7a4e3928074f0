// The globals that all instances of a run have in common where they share their state: those that the module defines, and those that it imports.
import type { Module } from '../../wasm/module.ts';
import type { RewrittenModule } from '../../wasm/record/recordAccesses.ts';
import type { SharedState } from '../../wasm/record/sharedState.ts';

export class SharedGlobals {
  private readonly defined: WebAssembly.Exports;
  /** What the first instance imports. */
  private first: WebAssembly.Imports | null = null;

  constructor(
    private readonly module: Module,
    private readonly rewritten: Pick<RewrittenModule, 'addedImports'>,
    { globalsBytes }: SharedState,
  ) {
    this.defined = new WebAssembly.Instance(new WebAssembly.Module(globalsBytes)).exports;
  }

  /** Puts them among the imports of an instance. The first one's own stand-ins for imported globals become everyone's. */
  provide(imports: WebAssembly.Imports): void {
    const { addedImports } = this.rewritten;
    imports[addedImports] = { ...imports[addedImports], ...this.defined };
    this.first ??= imports;
    for (const { kind, module, name } of this.module.imports)
      if (kind === 'global') imports[module][name] = this.first[module][name];
  }
}
