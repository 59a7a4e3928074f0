import { describe, expect, it } from 'vitest';
import { MAX_INSTANCES, type Owner, ownerCode, ownerOf } from '../../../../src/recording/history/owner.ts';

describe('an owner as a byte', () => {
  const owners: Owner[] = [
    { kind: 'never' },
    { kind: 'initial' },
    { kind: 'host' },
    { kind: 'unrecorded' },
    { kind: 'instance', instance: 0 },
    { kind: 'instance', instance: 251 },
  ];

  it.each(owners.map(owner => [owner]))('%o is read back', owner => {
    expect(ownerCode(owner)).toBeLessThan(256);
    expect(ownerOf(ownerCode(owner))).toEqual(owner);
  });

  it('there is no byte for more instances', () => {
    expect(MAX_INSTANCES).toBe(252);
    expect(() => ownerCode({ kind: 'instance', instance: 252 })).toThrow(/#0 … #251, not #252/);
  });
});
