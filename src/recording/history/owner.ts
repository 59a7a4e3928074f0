// Who last wrote a byte, as a union for readers and as one byte for the planes that hold an owner for each byte of memory.

export type Owner =
  | { readonly kind: 'instance'; readonly instance: number }
  /** an import, WASI, or the user's edit */
  | { readonly kind: 'host' }
  /** the byte changed, and no record says why */
  | { readonly kind: 'unrecorded' }
  /** what data segments put there before the first step */
  | { readonly kind: 'initial' }
  | { readonly kind: 'never' };

/** An owner as one byte. */
export const OWNER_CODE = { never: 0, initial: 1, host: 2, unrecorded: 3, firstInstance: 4 } as const;

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
