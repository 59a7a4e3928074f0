import { describe, expect, it } from 'vitest';
import { type Owner, ownerCode, ownerName, ownerOf } from '../../../src/protocol/owner.ts';

describe('an owner', () => {
  it.each<[Owner, number, string]>([
    [{ kind: 'never' }, 0, 'never written'],
    [{ kind: 'initial' }, 1, 'initial data'],
    [{ kind: 'host' }, 2, 'host'],
    [{ kind: 'unrecorded' }, 3, 'unrecorded'],
    [{ kind: 'instance', instance: 0 }, 4, '#0'],
    [{ kind: 'instance', instance: 250 }, 254, '#250'],
    [{ kind: 'thread' }, 255, 'another thread'],
  ])('%o is byte %i, and in words %s', (owner, code, name) => {
    expect(ownerCode(owner)).toBe(code);
    expect(ownerOf(code)).toEqual(owner);
    expect(ownerName(owner)).toBe(name);
  });

  it('has no byte where it is one instance more', () => {
    expect(() => ownerCode({ kind: 'instance', instance: 251 })).toThrow(/#0 … #250, not #251/);
  });
});
