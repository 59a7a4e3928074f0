// The names that users give to functions, in the workspace's state: by the digest of the module's bytes, wherever its file lies. Runs
// are told them, and name functions so from then on.
import * as vscode from 'vscode';
import { FunctionNames, keptNames, renamed, type UserName } from '../protocol/functionNames.ts';
import type { Runs, ShownRun } from './runs.ts';

const keyOf = (sha256: string): string => `functions ${sha256}`;

export class FunctionNameStore implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>();
  /** Tells the digest of the module. */
  readonly onDidChange = this.changed.event;
  private changes = 0;

  constructor(private readonly state: Pick<vscode.Memento, 'get' | 'update'>) {}

  /** Another number after each change. */
  get version(): number {
    return this.changes;
  }

  /** @param sha256 of the module's bytes */
  of(sha256: string): readonly UserName[] {
    return keptNames(this.state.get(keyOf(sha256)), 'what is kept');
  }

  /** Rejects with a sentence where the name can't be one. @param name empty to take the module's own back */
  async rename(sha256: string, index: number, name: string): Promise<void> {
    const names = renamed(this.of(sha256), index, name);
    const updated = this.state.update(keyOf(sha256), names.length === 0 ? undefined : names); // what is read is the new one at once
    this.changes++;
    this.changed.fire(sha256);
    await updated;
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Tells runs the names of the functions of their modules: as soon as these are known, and whenever a name is another one. */
export function nameFunctionsOf(runs: Runs, store: FunctionNameStore): vscode.Disposable {
  const followed = new Map<ShownRun, { readonly listening: { dispose(): void }; told: string; hasNames: boolean }>();
  const tell = async (shown: ShownRun): Promise<void> => {
    const known = followed.get(shown);
    const { modules, instances } = shown.run.snapshot;
    // The recording of a program is another one once it has ended: its file.
    const key = [store.version, modules.length, instances.length, shown.ended].join();
    if (!known || known.told === key || modules.length === 0) return;
    known.told = key;
    const given = modules.map(({ sha256 }) => store.of(sha256));
    if (!known.hasNames && given.every(names => names.length === 0)) return;
    known.hasNames = true;
    // A recording that is let go of meanwhile answers nothing, and nobody asks it any more.
    const tables = await shown.run.recording.ask('nameFunctions', { modules: given }).catch(() => null);
    if (tables && known.told === key) runs.name(shown, new FunctionNames(tables, index => instances[index]?.module));
  };
  const follow = (shown: ShownRun): void => {
    if (followed.has(shown)) return; // it was kept, and is shown again
    const listening = shown.run.onDidChange(() => void tell(shown));
    followed.set(shown, { listening, told: '', hasNames: false });
    void tell(shown);
  };
  return vscode.Disposable.from(
    runs.onDidAdd(follow),
    runs.onDidClose(shown => {
      followed.get(shown)?.listening.dispose();
      followed.delete(shown);
    }),
    store.onDidChange(() => {
      for (const shown of followed.keys()) void tell(shown);
    }),
    {
      dispose: () => {
        for (const { listening } of followed.values()) listening.dispose();
        followed.clear();
      },
    },
  );
}
