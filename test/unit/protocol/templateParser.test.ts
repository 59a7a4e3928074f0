// Offsets and sizes are what clang lays out for wasm32, worked out by hand by its rules.
import { describe, expect, it } from 'vitest';
import { MAX_TEMPLATE_TEXT, parseTemplates, parseType } from '../../../src/protocol/templateParser.ts';
import { NO_TEMPLATES, sizeOf, type Templates, typeText } from '../../../src/protocol/templates.ts';

function parsed(text: string): Templates {
  const result = parseTemplates(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.templates;
}

function faultOf(text: string): string {
  const result = parseTemplates(text);
  return result.ok ? 'understood' : `${result.error.line}:${result.error.column} ${result.error.message}`;
}

const laid = (text: string, name: string) => {
  const struct = parsed(text).structs.get(name);
  return struct && [struct.size, ...struct.fields.map(field => `${field.name}@${field.offset}`)];
};

describe('structs', () => {
  it('of as many fields as the text has room for are read in little time', () => {
    const fields = Array.from({ length: 70_000 }, (_, i) => `u8 field${i};`);
    const began = performance.now();
    expect(laid(`struct Long { ${fields.join('')} }`, 'Long')?.at(-1)).toBe('field69999@69999');
    // Field by field against all before it took a minute; this takes a tenth of a second.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('have fields one behind the other, each at a multiple of its size', () => {
    expect(laid('struct Node { u32 value; Node* next; u8[16] name; }', 'Node')).toEqual([
      24,
      'value@0',
      'next@4',
      'name@8',
    ]);
    expect(laid('struct A { u8 a; f64 b; u16 c; }', 'A')).toEqual([24, 'a@0', 'b@8', 'c@16']);
    expect(laid('packed struct A { u8 a; f64 b; u16 c; }', 'A')).toEqual([11, 'a@0', 'b@1', 'c@9']);
  });

  it('take explicit offsets, and go on behind them', () => {
    expect(laid('struct A { u32 a @8; u16 b; u8 c @0x1; }', 'A')).toEqual([16, 'a@8', 'b@12', 'c@1']);
  });

  it('hold others, in any order of the file', () => {
    const text = 'struct Outer { u8 tag; Inner[2] inner; void*64 any; } struct Inner { u16 x; u16[3] y; }';
    expect(laid(text, 'Inner')).toEqual([8, 'x@0', 'y@2']);
    expect(laid(text, 'Outer')).toEqual([32, 'tag@0', 'inner@2', 'any@24']);
  });

  it('say the byte order of themselves, and fields their own', () => {
    const { structs } = parsed('struct A big { u16 a; little u16 b; } struct B { u16 a; big u16 b; }');
    const orders = [...structs.values()].map(({ fields }) => fields.map(field => field.littleEndian));
    expect(orders).toEqual([
      [false, true],
      [true, false],
    ]);
  });
});

it('types are read as they are written, C’s arrays too', () => {
  const { structs } = parsed('struct A { u8[2][3] a; u8 b[2][3]; A*[4] c; u16[4]* d; A** e; char[8] f; A*64 g; }');
  const fields = structs.get('A')?.fields ?? [];
  expect(fields.map(({ type }) => typeText(type))).toEqual([
    'u8[2][3]',
    'u8[2][3]',
    'A*[4]',
    'u16[4]*',
    'A**',
    'char[8]',
    'A*64',
  ]);
  expect(fields.map(({ type }) => sizeOf(type, structs))).toEqual([6, 6, 16, 4, 4, 8, 8]);
});

it('values are put at addresses; comments are of three kinds', () => {
  const { placed } = parsed('// a\nu32[4] counts @0x600; # b\n/* c\n */ big u16 port @8;');
  expect(placed.map(({ name, address, littleEndian }) => [name, address, littleEndian])).toEqual([
    ['counts', 0x600, true],
    ['port', 8, false],
  ]);
});

it('a type alone', () => {
  const templates = parsed('struct Node { u32 a; }');
  const type = parseType('Node[2]', templates);
  expect(type.ok && sizeOf(type.type, templates.structs)).toBe(8);
  expect(parseType('Nodes', templates)).toEqual({
    ok: false,
    message: 'there is no type “Nodes”: name a struct of this file, or a number such as u32.',
  });
  expect(parseType('u32 x', NO_TEMPLATES)).toEqual({ ok: false, message: '“x” does not belong to a type.' });
  expect(parseType('', NO_TEMPLATES)).toEqual({ ok: false, message: 'a type is missing: the text ends here.' });
});

it.each([
  ['struct A {\n  u32 a\n}', '3:1 “;” is missing behind the field “a” before “}”'],
  ['struct A { u32 a;', '1:18 “}” is missing: the text ends here'],
  ['struct A { }', '1:12 A has no field'],
  ['struct { u32 a; }', '1:8 the name of the struct is missing before “{”'],
  ['struct u32 { u8 a; }', '1:8 “u32” is a word of templates, and no name'],
  ['struct A { u8 a; u8 a; }', '1:21 A has a field “a” already'],
  ['struct A { u8 a; }\nstruct A { u8 b; }', '2:8 there are two structs “A”'],
  ['struct A { Nod* a; }', '1:12 there is no type “Nod”: name a struct of this file, or a number such as u32'],
  ['struct A { B b; } struct B { A[2] a; }', '1:30 B would hold itself, without end: make it a pointer, A*'],
  ['struct A { u8[0] a; }', '1:15 an array has one element at least'],
  ['struct A { u8[ a; }', '1:16 the number of elements behind “[” is missing before “a”'],
  ['struct A { u8*16 a; }', '1:15 a pointer has 32 or 64 bits, not 16'],
  ['struct A { void a; }', '1:12 “void” has no bytes: only void* can be shown'],
  ['struct A { u8 a @; }', '1:18 the offset behind “@” is missing before “;”'],
  ['u32 a;', '1:6 “@” and the address of “a” are missing before “;”'],
  ['u32 a @0xfffffffe;', '1:5 a would end past the largest memory, which has 4 GiB'],
  ['u32 a @4294967296;', '1:8 4294967296 is too large: memory has 4 GiB at the most'],
  ['u8[65536][65537] a @0;', '1:1 the array is larger than any memory'],
  ['struct A { u8 a; } $%', '1:21 “%” is not understood'],
  ['struct A { u8 3a; }', '1:15 “3a” is not understood'],
  ['u32 a @ 1; /* x', '1:12 a comment that begins with /* has no end'],
  [`u8${'*'.repeat(40)} a @0;`, '1:1 a type has 32 * and [ ] at the most'],
  [' '.repeat(MAX_TEMPLATE_TEXT + 1), '1:1 the text has 1000001 characters, and 1000000 are read at the most'],
])('%j is told where it is wrong', (text, fault) => {
  expect(faultOf(text)).toBe(fault);
});

it('a chain of structs that is too deep is said, not a stack that overflows', () => {
  const chain = Array.from({ length: 5000 }, (_, i) => `struct S${i} { S${i + 1} s; }`).join('\n');
  expect(faultOf(`${chain}\nstruct S5000 { u8 a; }`)).toMatch(/structs are inside of others 32 deep at the most$/);
});
