// The names of a ZIP archive's files, read from its central directory (APPNOTE.TXT, 4.3.12 and 4.3.16).

const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const CENTRAL_FILE_HEADER = 0x02014b50;

/** Throws a RangeError or an Error where `archive` is no ZIP file. */
export function zipEntries(archive: Buffer): string[] {
  let end = archive.length - 22; // the end record, which a comment may follow
  while (archive.readUInt32LE(end) !== END_OF_CENTRAL_DIRECTORY) end--;
  const names: string[] = [];
  let header = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(header) !== CENTRAL_FILE_HEADER) throw new Error(`no file header at ${header}`);
    const name = archive.readUInt16LE(header + 28);
    const extra = archive.readUInt16LE(header + 30);
    const comment = archive.readUInt16LE(header + 32);
    names.push(archive.toString('utf8', header + 46, header + 46 + name));
    header += 46 + name + extra + comment;
  }
  return names;
}
