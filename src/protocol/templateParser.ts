// Reads the text form of templates. What is wrong is told by line and column.
import {
  alignOf,
  type PlacedTemplate,
  sizeOf,
  type TemplateError,
  type TemplateField,
  type TemplateStruct,
  type Templates,
  type TemplateType,
} from './templates.ts';
import { MAX_MEMORY_BYTES } from './units.ts';
import { NUMBERS, type NumberType } from './values.ts';

/** Characters of a text that are read: nobody writes so many by hand. */
export const MAX_TEMPLATE_TEXT = 1_000_000;

/** How deep types and structs are inside of each other. */
const MAX_DEEP = 32;

export type ParsedTemplates =
  | { readonly ok: true; readonly templates: Templates }
  | { readonly ok: false; readonly error: TemplateError };

interface Token {
  readonly kind: 'name' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

class Fault extends Error {
  constructor(
    readonly token: Token,
    message: string,
  ) {
    super(message);
  }
}

/** A struct whose fields are read, and not yet laid out: structs may stand in any order. */
interface ReadStruct {
  readonly name: Token;
  readonly isPacked: boolean;
  readonly fields: readonly ReadField[];
}

interface ReadField {
  readonly name: Token;
  readonly type: ReadType;
  /** Its own offset; null where it follows the field before. */
  readonly offset: number | null;
  readonly littleEndian: boolean;
}

/** A type and the token that a fault in it is told at. */
interface ReadType {
  readonly type: TemplateType;
  readonly token: Token;
}

interface ReadPlaced extends Omit<PlacedTemplate, 'type' | 'name'> {
  readonly name: Token;
  readonly type: ReadType;
}

const isNumberType = (name: string): name is NumberType => Object.hasOwn(NUMBERS, name);
const RESERVED = new Set([...Object.keys(NUMBERS), 'char', 'void', 'struct', 'packed', 'little', 'big']);

export function parseTemplates(text: string): ParsedTemplates {
  try {
    if (text.length > MAX_TEMPLATE_TEXT) {
      const start: Token = { kind: 'end', text: '', line: 1, column: 1 };
      throw new Fault(start, `the text has ${text.length} characters, and ${MAX_TEMPLATE_TEXT} are read at the most`);
    }
    return { ok: true, templates: new Parser(tokensOf(text)).read() };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { line, column } = error.token;
    return { ok: false, error: { line, column, message: error.message } };
  }
}

export type ParsedType =
  | { readonly ok: true; readonly type: TemplateType }
  | { readonly ok: false; readonly message: string };

/** Reads a type alone, such as `Node` or `u32[8]`. */
export function parseType(text: string, { structs }: Templates): ParsedType {
  try {
    return { ok: true, type: new Parser(tokensOf(text)).readType(structs) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, message: `${error.message}.` };
  }
}

const SPACE = /(?:\s+|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const TOKEN = /(?<name>[A-Za-z_$][\w$]*)|(?<number>0[xX][0-9a-fA-F]+(?![\w$])|[0-9]+(?![\w$]))|(?<sign>[{}[\];*@])/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const skip = (end: number): void => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < end; next = text.indexOf('\n', next + 1)) {
      line++;
      lineStart = next + 1;
    }
    at = end;
  };
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    skip(SPACE.lastIndex);
    const place = { line, column: at - lineStart + 1 };
    if (at >= text.length) {
      tokens.push({ kind: 'end', text: '', ...place });
      return tokens;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) {
      const word = /^\S[\w$]*/.exec(text.slice(at, at + 40))?.[0] ?? '';
      const what = text.startsWith('/*', at)
        ? 'a comment that begins with /* has no end'
        : `“${word}” is not understood`;
      throw new Fault({ kind: 'sign', text: word, ...place }, what);
    }
    const kind = found.groups?.name ? 'name' : found.groups?.number ? 'number' : 'sign';
    tokens.push({ kind, text: found[0], ...place });
    skip(TOKEN.lastIndex);
  }
}

class Parser {
  private at = 0;
  private readonly structs: ReadStruct[] = [];
  private readonly placed: ReadPlaced[] = [];

  constructor(private readonly tokens: readonly Token[]) {}

  read(): Templates {
    while (this.next.kind !== 'end') {
      if (this.is('struct') || this.is('packed')) this.structs.push(this.struct());
      else this.placed.push(this.placedValue());
    }
    const structs = new Layouter(this.structs).lay();
    const placed = this.placed.map(({ name, type, address, littleEndian }) => {
      known(type, structs);
      const size = sizeOf(type.type, structs);
      if (address + size > MAX_MEMORY_BYTES)
        throw new Fault(name, `${name.text} would end past the largest memory, which has 4 GiB`);
      return { name: name.text, type: type.type, address, littleEndian };
    });
    return { structs, placed };
  }

  readType(structs: Templates['structs']): TemplateType {
    const read = this.type();
    if (this.next.kind !== 'end') throw new Fault(this.next, `“${this.next.text}” does not belong to a type`);
    known(read, structs);
    return read.type;
  }

  private get next(): Token {
    const token = this.tokens[this.at];
    if (!token) throw new Error('the parser went past the end');
    return token;
  }

  private is(text: string): boolean {
    return this.next.text === text && this.next.kind !== 'end';
  }

  private take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string, where: string): void {
    if (!this.accept(text)) throw new Fault(this.next, `“${text}” is missing ${where}${this.instead()}`);
  }

  private instead(): string {
    return this.next.kind === 'end' ? ': the text ends here' : ` before “${this.next.text}”`;
  }

  private name(what: string): Token {
    const token = this.next;
    if (token.kind !== 'name') throw new Fault(token, `${what} is missing${this.instead()}`);
    if (RESERVED.has(token.text)) throw new Fault(token, `“${token.text}” is a word of templates, and no name`);
    return this.take();
  }

  private number(what: string): number {
    const token = this.next;
    if (token.kind !== 'number') throw new Fault(token, `${what} is missing${this.instead()}`);
    const value = Number(token.text);
    if (value >= MAX_MEMORY_BYTES) throw new Fault(token, `${token.text} is too large: memory has 4 GiB at the most`);
    this.at++;
    return value;
  }

  /** `little` or `big`; what holds around it where neither is said. */
  private order(around: boolean): boolean {
    if (this.accept('little')) return true;
    return this.accept('big') ? false : around;
  }

  private struct(): ReadStruct {
    const isPacked = this.accept('packed');
    this.expect('struct', 'behind “packed”');
    const name = this.name('the name of the struct');
    const littleEndian = this.order(true);
    this.expect('{', `behind “${name.text}”`);
    const fields: ReadField[] = [];
    const names = new Set<string>();
    while (!this.is('}')) {
      const field = this.field(littleEndian);
      if (names.has(field.name.text))
        throw new Fault(field.name, `${name.text} has a field “${field.name.text}” already`);
      names.add(field.name.text);
      fields.push(field);
    }
    if (fields.length === 0) throw new Fault(this.next, `${name.text} has no field`);
    this.take();
    this.accept(';');
    return { name, isPacked, fields };
  }

  private field(around: boolean): ReadField {
    if (this.next.kind === 'end') throw new Fault(this.next, '“}” is missing: the text ends here');
    const littleEndian = this.order(around);
    const [type, name] = this.declaration('the name of the field');
    const offset = this.accept('@') ? this.number('the offset behind “@”') : null;
    this.expect(';', `behind the field “${name.text}”`);
    return { name, type, offset, littleEndian };
  }

  private placedValue(): ReadPlaced {
    const littleEndian = this.order(true);
    const [type, name] = this.declaration('the name of the value');
    if (!this.accept('@'))
      throw new Fault(this.next, `“@” and the address of “${name.text}” are missing${this.instead()}`);
    const address = this.number('the address behind “@”');
    this.expect(';', `behind the address of “${name.text}”`);
    return { name, type, address, littleEndian };
  }

  /** A type and a name; counts of an array may stand behind either of them. */
  private declaration(what: string): [ReadType, Token] {
    const { type, token } = this.type();
    const name = this.name(what);
    return [{ type: this.arrays(type, token), token }, name];
  }

  private type(): ReadType {
    const token = this.next;
    if (token.kind !== 'name' || ['struct', 'packed', 'little', 'big'].includes(token.text))
      throw new Fault(token, `a type is missing${this.instead()}`);
    this.at++;
    let type: TemplateType | null = namedType(token.text);
    for (let deep = 0; ; deep++) {
      if (deep > MAX_DEEP) throw new Fault(token, `a type has ${MAX_DEEP} * and [ ] at the most`);
      if (this.is('*')) type = { kind: 'pointer', bits: this.pointerBits(), target: type };
      else if (type && this.is('[')) type = this.arrays(type, token);
      else break;
    }
    if (!type) throw new Fault(token, '“void” has no bytes: only void* can be shown');
    return { type, token };
  }

  private pointerBits(): 32 | 64 {
    this.take();
    if (this.next.kind !== 'number') return 32;
    const bits = this.take();
    if (bits.text === '64') return 64;
    if (bits.text === '32') return 32;
    throw new Fault(bits, `a pointer has 32 or 64 bits, not ${bits.text}`);
  }

  private arrays(element: TemplateType, token: Token): TemplateType {
    const counts: number[] = [];
    while (this.accept('[')) {
      const at = this.next;
      const count = this.number('the number of elements behind “[”');
      if (count === 0) throw new Fault(at, 'an array has one element at least');
      this.expect(']', 'behind the number of elements');
      counts.push(count);
      if (counts.length > MAX_DEEP) throw new Fault(at, `an array has ${MAX_DEEP} counts at the most`);
    }
    if (counts.reduce((product, count) => product * count, 1) > MAX_MEMORY_BYTES)
      throw new Fault(token, 'the array is larger than any memory');
    return counts.reduceRight<TemplateType>((inner, count) => ({ kind: 'array', element: inner, count }), element);
  }
}

function namedType(name: string): TemplateType | null {
  if (name === 'void') return null;
  if (name === 'char') return { kind: 'char' };
  return isNumberType(name) ? { kind: 'number', type: name } : { kind: 'struct', name };
}

/** Throws where a type names a struct that is not there, pointers too. */
function known({ type, token }: ReadType, structs: ReadonlyMap<string, unknown>): void {
  let inner: TemplateType | null = type;
  while (inner && (inner.kind === 'array' || inner.kind === 'pointer'))
    inner = inner.kind === 'array' ? inner.element : inner.target;
  if (inner?.kind === 'struct' && !structs.has(inner.name))
    throw new Fault(token, `there is no type “${inner.name}”: name a struct of this file, or a number such as u32`);
}

/** Gives fields their offsets, and structs their sizes: of those inside of others first. */
class Layouter {
  private readonly laid = new Map<string, TemplateStruct>();
  private readonly byName = new Map<string, ReadStruct>();
  /** Those that are being laid out, the outermost first. */
  private readonly under = new Set<string>();

  constructor(private readonly read: readonly ReadStruct[]) {
    for (const struct of read) {
      if (this.byName.has(struct.name.text))
        throw new Fault(struct.name, `there are two structs “${struct.name.text}”`);
      this.byName.set(struct.name.text, struct);
    }
  }

  lay(): ReadonlyMap<string, TemplateStruct> {
    // In the order of the file, whichever was laid out first.
    return new Map(this.read.map(struct => [struct.name.text, this.layOut(struct)]));
  }

  private layOut(struct: ReadStruct): TemplateStruct {
    const name = struct.name.text;
    const before = this.laid.get(name);
    if (before) return before;
    this.under.add(name);
    let end = 0;
    let size = 0;
    let align = 1;
    const fields: TemplateField[] = [];
    for (const field of struct.fields) {
      known(field.type, this.byName);
      this.layInner(field.type, name);
      const { type } = field.type;
      const own = struct.isPacked ? 1 : alignOf(type, this.laid);
      const offset = field.offset ?? Math.ceil(end / own) * own;
      end = offset + sizeOf(type, this.laid);
      if (end > MAX_MEMORY_BYTES) throw new Fault(field.name, `${name} is larger than any memory`);
      size = Math.max(size, end);
      align = Math.max(align, own);
      fields.push({ name: field.name.text, type, offset, littleEndian: field.littleEndian });
    }
    this.under.delete(name);
    const laid = { name, fields, size: Math.ceil(size / align) * align, align };
    this.laid.set(name, laid);
    return laid;
  }

  /** Lays out the struct that a field holds; a pointer holds none. */
  private layInner({ type, token }: ReadType, around: string): void {
    let inner = type;
    while (inner.kind === 'array') inner = inner.element;
    if (inner.kind !== 'struct') return;
    if (this.under.has(inner.name))
      throw new Fault(token, `${around} would hold itself, without end: make it a pointer, ${inner.name}*`);
    if (this.under.size > MAX_DEEP) throw new Fault(token, `structs are inside of others ${MAX_DEEP} deep at the most`);
    const struct = this.byName.get(inner.name);
    if (struct) this.layOut(struct);
  }
}
