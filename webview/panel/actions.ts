// What components can ask for. One object, handed down from the panel.
import type { PanelCommand, PersistedPanel } from '../../src/protocol/panel.ts';
import type { Address } from '../../src/protocol/units.ts';

export interface PanelActions {
  /** Shows memory at a step; one outside the recording becomes the nearest in it. */
  goToStep(step: number): void;
  /** Selects a byte beside the one selected now. */
  select(address: Address): void;
  /** Selects a byte anywhere and remembers where the user came from. */
  jump(address: Address): void;
  back(): void;
  forward(): void;
  /** The bytes `start` … `end` (exclusive) are in view. */
  show(start: number, end: number): void;
  setBytesPerRow(bytesPerRow: PersistedPanel['bytesPerRow']): void;
  setLittleEndian(littleEndian: boolean): void;
  command(command: PanelCommand): void;
}
