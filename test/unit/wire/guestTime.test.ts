import { afterEach, expect, it, vi } from 'vitest';
import { guestEntered, guestGoesOn, guestPaused, guestRan, newGuestTime } from '../../../src/wire/guestTime.ts';

afterEach(() => vi.restoreAllMocks());

/** Nanoseconds of a clock that has gone for 5 s, and so many milliseconds more. */
const at = (ms: number): bigint => BigInt(5000 + ms) * 1_000_000n;

it('counts while guests run: in all, and in the call entered last', () => {
  const time = newGuestTime();
  expect(guestRan(time, at(0))).toEqual({ allMs: 0, callMs: 0 });
  guestEntered(time, at(10));
  expect(guestRan(time, at(25))).toEqual({ allMs: 15, callMs: 15 });
  expect(guestPaused(time, at(30))).toBe(true);
  expect(guestRan(time, at(90))).toEqual({ allMs: 20, callMs: 20 });
  guestEntered(time, at(100));
  expect(guestRan(time, at(100))).toEqual({ allMs: 20, callMs: 0 });
  expect(guestRan(time, at(107))).toEqual({ allMs: 27, callMs: 7 });
  guestPaused(time, at(108));
  expect(guestRan(time, at(500))).toEqual({ allMs: 28, callMs: 8 });
});

it('stands still while they wait in the middle of a call', () => {
  const time = newGuestTime();
  guestEntered(time, at(0));
  guestPaused(time, at(4));
  guestEntered(time, at(10));
  expect(guestPaused(time, at(13))).toBe(true);
  expect(guestRan(time, at(1000))).toEqual({ allMs: 7, callMs: 3 });
  guestGoesOn(time, at(1000));
  expect(guestRan(time, at(1002))).toEqual({ allMs: 9, callMs: 5 });
});

it('says where they did not run, and then does not count', () => {
  const time = newGuestTime();
  expect(guestPaused(time, at(1))).toBe(false);
  guestEntered(time, at(2));
  guestPaused(time, at(3));
  expect(guestPaused(time, at(50))).toBe(false);
  expect(guestRan(time, at(60))).toEqual({ allMs: 1, callMs: 1 });
});

it('is right where they pause, or are entered, while it is read', () => {
  const time = newGuestTime();
  const load: (typeof Atomics)['load'] = Atomics.load;
  const meanwhile = (happens: () => void): void => {
    vi.spyOn(Atomics, 'load').mockImplementation((...args: Parameters<typeof load>) => {
      const value = load(...args);
      happens();
      return value;
    });
  };
  guestEntered(time, at(0));
  meanwhile(() => void guestPaused(time, at(10)));
  expect(guestRan(time, at(10)).allMs).toBe(10);
  vi.restoreAllMocks();
  let entered = false;
  meanwhile(() => {
    if (!entered) guestEntered(time, at(20));
    entered = true;
  });
  expect(guestRan(time, at(20))).toEqual({ allMs: 10, callMs: 0 });
});
