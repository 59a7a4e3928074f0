// The files of a ZIP archive, read by its central directory (APPNOTE.TXT, 4.3.7, 4.3.12 and 4.3.16).
import { inflateRawSync } from 'node:zlib';

const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const CENTRAL_FILE_HEADER = 0x02014b50;

interface Entry {
  readonly name: string;
  /** As they are in the archive. */
  readonly bytes: Buffer;
  /** 0: stored, 8: deflated. */
  readonly method: number;
}

/** The names of all files. Throws a RangeError or an Error where `archive` is no ZIP file. */
export const zipEntries = (archive: Buffer): string[] => entriesOf(archive).map(({ name }) => name);

/** What a file holds. Throws where there is none of this name. */
export function zipFile(archive: Buffer, name: string): Buffer {
  const entry = entriesOf(archive).find(each => each.name === name);
  if (!entry) throw new Error(`there is no ${name}`);
  return entry.method === 0 ? entry.bytes : inflateRawSync(entry.bytes);
}

function entriesOf(archive: Buffer): Entry[] {
  let end = archive.length - 22; // the end record, which a comment may follow
  while (archive.readUInt32LE(end) !== END_OF_CENTRAL_DIRECTORY) end--;
  const entries: Entry[] = [];
  let header = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(header) !== CENTRAL_FILE_HEADER) throw new Error(`no file header at ${header}`);
    const name = archive.readUInt16LE(header + 28);
    const extra = archive.readUInt16LE(header + 30);
    const comment = archive.readUInt16LE(header + 32);
    const local = archive.readUInt32LE(header + 42);
    const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    entries.push({
      name: archive.toString('utf8', header + 46, header + 46 + name),
      bytes: archive.subarray(begin, begin + archive.readUInt32LE(header + 20)),
      method: archive.readUInt16LE(header + 10),
    });
    header += 46 + name + extra + comment;
  }
  return entries;
}
