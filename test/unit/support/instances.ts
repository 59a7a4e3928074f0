// Calls of exports, whose types the JavaScript API does not know.

/** Calls an exported function; fails where there is none of that name. */
export function callExport(exports: WebAssembly.Exports, name: string, ...args: readonly unknown[]): unknown {
  const exported = exports[name];
  if (typeof exported !== 'function') throw new Error(`no function '${name}' is exported`);
  return exported(...args);
}
