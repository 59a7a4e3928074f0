// What planning wants to know of an instruction, and which instructions it need not look at closely.
import { OP, PREFIX_ATOMIC } from '../../code/instructionCodes.ts';
import { type AccessInstruction, accessInstruction, isPlainAccess } from '../../code/memoryAccess.ts';
import { isRecorded } from '../fixedRecord.ts';
import { MAY_MOVE } from '../indices.ts';
import type { RecordLevel } from '../logFormat.ts';

/** What an instruction has beside its opcode. */
export const TRAIT = {
  /** names an index that moves */
  moves: 1,
  /** an access of memory 0 */
  access: 2,
  /** a branch that may leave the function, or may go where exceptions are caught too */
  leaves: 4,
  /** an access that the level records */
  recorded: 8,
  /** the code goes on behind it, and it is reached from before it only */
  straight: 16,
} as const;

/** Whether an access can be part of straight code; others have a record of their own. */
export const isStraight = ({ code, form, lane }: AccessInstruction): boolean =>
  (form === 'load' || form === 'store') && !lane && code >>> 12 !== PREFIX_ATOMIC;

/** What needs a closer look at an instruction; most need none. */
export const LOOK = {
  access: 1,
  moves: 2,
  structure: 4,
  sets: 8,
  /** an access whose traits {@link PLAIN_TRAITS} has where it is of memory 0 */
  plain: 16,
} as const;

/** By opcode without a prefix. */
const LOOKS = Uint8Array.from({ length: 256 }, (_, op) => {
  if (isPlainAccess(op)) return LOOK.access | LOOK.moves | LOOK.plain;
  let look = 0;
  if (accessInstruction(op)) look |= LOOK.access | LOOK.moves;
  if (MAY_MOVE.has(op)) look |= LOOK.moves;
  if (op < OP.drop && op !== OP.nop) look |= LOOK.structure;
  if (op === OP.tryTable || op === OP.brOnNull || op === OP.brOnNonNull) look |= LOOK.structure;
  if (op === OP.localSet || op === OP.localTee) look |= LOOK.sets;
  return look;
});

const plainTraits = (level: RecordLevel): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, op) => {
    const access = accessInstruction(op);
    return TRAIT.access | TRAIT.straight | (access && isRecorded(access, level) ? TRAIT.recorded : 0);
  });

/** Traits of the plain accesses of memory 0, by opcode. */
export const PLAIN_TRAITS: Readonly<Record<RecordLevel, Uint8Array>> = {
  all: plainTraits('all'),
  stores: plainTraits('stores'),
};

/** The looks that an instruction needs. */
export function looksOf(code: number): number {
  if (code < LOOKS.length) return LOOKS[code];
  const casts = code === OP.brOnCast || code === OP.brOnCastFail;
  return LOOK.access | LOOK.moves | (casts ? LOOK.structure : 0);
}
