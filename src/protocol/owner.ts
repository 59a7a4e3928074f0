// Who last wrote a byte: as a value, as one byte for the planes that hold one for each byte of memory, and in words.
import { NUMBERS_ALONE } from './instanceNames.ts';

export type Owner =
  | { readonly kind: 'instance'; readonly instance: number }
  /** a host import, or the user's edit */
  | { readonly kind: 'host' }
  /** another thread, none of whose accesses are recorded; or the host, where such a thread shares the memory */
  | { readonly kind: 'thread' }
  /** the byte changed, and no record says why */
  | { readonly kind: 'unrecorded' }
  /** what data segments and start functions put there before step 0 */
  | { readonly kind: 'initial' }
  | { readonly kind: 'never' };

/** An owner as one byte: `firstInstance + i` is instance `#i`. */
export const OWNER_CODE = { never: 0, initial: 1, host: 2, unrecorded: 3, firstInstance: 4, thread: 255 } as const;

/** Instances that a code can name: more than a run may have, and most that are recorded of a program. */
export const CODED_INSTANCES = OWNER_CODE.thread - OWNER_CODE.firstInstance;

/** All but the instances. */
const OTHERS = {
  never: 'never written',
  initial: 'initial data',
  host: 'host',
  unrecorded: 'unrecorded',
  thread: 'another thread',
} as const satisfies Readonly<Record<Exclude<Owner['kind'], 'instance'>, string>>;

const OTHER_BY_CODE: ReadonlyMap<number, Owner> = new Map(
  (Object.keys(OTHERS) as (keyof typeof OTHERS)[]).map(kind => [OWNER_CODE[kind], { kind }]),
);

/** Whether an owner's writes are found by comparing memory, since it runs outside of what is recorded. */
export const isOutside = (code: number): boolean => code === OWNER_CODE.host || code === OWNER_CODE.thread;

/** @throws RangeError for an instance that no byte can name */
export function ownerCode(owner: Owner): number {
  if (owner.kind !== 'instance') return OWNER_CODE[owner.kind];
  if (!(Number.isInteger(owner.instance) && owner.instance >= 0 && owner.instance < CODED_INSTANCES))
    throw new RangeError(`a recording has instances #0 … #${CODED_INSTANCES - 1}, not #${owner.instance}`);
  return OWNER_CODE.firstInstance + owner.instance;
}

/** @param code an {@link OWNER_CODE} */
export const ownerOf = (code: number): Owner =>
  OTHER_BY_CODE.get(code) ?? { kind: 'instance', instance: code - OWNER_CODE.firstInstance };

/** `#2` (where there are several modules `#2 (drums.wasm)`), `host`, `another thread`, `initial data`, `unrecorded`, `never written`. */
export const ownerName = (owner: Owner, names = NUMBERS_ALONE): string =>
  owner.kind === 'instance' ? names.name(owner.instance) : OTHERS[owner.kind];
