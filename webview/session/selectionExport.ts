// Takes the selection out of the panel: to the clipboard or to a file.
import { count } from '../../src/protocol/text.ts';
import type { ByteRange } from '../data/byteRange.ts';
import type { Moment } from '../data/pageCache.ts';
import { messageOf } from '../data/question.ts';
import { COPY_LIMIT, type CopyFormat, formatBytes } from './copyFormats.ts';
import type { HostRequest } from './hostData.ts';
import { readRange } from './readRange.ts';

export interface SelectionExportOptions {
  readonly request: HostRequest;
  /** What was done, or why nothing was, in one sentence. */
  readonly say: (sentence: string) => void;
  readonly failed: (message: string) => void;
}

export class SelectionExport {
  constructor(private readonly options: SelectionExportOptions) {}

  /** Copies the bytes of a range as they are at a moment. */
  async copy(moment: Moment, range: ByteRange, format: CopyFormat): Promise<void> {
    const { request, say, failed } = this.options;
    if (range.length > COPY_LIMIT) {
      say('More than 1 MiB is selected: save the range to a file instead.');
      return;
    }
    try {
      const bytes = await readRange(({ pages }) => request('readPages', { ...moment, pages }), moment, range);
      await request('copyText', { text: formatBytes(bytes, format, range.start) });
      say(`${count(range.length, 'byte')} copied as ${format === 'c' ? 'C array' : format}.`);
    } catch (error) {
      failed(messageOf(error));
    }
  }

  /** Lets the user choose a file for the bytes of a range. */
  async save({ runId, step }: Moment, { start, length }: ByteRange): Promise<void> {
    const { request, failed } = this.options;
    try {
      await request('saveRange', { runId, step, address: start, length });
    } catch (error) {
      failed(messageOf(error));
    }
  }
}
