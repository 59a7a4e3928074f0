// What components can ask for. One object, handed down from the panel.
import type { PanelCommand, PersistedPanel, SearchQuery } from '../../src/protocol/panel.ts';
import type { AccessView } from '../../src/protocol/run.ts';
import type { Address } from '../../src/protocol/units.ts';
import type { Granularity } from '../data/moments.ts';
import type { CopyFormat } from './copyFormats.ts';

export type Direction = 'next' | 'previous';

export interface PanelActions {
  /** Shows memory at a step; one outside the recording becomes the nearest in it. */
  goToStep(step: number): void;
  /** Selects a call and shows memory after it; 0 is before the first call. */
  goToCall(index: number): void;
  /** To where the step buttons lead: a write or a call away. */
  goToNeighbour(direction: Direction): void;
  /** Shows memory at an access, with its address selected. */
  goToAccess(access: AccessView): void;
  /** To the next or previous write to the selected byte. */
  goToNeighbourWrite(direction: Direction): void;
  setGranularity(granularity: Granularity): void;
  /** Accesses `from` … `to` (exclusive) of a call are in view. */
  showAccesses(call: number, from: number, to: number): void;
  /** Selects a byte beside the one selected now. */
  select(address: Address): void;
  /** Takes the selection to a byte; where it began stays. */
  extendSelection(address: Address): void;
  /** Selects a byte anywhere and remembers where the user came from. */
  jump(address: Address): void;
  back(): void;
  forward(): void;
  /** The bytes `start` … `end` (exclusive) are in view. */
  show(start: number, end: number): void;
  /** Shows or hides the list of all writes to the selection. */
  showWrites(shown: boolean): void;
  /** Loads older ones. */
  moreWrites(): void;
  copySelection(format: CopyFormat): void;
  saveSelection(): void;
  search(query: SearchQuery, direction: Direction): void;
  cancelSearch(): void;
  setBytesPerRow(bytesPerRow: PersistedPanel['bytesPerRow']): void;
  setLittleEndian(littleEndian: boolean): void;
  command(command: PanelCommand): void;
}
