// What users call the commands: their titles in package.json, as VS Code has translated them.
import * as vscode from 'vscode';

const EXTENSION = 'wasm-shared-memory.wasm-shared-memory';

/** Of our own package.json, that which is read of it. */
interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
}

/** The title of a command in quotation marks; its name where it has none. @param name what stands behind `wasmSharedMemory.` */
export function commandTitle(name: string): string {
  const manifest: Manifest | undefined = vscode.extensions.getExtension(EXTENSION)?.packageJSON;
  const contributed = manifest?.contributes.commands.find(({ command }) => command === `wasmSharedMemory.${name}`);
  return `“${contributed?.title ?? name}”`;
}
