// Functions that the user says belong to an allocator: `arena_alloc(size) => ptr; arena_free(ptr)`.
import type { AllocatorOperands, AllocatorRole } from './claims.ts';

export interface DeclaredAllocator {
  /** As the function is exported, imported or named in the name section. */
  readonly name: string;
  readonly role: Extract<AllocatorRole, 'allocate' | 'resize' | 'free'>;
  readonly operands: AllocatorOperands;
}

/** What a parameter is called; any other word stands for one that does not matter. */
const OPERANDS: Readonly<Record<string, keyof AllocatorOperands>> = {
  size: 'size',
  count: 'count',
  ptr: 'block',
  out: 'out',
};

/** A name may hold any signs of C++, Rust and AssemblyScript: its parameters are the last parentheses. */
const FORM = /^(.+)\(([^()]*)\)\s*(?:=>\s*(\w+))?$/;

/** How one is written, for messages. */
export const ALLOCATOR_FORM = "'name(size)=>ptr', 'name(ptr,size)=>ptr' or 'name(ptr)', several with ';' between them";

/** The texts of several, with `;` between them. */
export const splitAllocators = (text: string): string[] =>
  text
    .split(';')
    .map(each => each.trim())
    .filter(each => each !== '');

/** Null where it is none: it neither gives an address nor takes one, a parameter has the meaning of another one, or it is written otherwise. */
export function readAllocator(text: string): DeclaredAllocator | null {
  const match = FORM.exec(text.trim());
  if (!match) return null;
  const [, name, parameters, result] = match;
  const operands: Record<keyof AllocatorOperands, number | null> = { size: null, count: null, block: null, out: null };
  for (const [index, word] of parameters.split(',').entries()) {
    const operand = OPERANDS[word.trim()];
    if (operand === undefined) continue;
    if (operands[operand] !== null) return null;
    operands[operand] = index;
  }
  const gives = result === 'ptr' || operands.out !== null;
  if ((result !== undefined && result !== 'ptr') || (gives && operands.size === null)) return null;
  if (!gives && operands.block === null) return null;
  const role = gives ? (operands.block === null ? 'allocate' : 'resize') : 'free';
  return { name: name.trim(), role, operands };
}
