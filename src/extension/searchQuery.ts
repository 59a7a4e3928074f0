// What to search memory for, as the webview sends it.
import type { SearchQuery } from '../protocol/panel.ts';
import { Fields } from './untypedFields.ts';

/** Bytes, or characters, of what is searched for. */
const MAXIMUM_LENGTH = 4096;

/** Characters of a number as the user wrote it. */
const MAXIMUM_DIGITS = 400;

/** Whether a number can be read is for the search to say; here only the shape is checked. Throws a TypeError. */
export function checkSearchQuery(request: string, value: unknown): SearchQuery {
  const fields = new Fields(request, value);
  const kind = fields.oneOf('kind', ['bytes', 'text', 'number']);
  switch (kind) {
    case 'bytes': {
      const bytes = fields.list('bytes', MAXIMUM_LENGTH, (byte, name) =>
        byte === null ? null : fields.checkWhole(byte, name, 0, 255),
      );
      if (bytes.length === 0) throw new TypeError(`${request}: there are no bytes to search for`);
      return { kind, bytes };
    }
    case 'text':
      return {
        kind,
        text: fields.text('text', MAXIMUM_LENGTH),
        encoding: fields.oneOf('encoding', ['utf-8', 'utf-16le']),
      };
    case 'number':
      return {
        kind,
        type: fields.oneOf('type', ['i8', 'i16', 'i32', 'i64', 'f32', 'f64']),
        value: fields.text('value', MAXIMUM_DIGITS),
        littleEndian: fields.boolean('littleEndian'),
      };
  }
}
