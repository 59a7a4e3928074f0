// What planning wants to know of an instruction, and which instructions it need not look at closely.
import type { RecordLevel } from '../../../protocol/run.ts';
import { OP, PREFIX_ATOMIC, SLOTS, slotOf } from '../../code/instructionCodes.ts';
import { FLOW_OF, mayNameImport } from '../../code/instructions.ts';
import {
  ACCESS_INSTRUCTIONS,
  type AccessInstruction,
  accessInstruction,
  isPlainAccess,
} from '../../code/memoryAccess.ts';
import { isRecorded } from '../fixedRecord.ts';

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

/** By slot. */
const LOOKS = Uint8Array.from({ length: SLOTS }, (_, slot) => {
  let look = 0;
  if (mayNameImport(slot)) look |= LOOK.moves;
  if (FLOW_OF[slot] !== 0) look |= LOOK.structure;
  if (slot === OP.localSet || slot === OP.localTee) look |= LOOK.sets;
  return look;
});
for (const { code } of ACCESS_INSTRUCTIONS)
  LOOKS[slotOf(code)] |= isPlainAccess(code) ? LOOK.access | LOOK.plain : LOOK.access;

const plainTraits = (level: RecordLevel): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, op) => {
    const access = accessInstruction(op);
    return TRAIT.access | TRAIT.straight | (access && isRecorded(access, level) ? TRAIT.recorded : 0);
  });

/** Traits of the plain accesses of memory 0, by opcode. */
export const PLAIN_TRAITS: Readonly<Record<RecordLevel, Uint8Array>> = {
  all: plainTraits('all'),
  stores: plainTraits('stores'),
  calls: plainTraits('calls'),
};

/** The looks that an instruction needs. */
export const looksOf = (code: number): number => LOOKS[slotOf(code)];
