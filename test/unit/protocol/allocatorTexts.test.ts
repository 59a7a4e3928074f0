import { describe, expect, it } from 'vitest';
import { readAllocator, splitAllocators } from '../../../src/protocol/allocatorTexts.ts';

const NONE = { size: null, count: null, bytes: null, block: null, out: null };

describe('the text of an allocator', () => {
  it.each([
    ['arena_alloc(size)=>ptr', 'arena_alloc', 'allocate', { size: 0 }],
    ['pool.get( _ , size ) => ptr', 'pool.get', 'allocate', { size: 1 }],
    ['zalloc(count,size)=>ptr', 'zalloc', 'allocate', { count: 0, size: 1 }],
    ['grow(ptr,size)=>ptr', 'grow', 'resize', { block: 0, size: 1 }],
    ['into(out,align,size)', 'into', 'allocate', { out: 0, size: 2 }],
    ['cell_get(32)=>ptr', 'cell_get', 'allocate', { bytes: 32 }],
    ['cell_get(pool, 32, count) => ptr', 'cell_get', 'allocate', { bytes: 32, count: 1 }],
    ['cell_into(8, out)', 'cell_into', 'allocate', { bytes: 8, out: 0 }],
    ['arena_free(ptr)', 'arena_free', 'free', { block: 0 }],
    ['ns::Pool<int>::get(int)(self, size)=>ptr', 'ns::Pool<int>::get(int)', 'allocate', { size: 1 }],
  ])('%s', (text, name, role, operands) => {
    expect(readAllocator(text)).toEqual({ name, role, operands: { ...NONE, ...operands } });
  });

  it.each([
    'cell(0)=>ptr',
    'cell(8,size)=>ptr',
    'cell(8,8)=>ptr',
    'cell(8px)=>ptr',
    'cell(8)',
    'drop(ptr,8)',
    'cell(1e3)=>ptr',
  ])("'%s' has no size that can be", text => {
    expect(readAllocator(text)).toBeNull();
  });

  it.each(['', 'alloc', 'alloc(size)', 'alloc()=>ptr', '(size)=>ptr', 'a(size,size)=>ptr', 'a(size)=>size', 'f(x)'])(
    "'%s' is none",
    text => {
      expect(readAllocator(text)).toBeNull();
    },
  );

  it('may hold several', () => {
    expect(splitAllocators(' a(size)=>ptr ; b(ptr);')).toEqual(['a(size)=>ptr', 'b(ptr)']);
  });
});
