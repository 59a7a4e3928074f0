// A function's instructions in arrays, one entry an instruction, with the structure that planning needs. The arrays are
// used for one function after the other.
import type { RecordLevel } from '../../../protocol/run.ts';
import { OP } from '../../code/instructionCodes.ts';
import { FLOW, flowOf } from '../../code/instructions.ts';
import { InstructionWalker } from '../../code/instructionWalker.ts';
import { type AccessInstruction, accessInstruction } from '../../code/memoryAccess.ts';
import { isChecked } from '../checkedAccess.ts';
import { isRecorded } from '../fixedRecord.ts';
import type { FunctionBody } from '../functionBody.ts';
import type { Indices } from '../indices.ts';
import { accessAt } from '../sites.ts';
import { CheckedBases } from './checkedBases.ts';
import { isStraight, LOOK, looksOf, PLAIN_TRAITS, TRAIT } from './instructionTraits.ts';

/** Stands for the function itself where an index of an instruction that opens a block is expected. */
export const FUNCTION_BLOCK = -1;

export class FunctionCode {
  count = 0;
  code = new Int32Array(1024);
  /** Byte offset in the file; `at[count]` is the end of the function. */
  at = new Int32Array(1025);
  /** First immediate. */
  first = new Int32Array(1024);
  traits = new Uint8Array(1024);
  /** Of `else`, `catch*`, `delegate` and `end`: index of the instruction that opened the block. Of a branch with one label: of its target. */
  block = new Int32Array(1024);
  /** Of an instruction that opens a block: number of branches to it. */
  branches = new Int32Array(1024);
  /** Of an instruction that opens a block: whether a clause of `try_table` branches to it. */
  caught = new Uint8Array(1024);
  /** Of an `if`: whether it has an `else`. */
  hasElse = new Uint8Array(1024);
  /** Of an instruction that opens a block: index of the `end` that closes it. */
  end = new Int32Array(1024);
  /** Indices of the instructions that set a local, and for each instruction how many of these stand before it. */
  readonly sets: number[] = [];
  setsBefore = new Int32Array(1025);
  /** Indices of the instructions that open a block, in order. */
  readonly openers: number[] = [];
  /** Targets of `br_table`s: their number, and what {@link block} would be for each; `block` of a `br_table` is an index in this. */
  readonly tableTargets: number[] = [];
  /** Number of recorded accesses before an instruction. */
  recordedBefore = new Int32Array(1025);
  /** Indices of the instructions that are not copied as they are: those that name an index that moves, and the checked accesses. */
  readonly changing: number[] = [];
  /** For each of these, which of the function's sites it is, from 0 on; -1 for one that only moves. */
  readonly checked: number[] = [];
  /** Functions that it calls by their index. */
  readonly callees: number[] = [];
  /** Whether it calls functions that the code does not name. */
  callsAnything = false;
  /** Whether it or a function before it has `try_table`. */
  hasTryTable = false;
  /** Sites of the function. */
  sites = 0;
  private readonly open: number[] = [];
  private readonly bases = new CheckedBases();
  private hasClauses = false;
  /** Whether the instruction under way may leave the function. */
  private leaves = false;
  private walker = new InstructionWalker(new Uint8Array(0), 0, 0);

  /** Takes a function in. */
  read(bytes: Uint8Array, body: FunctionBody, indices: Indices, level: RecordLevel): void {
    const walker = new InstructionWalker(bytes, body.code, body.end);
    this.begin(walker, body.end - body.code);
    const { code, at, first, traits, recordedBefore, sets, setsBefore } = this;
    const plain = PLAIN_TRAITS[level];
    const { isExact } = indices;
    const checksPlain = isExact && level !== 'calls';
    let count = 0;
    let recorded = 0;
    while (walker.next()) {
      const i = count++;
      code[i] = walker.code;
      at[i] = walker.start;
      first[i] = walker.first;
      recordedBefore[i] = recorded;
      setsBefore[i] = sets.length;
      const looks = looksOf(walker.code);
      if (looks === 0) {
        if (checksPlain) this.bases.pass(walker);
        traits[i] = TRAIT.straight;
        continue;
      }
      if (looks & LOOK.plain && walker.memory === 0) {
        const trait = plain[walker.code];
        traits[i] = trait;
        if (checksPlain) this.check(i, walker, accessInstruction(walker.code));
        this.sites++;
        if (trait & TRAIT.recorded) recorded++;
        continue;
      }
      let trait = 0;
      let straight = true;
      if (looks & LOOK.sets) sets.push(i);
      if (looks & LOOK.moves && indices.moves(walker)) {
        trait = TRAIT.moves;
      }
      const access = looks & LOOK.access ? accessAt(walker) : null;
      const isCheckedHere = access !== null && isExact && isChecked(access, level);
      if (isCheckedHere) this.check(i, walker, access);
      else if (trait & TRAIT.moves) this.change(i, -1);
      if (checksPlain && !isCheckedHere) this.bases.pass(walker);
      if (access) {
        trait |= TRAIT.access;
        this.sites++;
        if (isRecorded(access, level)) {
          trait |= TRAIT.recorded;
          recorded++;
          straight = isStraight(access);
        }
      }
      if (looks & LOOK.structure) straight = this.structure(i, walker);
      if (this.leaves) trait |= TRAIT.leaves;
      this.leaves = false;
      traits[i] = straight ? trait | TRAIT.straight : trait;
    }
    this.count = count;
    at[count] = body.end;
    recordedBefore[count] = recorded;
    setsBefore[count] = sets.length;
    if (checksPlain) this.bases.end(body.index);
    if (this.hasClauses) this.markLeaving();
  }

  /** An access of memory 0, checked where that is not superfluous. */
  private check(i: number, walker: InstructionWalker, access: AccessInstruction | null): void {
    if (access && this.bases.needsCheck(walker, access)) this.change(i, this.sites);
  }

  private change(i: number, site: number): void {
    this.changing.push(i);
    this.checked.push(site);
  }

  private begin(walker: InstructionWalker, size: number): void {
    this.walker = walker;
    this.reserve(size);
    this.sites = 0;
    this.changing.length = 0;
    this.checked.length = 0;
    this.bases.begin();
    this.sets.length = 0;
    this.openers.length = 0;
    this.tableTargets.length = 0;
    this.callees.length = 0;
    this.callsAnything = false;
    this.hasClauses = false;
    this.leaves = false;
    this.open.length = 0;
    this.open.push(FUNCTION_BLOCK);
  }

  /** Takes the block structure in. @returns whether the code goes on behind the instruction, reached from before it only */
  private structure(i: number, walker: InstructionWalker): boolean {
    const { block, open } = this;
    const flow = flowOf(walker.code);
    if (flow & FLOW.opens) {
      if (walker.code === OP.tryTable) {
        this.hasTryTable = true;
        for (const label of walker.labels) this.clause(label);
      }
      this.opens(i);
      return walker.code === OP.block;
    }
    if (flow & FLOW.divides) {
      block[i] = open[open.length - 1];
      if (walker.code === OP.else) this.hasElse[block[i]] = 1;
    } else if (flow & FLOW.closes) {
      const opener = open.pop() ?? FUNCTION_BLOCK;
      block[i] = opener;
      if (opener === FUNCTION_BLOCK) return false;
      this.end[opener] = i;
      // All branches to a block stand inside it.
      return this.code[opener] === OP.block && this.branches[opener] === 0;
    } else if (flow & FLOW.branches) {
      block[i] = this.branch(walker.first);
    } else if (flow & FLOW.switches) {
      block[i] = this.tableTargets.push(walker.labels.length) - 1;
      for (const label of walker.labels) this.tableTargets.push(this.branch(label));
    } else if (flow & FLOW.calls) {
      this.callees.push(walker.first);
    } else if (flow & FLOW.callsAny) {
      this.callsAnything = true;
    }
    return false;
  }

  private opens(i: number): void {
    this.branches[i] = 0;
    this.caught[i] = 0;
    this.hasElse[i] = 0;
    this.open.push(i);
    this.openers.push(i);
  }

  /** Index behind the straight code that starts at an index, or behind the part of it that has `most` recorded accesses. */
  straightEnd(from: number, most: number): number {
    const { count, traits, recordedBefore } = this;
    const full = recordedBefore[from] + most;
    let to = from + 1;
    while (to < count && recordedBefore[to] < full && traits[to] & TRAIT.straight) to++;
    return to;
  }

  /** Index behind the last recorded access of a range. */
  behindLastAccess(from: number, to: number): number {
    let behind = to;
    while (behind > from && !(this.traits[behind - 1] & TRAIT.recorded)) behind--;
    return behind;
  }

  /** The walker, at an instruction; the same object for every call. */
  walkerAt(index: number): InstructionWalker {
    this.walker.offset = this.at[index];
    this.walker.next();
    return this.walker;
  }

  /** Which blocks clauses branch to is known only when all clauses were seen. */
  private markLeaving(): void {
    for (let i = 0; i < this.count; i++) {
      const flow = flowOf(this.code[i]);
      const target = this.block[i];
      const leaves = flow & FLOW.branches ? target !== FUNCTION_BLOCK && this.caught[target] : flow & FLOW.switches;
      if (leaves) this.traits[i] |= TRAIT.leaves;
    }
  }

  private branch(label: number): number {
    const target = this.open[this.open.length - 1 - label];
    if (target === FUNCTION_BLOCK) this.leaves = true;
    else this.branches[target]++;
    return target;
  }

  private clause(label: number): void {
    this.hasClauses = true;
    const target = this.branch(label);
    if (target !== FUNCTION_BLOCK) this.caught[target] = 1;
  }

  /** @param size bytes of the function: it has no more instructions than bytes */
  private reserve(size: number): void {
    if (size <= this.code.length) return;
    const length = size * 2;
    this.code = new Int32Array(length);
    this.at = new Int32Array(length + 1);
    this.first = new Int32Array(length);
    this.traits = new Uint8Array(length);
    this.block = new Int32Array(length);
    this.branches = new Int32Array(length);
    this.caught = new Uint8Array(length);
    this.hasElse = new Uint8Array(length);
    this.end = new Int32Array(length);
    this.recordedBefore = new Int32Array(length + 1);
    this.setsBefore = new Int32Array(length + 1);
  }
}
