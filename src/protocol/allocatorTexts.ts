// Functions that the user says belong to an allocator: `arena_alloc(size) => ptr; arena_free(ptr)`.
import type { AllocatorOperands, AllocatorRole } from './claims.ts';

export interface DeclaredAllocator {
  /** As the function is exported, imported or named in the name section. */
  readonly name: string;
  readonly role: Extract<AllocatorRole, 'allocate' | 'resize' | 'free'>;
  readonly operands: AllocatorOperands;
}

/** What a parameter is called; any other word stands for one that does not matter. */
const OPERANDS: Readonly<Record<string, Exclude<keyof AllocatorOperands, 'bytes'>>> = {
  size: 'size',
  count: 'count',
  ptr: 'block',
  out: 'out',
};

/** How many bytes each block has, where no parameter tells. */
const BYTES = /^[1-9]\d{0,8}$/;

/** A name may hold any signs of C++, Rust and AssemblyScript: its parameters are the last parentheses. */
const FORM = /^(.+)\(([^()]*)\)\s*(?:=>\s*(\w+))?$/;

/** How one is written, for messages. */
export const ALLOCATOR_FORM =
  "'name(size)=>ptr', 'name(32)=>ptr' where each block has 32 bytes, 'name(ptr,size)=>ptr' or 'name(ptr)', several with ';' between them";

/** The texts of several, with `;` between them. */
export const splitAllocators = (text: string): string[] =>
  text
    .split(';')
    .map(each => each.trim())
    .filter(each => each !== '');

/**
 * Null where it is none: it neither gives an address nor takes one, a parameter has the meaning of another one, nothing or too much tells how
 * many bytes a block has, or it is written otherwise.
 */
export function readAllocator(text: string): DeclaredAllocator | null {
  const match = FORM.exec(text.trim());
  if (!match) return null;
  const [, name, parameters, result] = match;
  const words = parameters.split(',').map(each => each.trim());
  const numbers = words.filter(each => /^\d/.test(each));
  const [number] = numbers;
  if (numbers.length > 1 || (number !== undefined && !BYTES.test(number))) return null;
  const bytes = number === undefined ? null : Number(number);
  const operands: { -readonly [Operand in keyof AllocatorOperands]: number | null } = {
    size: null,
    count: null,
    bytes,
    block: null,
    out: null,
  };
  for (const [index, word] of words.filter(each => each !== number).entries()) {
    const operand = OPERANDS[word];
    if (operand === undefined) continue;
    if (operands[operand] !== null) return null;
    operands[operand] = index;
  }
  const gives = result === 'ptr' || operands.out !== null;
  const isSized = (operands.size === null) !== (bytes === null);
  if ((result !== undefined && result !== 'ptr') || (gives && !isSized)) return null;
  if (!gives && (operands.block === null || bytes !== null)) return null;
  const role = gives ? (operands.block === null ? 'allocate' : 'resize') : 'free';
  return { name: name.trim(), role, operands };
}
