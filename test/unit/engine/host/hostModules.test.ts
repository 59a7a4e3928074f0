// What the host gives for an import, and that each place which tells of it knows all labels.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModule } from '../../../../src/engine/input/inspect.ts';
import { PROVIDED } from '../../../../src/protocol/provided.ts';
import { ROOT, readGuest } from '../../support/fixtures.ts';
import { assemble } from '../../support/wabt.ts';

describe('what is provided', () => {
  it.each([
    ['"env" "abort" (func (param i32 i32 i32 i32))', 'abort'],
    ['"env" "abort" (func (param i32))', 'stub'],
    ['"other" "abort" (func (param i32 i32 i32 i32))', 'stub'],
    ['"env" "print" (func (param i32 i32 i32))', 'print'],
    ['"env" "print" (func (param i32))', 'print'],
    ['"env" "print" (func (param i32) (result i32))', 'stub'],
    ['"env" "malloc" (func (param i32) (result i32))', 'stub'],
    ['"env" "table" (table 1 funcref)', 'placeholder'],
  ])('for (import %s) is: %s', (text, provided) => {
    const { imports } = inspectModule(assemble(`(module (import ${text}) (memory 1))`));
    expect(imports.map(each => each.provided)).toEqual([provided]);
  });

  it("for the memory is the run's, for a further one a placeholder", () => {
    const { imports } = inspectModule(readGuest('misbehaving/two-memories'));
    expect(imports.map(each => each.provided)).toEqual(['memory', 'placeholder']);
  });

  it('has a label that the schema of a run knows, and the schema no other', () => {
    const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas', 'run.schema.json'), 'utf8'));
    expect(schema).toMatchObject({ $defs: { provided: { enum: Object.keys(PROVIDED) } } });
  });
});
