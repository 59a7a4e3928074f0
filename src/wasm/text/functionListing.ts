// The text of one function, line by line: any lines can be asked for, so that one of a million instructions is shown at once.
import { ByteReader } from '../byteReader.ts';
import { OP } from '../code/instructionCodes.ts';
import { FLOW, flowOf } from '../code/instructions.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { WasmFormatError } from '../errors.ts';
import { readValueType, type ValueType } from '../types.ts';
import { type FunctionScope, instructionText } from './instructionText.ts';
import { FUNCTION_LABEL, type LabelScope } from './labels.ts';
import type { ModuleText } from './moduleText.ts';

export interface CodeLine {
  /** Byte offset in the file: of the instruction, or of what the line declares. */
  readonly offset: number;
  /** How far it is indented: 0 for the line of the function itself. */
  readonly indent: number;
  readonly text: string;
  /** Function index of what the instruction calls or refers to; null for others. */
  readonly function: number | null;
}

/** Where a line can be reached from. */
interface Checkpoint {
  readonly offset: number;
  readonly labels: LabelScope;
  /** How many blocks were opened before. */
  readonly blocks: number;
}

/** Instructions from one checkpoint to the next. */
const INTERVAL = 1024;
/** Locals of one line. */
const LOCALS = 10;

export class FunctionListing {
  /** Number of lines. */
  readonly length: number;
  /** Where the code can't be read any further; null where all of it can. */
  readonly problem: WasmFormatError | null;
  private readonly head: readonly CodeLine[];
  private readonly checkpoints: readonly Checkpoint[];
  private readonly scope: FunctionScope;
  private readonly labelNames: ReadonlyMap<number, string>;
  private readonly code: number;

  /**
   * @param index function index
   * @param start byte offset of its body in the file
   * @param end its end, exclusive
   */
  constructor(
    private readonly module: ModuleText,
    readonly index: number,
    start: number,
    private readonly end: number,
  ) {
    const { identifiers } = module;
    this.scope = { module, locals: identifiers.within('local', index) };
    this.labelNames = identifiers.within('label', index);
    const reader = new ByteReader(module.module.bytes, start, end);
    const { lines, problem } = this.declarations(reader);
    this.head = [this.headLine(start), ...lines];
    this.code = reader.offset;
    const scanned = problem ? { checkpoints: [], count: 0, problem } : this.scan();
    this.checkpoints = scanned.checkpoints;
    this.problem = scanned.problem;
    this.length = this.head.length + scanned.count + (scanned.problem ? 1 : 0);
  }

  /** Lines `from` … `from + count`, fewer at the end. */
  *lines(from = 0, count = this.length): Generator<CodeLine> {
    const end = Math.min(this.length, from + count);
    for (let line = from; line < Math.min(end, this.head.length); line++) yield this.head[line];
    const behind = this.problem ? this.length - 1 : this.length;
    let line = Math.max(from, this.head.length);
    if (line < Math.min(end, behind)) {
      const cursor = this.cursorAt(line - this.head.length);
      for (; line < Math.min(end, behind); line++) {
        cursor.next();
        yield this.lineOf(cursor);
      }
    }
    if (this.problem && line < end)
      yield { offset: this.problem.offset, indent: 1, text: `;; ${this.problem.message}`, function: null };
  }

  /** The line of the instruction that a byte of the file belongs to; 0 for a byte before the code. */
  lineAt(offset: number): number {
    if (offset < this.code || this.checkpoints.length === 0) return 0;
    const before = this.checkpoints.findLastIndex(checkpoint => checkpoint.offset <= offset);
    const { walker } = this.cursorAt(Math.max(0, before) * INTERVAL);
    const last = (this.problem ? this.length - 1 : this.length) - this.head.length;
    let instruction = Math.max(0, before) * INTERVAL;
    while (instruction < last && walker.next() && walker.offset <= offset) instruction++;
    return Math.min(this.head.length + instruction, this.length - 1);
  }

  private headLine(start: number): CodeLine {
    const { module, index } = this;
    const { locals } = this.scope;
    const type = module.module.functions[index];
    const name = module.identifiers.identifier('function', index);
    const typeText = ` (type ${module.reference('type', module.typeOf[index] ?? 0)})`;
    const params = type ? this.namedTypes('param', type.params, 0, locals) : '';
    const text = `(func${name === null ? '' : ` ${name}`} (;${index};)${typeText}${params}${module.list('result', type?.results ?? [])}`;
    return { offset: start, indent: 0, text, function: null };
  }

  /** The locals, ten a line. */
  private declarations(reader: ByteReader): { readonly lines: CodeLine[]; readonly problem: WasmFormatError | null } {
    const lines: CodeLine[] = [];
    let next = this.module.module.functions[this.index]?.params.length ?? 0;
    let offset = reader.offset;
    let types: ValueType[] = [];
    const flush = (): void => {
      if (types.length === 0) return;
      const last = next - 1;
      const numbers = types.length === 1 ? String(last) : `${last - types.length + 1} to ${last}`;
      const text = this.namedTypes('local', types, next - types.length, this.scope.locals).trim();
      lines.push({ offset, indent: 1, text: `${text}  ;; ${numbers}`, function: null });
      types = [];
    };
    try {
      for (let groups = reader.u32(); groups > 0; groups--) {
        const start = reader.offset;
        let count = reader.u32();
        const type = readValueType(reader);
        if (next + count > MOST_LOCALS) throw reader.malformed(`a function declares ${next + count} locals`, start);
        for (; count > 0; count--) {
          if (types.length === 0) offset = start;
          types.push(type);
          next++;
          if (types.length === LOCALS) flush();
        }
      }
      flush();
      return { lines, problem: null };
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
      return { lines, problem: error };
    }
  }

  /** Those without a name together, one with a name alone, as the format wants it. */
  private namedTypes(
    keyword: string,
    types: readonly ValueType[],
    first: number,
    names: ReadonlyMap<number, string>,
  ): string {
    let text = '';
    let together: ValueType[] = [];
    for (const [i, type] of types.entries()) {
      const name = names.get(first + i);
      if (name === undefined) together.push(type);
      else {
        text += `${this.module.list(keyword, together)} (${keyword} ${name} ${this.module.valueType(type)})`;
        together = [];
      }
    }
    return text + this.module.list(keyword, together);
  }

  /** Passes over all instructions once. */
  private scan(): { checkpoints: Checkpoint[]; count: number; problem: WasmFormatError | null } {
    const cursor = new Cursor(this.module.module.bytes, this.end, this.labelNames, {
      offset: this.code,
      labels: FUNCTION_LABEL,
      blocks: 0,
    });
    const checkpoints: Checkpoint[] = [];
    let count = 0;
    try {
      for (;;) {
        if (count % INTERVAL === 0) checkpoints.push(cursor.checkpoint);
        if (!cursor.next()) break;
        count++;
      }
      const ends = new WasmFormatError('truncated', 'the code ends before its function does', this.end);
      return { checkpoints, count, problem: cursor.isEnd ? null : ends };
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
      return { checkpoints, count, problem: error };
    }
  }

  /** Before an instruction, by its number. */
  private cursorAt(instruction: number): Cursor {
    const checkpoint = this.checkpoints[Math.floor(instruction / INTERVAL)];
    const cursor = new Cursor(this.module.module.bytes, this.end, this.labelNames, checkpoint);
    for (let passed = instruction - (instruction % INTERVAL); passed < instruction; passed++) cursor.next();
    return cursor;
  }

  private lineOf({ walker, labels, label, isEnd }: Cursor): CodeLine {
    const { start: offset, code } = walker;
    const flow = flowOf(code);
    const outwards = flow & (FLOW.divides | FLOW.opens) ? 1 : 0;
    const indent = 1 + labels.depth - outwards;
    if (isEnd) return { offset, indent: 0, text: ')', function: null };
    const isCall = (flow & FLOW.calls) !== 0 || code === OP.refFunc;
    try {
      const text = instructionText(walker, label, this.scope);
      const opened = flow & FLOW.opens ? openedText(text, labels) : text;
      return { offset, indent, text: opened, function: isCall ? walker.first : null };
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
      return { offset, indent, text: `;; ${error.message}`, function: null };
    }
  }
}

/** V8's own limit. */
const MOST_LOCALS = 50_000;

/** `block $name (result i32)`, or with the depth that branches name it by. */
function openedText(text: string, { name, depth }: LabelScope): string {
  if (name === null) return `${text}  ;; label = @${depth}`;
  const [keyword = '', ...rest] = text.split(' ');
  return [keyword, name, ...rest].join(' ');
}

/** A walker that knows the blocks around it. */
class Cursor {
  readonly walker: InstructionWalker;
  /** Those around the next instruction. */
  labels: LabelScope;
  /** Those that the labels of the last instruction count. */
  label: LabelScope;
  /** The last instruction is the `end` of the function. */
  isEnd = false;
  private blocks: number;

  constructor(
    bytes: Uint8Array,
    end: number,
    private readonly names: ReadonlyMap<number, string>,
    { offset, labels, blocks }: Checkpoint,
  ) {
    this.walker = new InstructionWalker(bytes, offset, end);
    this.labels = labels;
    this.label = labels;
    this.blocks = blocks;
  }

  get checkpoint(): Checkpoint {
    const { labels, blocks, walker } = this;
    return { offset: walker.offset, labels, blocks };
  }

  next(): boolean {
    const { walker, labels } = this;
    if (!walker.next()) return false;
    const flow = flowOf(walker.code);
    this.label = labels;
    this.isEnd = false;
    if (flow & FLOW.opens) {
      const name = this.names.get(this.blocks++) ?? null;
      this.labels = { depth: labels.depth + 1, name, outer: labels };
    } else if (flow & FLOW.closes) {
      this.isEnd = labels.outer === null;
      this.labels = labels.outer ?? FUNCTION_LABEL;
      if (walker.code === OP.delegate) this.label = this.labels;
    }
    return true;
  }
}
