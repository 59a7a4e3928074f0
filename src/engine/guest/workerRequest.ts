// What the engine is asked to run.
import type { MessagePort } from '../../platform/threads.ts';
import type { InstanceState, RecordLevel } from '../../protocol/run.ts';
import type { Course } from '../../scenario/scenario.ts';
import type { OutletWire } from '../../wire/recordingOutlet.ts';
import type { GuestFile } from '../input/guestFile.ts';

export interface EngineRequest {
  /** Of the modules, no two the same. */
  readonly files: readonly GuestFile[];
  /** What to record of the accesses. */
  readonly record: RecordLevel;
  readonly state: InstanceState;
  /** Functions of allocators that the user names, see `allocatorTexts.ts`. */
  readonly allocators: readonly string[];
  readonly wire: OutletWire;
  readonly course: Course;
  /** The worker waits for its client after the last call, unless a trap ended the run. */
  readonly goesOn: boolean;
}

/** What the engine worker is started with. */
export interface WorkerRequest extends EngineRequest {
  readonly wire: OutletWire & { readonly port: MessagePort };
}
