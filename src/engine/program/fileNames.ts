// Where a program's modules come from: what it reads of a file keeps the file's name, so that a module is called as the user calls it.
import { basename } from 'node:path';
import { sameBytes } from '../../platform/bytes.ts';

/** By the buffer that a file was read into, and where in it: small files share one. */
const names = new WeakMap<object, Map<number, string>>();

/** Modules that were read last: glue code may copy them. */
const READ_LAST = 16;
const lastModules: { readonly bytes: WeakRef<Uint8Array>; readonly name: string }[] = [];

/** The name of the file that some bytes were read from; null where they come from elsewhere. */
export function fileNameOf(source: unknown): string | null {
  if (typeof source !== 'object' || source === null) return null;
  // Glue code takes views of its own of what it has read.
  const [buffer, start] = ArrayBuffer.isView(source) ? [source.buffer, source.byteOffset] : [source, 0];
  return names.get(buffer)?.get(start) ?? nameOfCopy(source);
}

function nameOfCopy(source: object): string | null {
  const copy = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : source instanceof ArrayBuffer
      ? new Uint8Array(source)
      : null;
  const read = lastModules.findLast(({ bytes }) => {
    const original = bytes.deref();
    return copy !== null && original?.length === copy.length && sameBytes(original, copy);
  });
  return read?.name ?? null;
}

function keep(path: unknown, read: unknown): void {
  if (!(read instanceof Uint8Array)) return; // a text, or nothing
  const name = typeof path === 'string' ? path : path instanceof URL ? path.pathname : null;
  if (name === null) return;
  const inBuffer = names.get(read.buffer) ?? new Map<number, string>();
  names.set(read.buffer, inBuffer.set(read.byteOffset, basename(name)));
  if (!name.endsWith('.wasm')) return;
  lastModules.push({ bytes: new WeakRef(read), name: basename(name) });
  if (lastModules.length > READ_LAST) lastModules.shift();
}

/** Puts itself in the place of what reads a whole file, for good. */
export function rememberFileNames(fs: typeof import('node:fs')): void {
  fs.readFileSync = new Proxy(fs.readFileSync, {
    apply(target, self, args: Parameters<typeof fs.readFileSync>) {
      const read = Reflect.apply(target, self, args);
      keep(args[0], read);
      return read;
    },
  });
  fs.promises.readFile = new Proxy(fs.promises.readFile, {
    async apply(target, self, args: Parameters<typeof fs.promises.readFile>) {
      const read = await Reflect.apply(target, self, args);
      keep(args[0], read);
      return read;
    },
  });
  fs.readFile = new Proxy(fs.readFile, {
    apply(target, self, args: unknown[]) {
      const done = args.at(-1);
      const told = (error: unknown, read: unknown): void => {
        keep(args[0], read);
        if (typeof done === 'function') done(error, read);
      };
      return Reflect.apply(target, self, typeof done === 'function' ? [...args.slice(0, -1), told] : args);
    },
  });
}
