// Who last wrote a byte: as a value, as one byte for the planes that hold one for each byte of memory, and in words.

export type Owner =
  | { readonly kind: 'instance'; readonly instance: number }
  /** a host import, or the user's edit */
  | { readonly kind: 'host' }
  /** the byte changed, and no record says why */
  | { readonly kind: 'unrecorded' }
  /** what data segments and start functions put there before step 0 */
  | { readonly kind: 'initial' }
  | { readonly kind: 'never' };

/** An owner as one byte: `firstInstance + i` is instance `#i`. */
export const OWNER_CODE = { never: 0, initial: 1, host: 2, unrecorded: 3, firstInstance: 4 } as const;

/** Instances that a code can name: more than a run may have, and most that are recorded of a program. */
export const CODED_INSTANCES = 256 - OWNER_CODE.firstInstance;

/** All but the instances, by their codes. */
const OTHERS = [
  { kind: 'never', name: 'never written' },
  { kind: 'initial', name: 'initial data' },
  { kind: 'host', name: 'host' },
  { kind: 'unrecorded', name: 'unrecorded' },
] as const;

/** @throws RangeError for an instance that no byte can name */
export function ownerCode(owner: Owner): number {
  if (owner.kind !== 'instance') return OWNER_CODE[owner.kind];
  if (!(Number.isInteger(owner.instance) && owner.instance >= 0 && owner.instance < CODED_INSTANCES))
    throw new RangeError(`a recording has instances #0 … #${CODED_INSTANCES - 1}, not #${owner.instance}`);
  return OWNER_CODE.firstInstance + owner.instance;
}

/** @param code an {@link OWNER_CODE} */
export const ownerOf = (code: number): Owner =>
  code < OWNER_CODE.firstInstance
    ? { kind: OTHERS[code].kind }
    : { kind: 'instance', instance: code - OWNER_CODE.firstInstance };

/** `#2`, `host`, `initial data`, `unrecorded`, `never written`. */
export const ownerName = (owner: Owner): string =>
  owner.kind === 'instance' ? `#${owner.instance}` : OTHERS[OWNER_CODE[owner.kind]].name;
