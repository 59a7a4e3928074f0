// What survives when the webview is hidden (and destroyed) or the window is reloaded.
import type { PersistedPanel } from '../../src/protocol/panel.ts';

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRun(value: unknown): value is PersistedPanel['run'] {
  if (value === null) return true;
  if (typeof value !== 'object' || value === undefined) return false;
  return 'uri' in value && typeof value.uri === 'string' && 'instances' in value && isCount(value.instances);
}

function isBytesPerRow(value: unknown): value is PersistedPanel['bytesPerRow'] {
  return value === 'fit' || value === 8 || value === 16 || value === 32;
}

function isGranularity(value: unknown): value is NonNullable<PersistedPanel['granularity']> {
  return value === 'calls' || value === 'stores';
}

/** Reads what `getState` gave back; undefined where there is nothing, or an older version's. */
export function parsePersisted(value: unknown): PersistedPanel | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('version' in value) || value.version !== 1) return undefined;
  if (!('run' in value) || !isRun(value.run)) return undefined;
  if (!('step' in value) || !isCount(value.step)) return undefined;
  if (!('address' in value) || !isCount(value.address)) return undefined;
  if (!('bytesPerRow' in value) || !isBytesPerRow(value.bytesPerRow)) return undefined;
  if (!('littleEndian' in value) || typeof value.littleEndian !== 'boolean') return undefined;
  const { run, step, address, bytesPerRow, littleEndian } = value;
  const kept: PersistedPanel = { version: 1, run, step, address, bytesPerRow, littleEndian };
  // Older panels did not keep it.
  if (!('granularity' in value) || value.granularity === undefined) return kept;
  return isGranularity(value.granularity) ? { ...kept, granularity: value.granularity } : undefined;
}
