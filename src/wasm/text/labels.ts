// The blocks around an instruction, which labels count from the inside.

/** A block, or the function itself. */
export interface LabelScope {
  /** Number of blocks around it: 0 of the function. */
  readonly depth: number;
  /** `$name`, which no other block of the function has; null where it has none. */
  readonly name: string | null;
  readonly outer: LabelScope | null;
}

export const FUNCTION_LABEL: LabelScope = { depth: 0, name: null, outer: null };

/** A label by its number: the block's `$name`, else the number and how deep the block is, as wabt has it. */
export function labelText(scope: LabelScope, label: number): string {
  const target = labelled(scope, label);
  if (!target) return String(label);
  return target.name ?? `${label} (;@${target.depth};)`;
}

function labelled(scope: LabelScope, label: number): LabelScope | null {
  let at: LabelScope | null = scope;
  for (let i = 0; i < label && at; i++) at = at.outer;
  return at;
}
