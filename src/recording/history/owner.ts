// An owner as one byte, for the planes that hold one for each byte of memory.
import { OWNER_CODE, type Owner } from '../../protocol/run.ts';

export { OWNER_CODE, type Owner };

/** Instances that a code can name. */
export const MAX_INSTANCES = 256 - OWNER_CODE.firstInstance;

/** @throws RangeError for an instance that no byte can name */
export function ownerCode(owner: Owner): number {
  if (owner.kind !== 'instance') return OWNER_CODE[owner.kind];
  if (!(Number.isInteger(owner.instance) && owner.instance >= 0 && owner.instance < MAX_INSTANCES))
    throw new RangeError(`a recording has instances #0 … #${MAX_INSTANCES - 1}, not #${owner.instance}`);
  return OWNER_CODE.firstInstance + owner.instance;
}

const NAMED = ['never', 'initial', 'host', 'unrecorded'] as const;

export function ownerOf(code: number): Owner {
  return code < OWNER_CODE.firstInstance
    ? { kind: NAMED[code] }
    : { kind: 'instance', instance: code - OWNER_CODE.firstInstance };
}
