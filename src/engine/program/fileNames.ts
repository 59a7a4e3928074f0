// Where a program's modules come from: what it reads of a file keeps the file's name, so that a module is called as the user calls it.
import { basename } from 'node:path';

const names = new WeakMap<object, string>();

/** The name of the file that some bytes were read from; null where they come from elsewhere. */
export function fileNameOf(source: unknown): string | null {
  if (typeof source !== 'object' || source === null) return null;
  // Glue code takes views of what it has read.
  const buffer = ArrayBuffer.isView(source) ? source.buffer : source;
  return names.get(source) ?? names.get(buffer) ?? null;
}

function keep(path: unknown, read: unknown): void {
  if (!(read instanceof Uint8Array)) return; // a text, or nothing
  const name = typeof path === 'string' ? path : path instanceof URL ? path.pathname : null;
  if (name === null) return;
  names.set(read, basename(name));
  // Small pieces of several files may share a buffer.
  if (read.byteLength === read.buffer.byteLength) names.set(read.buffer, basename(name));
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
