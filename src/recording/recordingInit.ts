// What the recording thread is started with.
import type { MessagePort } from '../platform/threads.ts';
import type { PageChanges } from '../protocol/engine.ts';
import type { Wire } from '../wire/recordingOutlet.ts';

/** Its first message. */
export type RecordingInit =
  | {
      readonly kind: 'run';
      readonly limitBytes: number;
      /** What holds buffers arrives there. */
      readonly port: MessagePort;
      readonly wire: Wire;
    }
  /** An exported recording. */
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  /** A file that was only read: its memory is all there is. */
  | { readonly kind: 'static'; readonly changes: PageChanges; readonly memoryBytes: number };
