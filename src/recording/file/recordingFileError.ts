import type { RecordingFileReason } from '../../protocol/recording.ts';

const REMEDIES: Readonly<Record<RecordingFileReason, string>> = {
  foreign: 'Choose a file that "Export recording" wrote.',
  newer: 'Update the extension to open it.',
  older: 'Record it again with this version.',
  unpackable: 'Open it with Node 22.15 or later, or in VS Code.',
  truncated: 'Copy the file again, or export the recording again.',
  corrupt: 'Copy the file again, or export the recording again.',
};

/** A file that can't be read as a recording: what is wrong, where, and what to do. */
export class RecordingFileError extends Error {
  override readonly name = 'RecordingFileError';
  /** One sentence: what to do next. Ends with a full stop. */
  readonly remedy: string;

  constructor(
    readonly reason: RecordingFileReason,
    /** One sentence that names the byte offset. Ends with a full stop. */
    message: string,
    /** Byte offset in the file. */
    readonly offset: number,
  ) {
    super(message);
    this.remedy = REMEDIES[reason];
  }
}
