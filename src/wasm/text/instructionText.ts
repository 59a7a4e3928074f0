// One instruction in the text format (WebAssembly specification, 6.5 Instructions), flat, as wabt's `wasm2wat` writes it. Floats
// are decimal.
import { ByteReader } from '../byteReader.ts';
import { MEMORY_INDEX_FOLLOWS, OP, PREFIX_ATOMIC, PREFIX_GC } from '../code/instructionCodes.ts';
import { instructionName } from '../code/instructionNames.ts';
import { immediatesOf } from '../code/instructions.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import { type AccessInstruction, accessInstruction } from '../code/memoryAccess.ts';
import type { NamedSpace } from '../names.ts';
import { type LabelScope, labelText } from './labels.ts';
import type { ModuleText } from './moduleText.ts';
import { f32Text, f64Text } from './numberText.ts';

/** The function that an instruction is in. */
export interface FunctionScope {
  readonly module: ModuleText;
  /** `$name`s by index. */
  readonly locals: ReadonlyMap<number, string>;
}

const BLOCK_WITHOUT_TYPE = 0x40;
/** Clauses of `try_table`, by their number; the first two name a tag. */
const CATCHES = ['catch', 'catch_ref', 'catch_all', 'catch_all_ref'];

/** Instructions whose immediates the text format has in another order, or leaves out where they are 0. */
const SPECIAL: Readonly<Record<string, (printer: Printer) => string>> = {
  call_indirect: printer => printer.callIndirect(),
  return_call_indirect: printer => printer.callIndirect(),
  'memory.size': printer => printer.memory(),
  'memory.grow': printer => printer.memory(),
  'memory.fill': printer => printer.memory(),
  'memory.copy': printer => printer.memoryCopy(),
  'memory.init': printer => printer.memoryInit(),
  'table.init': printer => printer.tableInit(),
  'struct.get': printer => printer.field(),
  'struct.get_s': printer => printer.field(),
  'struct.get_u': printer => printer.field(),
  'struct.set': printer => printer.field(),
  'ref.test': printer => printer.castTarget(),
  'ref.cast': printer => printer.castTarget(),
  'i8x16.shuffle': printer => printer.lanes(),
  'atomic.fence': () => '',
};

/**
 * The instruction that the walker has passed over.
 * @param labels the blocks around it; of a `delegate` those around its `try`
 * @throws WasmFormatError where an immediate is none
 */
export function instructionText(walker: InstructionWalker, labels: LabelScope, scope: FunctionScope): string {
  const { code, bytes, start, offset } = walker;
  const name = instructionName(code);
  const reader = new ByteReader(bytes, start, offset);
  if (name === null) throw reader.malformed(`unknown instruction 0x${code.toString(16)}`, start);
  if (reader.byte() >= PREFIX_GC && bytes[start] <= PREFIX_ATOMIC) reader.u32();
  return name + new Printer(reader, code, labels, scope).immediates(name);
}

/** Writes immediates, each with a space before it. */
class Printer {
  constructor(
    private readonly reader: ByteReader,
    private readonly code: number,
    private readonly labels: LabelScope,
    private readonly scope: FunctionScope,
  ) {}

  immediates(name: string): string {
    const special = SPECIAL[name];
    if (special) return special(this);
    return immediatesOf(this.code)
      .map(each => this.immediate(each))
      .join('');
  }

  private immediate(kind: ReturnType<typeof immediatesOf>[number]): string {
    const { reader } = this;
    switch (kind) {
      case 'function':
      case 'global':
      case 'type':
      case 'table':
      case 'tag':
      case 'memory':
      case 'data':
      case 'element':
        return this.index(kind);
      case 'local':
        return ` ${this.local(reader.u32())}`;
      case 'label':
        return ` ${labelText(this.labels, reader.u32())}`;
      case 'field':
      case 'count':
        return ` ${reader.u32()}`;
      case 's32':
        return ` ${reader.s32()}`;
      case 's64':
        return ` ${reader.s64()}`;
      case 'f32':
        return ` ${f32Text(this.words(4).getUint32(0, true))}`;
      case 'f64':
        return ` ${f64Text(this.words(8).getBigUint64(0, true))}`;
      case 'memoryArgument':
        return this.memoryArgument();
      case 'lane':
        return ` ${reader.byte()}`;
      case 'bytes16':
        return this.vector();
      case 'blockType':
        return this.blockType();
      case 'heapType':
        return ` ${this.scope.module.readHeapType(reader)}`;
      case 'valueTypes':
        return this.resultTypes();
      case 'labels':
        return this.branchTable();
      case 'catches':
        return this.blockType() + this.catches();
      case 'castBranch':
        return this.castBranch();
    }
  }

  callIndirect(): string {
    const type = this.scope.module.reference('type', this.reader.u32());
    const table = this.reader.u32();
    return `${table === 0 ? '' : ` ${this.scope.module.reference('table', table)}`} (type ${type})`;
  }

  /** A memory; nothing for the first one. */
  memory(): string {
    const index = this.reader.u32();
    return index === 0 ? '' : this.item('memory', index);
  }

  memoryCopy(): string {
    const [to, from] = [this.reader.u32(), this.reader.u32()];
    return to === 0 && from === 0 ? '' : this.item('memory', to) + this.item('memory', from);
  }

  memoryInit(): string {
    const segment = this.index('data');
    return this.memory() + segment;
  }

  tableInit(): string {
    const segment = this.index('element');
    return this.index('table') + segment;
  }

  field(): string {
    const type = this.reader.u32();
    const field = this.reader.u32();
    const { module } = this.scope;
    return `${this.item('type', type)} ${module.identifiers.within('field', type).get(field) ?? field}`;
  }

  castTarget(): string {
    const nullable = this.code === OP.refTestNull || this.code === OP.refCastNull;
    return this.referenceType(nullable);
  }

  lanes(): string {
    return ` ${Array.from(this.reader.take(16)).join(' ')}`;
  }

  private referenceType(nullable: boolean): string {
    return ` (ref ${nullable ? 'null ' : ''}${this.scope.module.readHeapType(this.reader)})`;
  }

  private castBranch(): string {
    const flags = this.reader.byte();
    const label = labelText(this.labels, this.reader.u32());
    const from = this.referenceType((flags & 1) !== 0);
    return ` ${label}${from}${this.referenceType((flags & 2) !== 0)}`;
  }

  private index(space: NamedSpace): string {
    return this.item(space, this.reader.u32());
  }

  private item(space: NamedSpace, index: number): string {
    return ` ${this.scope.module.reference(space, index)}`;
  }

  private local(index: number): string {
    return this.scope.locals.get(index) ?? String(index);
  }

  private words(bytes: number): DataView {
    const taken = this.reader.take(bytes);
    return new DataView(taken.buffer, taken.byteOffset, bytes);
  }

  private vector(): string {
    const words = this.words(16);
    const lanes = [0, 4, 8, 12].map(at => `0x${words.getUint32(at, true).toString(16).padStart(8, '0')}`);
    return ` i32x4 ${lanes.join(' ')}`;
  }

  private memoryArgument(): string {
    const { reader } = this;
    const flags = reader.u32();
    const memory = flags & MEMORY_INDEX_FOLLOWS ? reader.u32() : 0;
    const offset = reader.u64();
    const align = 2 ** (flags & ~MEMORY_INDEX_FOLLOWS);
    return [
      memory === 0 ? '' : this.item('memory', memory),
      offset === 0n ? '' : ` offset=${offset}`,
      align === naturalAlignment(accessInstruction(this.code)) ? '' : ` align=${align}`,
    ].join('');
  }

  /** Nothing, one result, or a type of the module, which is written out too. */
  private blockType(): string {
    const { reader } = this;
    const { module } = this.scope;
    const first = reader.bytes[reader.offset];
    if (first === BLOCK_WITHOUT_TYPE) {
      reader.byte();
      return '';
    }
    // A type index is a positive number, whose first byte has no bit 6 set where it is the only one.
    if ((first & 0xc0) === 0x40) return ` (result ${module.readValueType(reader)})`;
    const index = reader.s33();
    const type = module.types[index];
    return ` (type ${module.reference('type', index)})${type ? module.signature(type) : ''}`;
  }

  private resultTypes(): string {
    const types: string[] = [];
    for (let count = this.reader.u32(); count > 0; count--) types.push(this.scope.module.readValueType(this.reader));
    return ` (result${types.map(type => ` ${type}`).join('')})`;
  }

  private branchTable(): string {
    const { reader, labels } = this;
    const count = reader.u32() + 1;
    const shown = Math.min(count, this.scope.module.targets);
    const texts: string[] = [];
    while (texts.length < shown) texts.push(` ${labelText(labels, reader.u32())}`);
    if (count > shown) texts.push(` (; and ${count - shown} more ;)`);
    return texts.join('');
  }

  private catches(): string {
    const { reader } = this;
    const clauses: string[] = [];
    for (let count = reader.u32(); count > 0; count--) {
      const kind = reader.byte();
      const name = CATCHES[kind];
      if (!name) throw reader.malformed(`unknown catch clause ${kind}`, reader.offset - 1);
      const tag = kind < 2 ? this.index('tag') : '';
      clauses.push(` (${name}${tag} ${labelText(this.labels, reader.u32())})`);
    }
    return clauses.join('');
  }
}

/** In bytes; of `memory.atomic.notify` it is that of the i32 that is waited for. */
function naturalAlignment(access: AccessInstruction | null): number {
  return access?.form === 'notify' ? 4 : (access?.width ?? 0);
}
