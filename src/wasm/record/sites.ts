// The instructions of a module that access memory 0, numbered in the order of the file.

import { lastAtMost } from '../../protocol/lastAtMost.ts';
import { OP } from '../code/instructionCodes.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { type AccessInstruction, accessInstruction } from '../code/memoryAccess.ts';
import type { Module } from '../module.ts';
import { functionRanges, readBody } from './functionBody.ts';

export type SiteKind = 'load' | 'store' | 'both' | 'bulk' | 'grow';

/** An instruction that accesses memory, in the terms of the user's file. */
export interface Site {
  /** Number of the site, from 0 on in the order of the file. */
  readonly id: number;
  /** Function index in the original module; `functionNamer` gives its name. */
  readonly function: number;
  /** Byte offset of the instruction in the original file. */
  readonly offset: number;
  readonly instruction: AccessInstruction;
  readonly kind: SiteKind;
  /** Bytes that one access touches; 0 where the operands say how many. */
  readonly width: number;
  /** Static offset that is added to the address operand. */
  readonly memoryOffset: number;
  /** Lane of a vector that is loaded or stored; 0 otherwise. */
  readonly lane: number;
  /** Data segment of `memory.init`; 0 otherwise. */
  readonly segment: number;
  /** Memory that `memory.copy` reads; 0 otherwise. */
  readonly fromMemory: number;
}

const KINDS: Readonly<Record<AccessInstruction['form'], SiteKind>> = {
  load: 'load',
  wait: 'load',
  notify: 'load',
  store: 'store',
  rmw: 'both',
  cmpxchg: 'both',
  fill: 'bulk',
  copy: 'bulk',
  init: 'bulk',
  grow: 'grow',
};

/**
 * What the instruction at the walker accesses in memory 0; null where it accesses nothing there. A `memory.copy` counts by
 * its destination.
 */
export function accessAt(walker: InstructionWalker): AccessInstruction | null {
  const access = accessInstruction(walker.code);
  if (access === null) return null;
  switch (walker.code) {
    case OP.memoryInit:
      return walker.second === 0 ? access : null;
    case OP.memoryFill:
    case OP.memoryCopy:
    case OP.memoryGrow:
      return walker.first === 0 ? access : null;
    default:
      return walker.memory === 0 ? access : null;
  }
}

/** Finds sites by number. What they are is read from the module again when asked for, so that a large module costs nothing. */
export class Sites {
  private readonly known = new Map<number, Site>();
  private readonly ranges: Uint32Array;

  /** @param firstOf number of the first site of each function of the code section, and behind the last the number of sites */
  constructor(
    private readonly module: Module,
    private readonly firstOf: Uint32Array,
  ) {
    this.ranges = functionRanges(module);
  }

  get count(): number {
    return this.firstOf[this.firstOf.length - 1];
  }

  /** @throws RangeError for a number that no site has */
  at(id: number): Site {
    const known = this.known.get(id);
    if (known) return known;
    if (!(id >= 0 && id < this.count)) throw new RangeError(`there is no site ${id}`);
    for (const site of this.ofFunction(lastAtMost(this.firstOf, id))) this.known.set(site.id, site);
    return this.at(id);
  }

  /** The sites of a function of the code section. */
  ofFunction(defined: number): Site[] {
    const index = this.module.importedFunctions + defined;
    const body = readBody(this.module, index, this.ranges[2 * defined], this.ranges[2 * defined + 1]);
    const walker = new InstructionWalker(this.module.bytes, body.code, body.end);
    const sites: Site[] = [];
    while (walker.next()) {
      const access = accessAt(walker);
      if (access) sites.push(siteAt(walker, access, this.firstOf[defined] + sites.length, index));
    }
    return sites;
  }
}

function siteAt(walker: InstructionWalker, access: AccessInstruction, id: number, functionIndex: number): Site {
  const { form } = access;
  const hasMemoryArgument = KINDS[form] !== 'bulk' && form !== 'grow';
  return {
    id,
    function: functionIndex,
    offset: walker.start,
    instruction: access,
    kind: KINDS[form],
    width: access.width,
    memoryOffset: hasMemoryArgument ? walker.first : 0,
    lane: access.lane ? walker.second : 0,
    segment: form === 'init' ? walker.first : 0,
    fromMemory: form === 'copy' ? walker.second : 0,
  };
}
