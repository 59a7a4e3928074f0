import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GuestClock } from '../../../../src/engine/client/guestClock.ts';
import { now } from '../../../../src/platform/clock.ts';
import { guestEntered, guestGoesOn, guestPaused, newGuestTime } from '../../../../src/wire/guestTime.ts';

describe('the time limit', () => {
  // The clock that all threads share is one of the timers that are faked.
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function clockOf(limitMs: number) {
    const onTimeOut = vi.fn();
    const time = newGuestTime();
    vi.advanceTimersByTime(1000);
    return {
      clock: new GuestClock(time, limitMs, onTimeOut),
      onTimeOut,
      enter: () => guestEntered(time, now()),
      pause: () => guestPaused(time, now()),
      goOn: () => guestGoesOn(time, now()),
    };
  }

  it('counts over several calls, and only while guest code runs', () => {
    const { clock, onTimeOut, enter, pause } = clockOf(100);
    enter();
    vi.advanceTimersByTime(60);
    pause();
    vi.advanceTimersByTime(1000);
    enter();
    expect(clock.callMs).toBe(0);
    vi.advanceTimersByTime(39);
    expect(onTimeOut).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onTimeOut).toHaveBeenCalledOnce();
  });

  it('does not count while the guest waits for its recording', () => {
    const { clock, onTimeOut, enter, pause, goOn } = clockOf(100);
    enter();
    vi.advanceTimersByTime(70);
    pause();
    vi.advanceTimersByTime(5000);
    goOn();
    vi.advanceTimersByTime(29);
    expect(onTimeOut).not.toHaveBeenCalled();
    expect(clock.callMs).toBe(99);
    vi.advanceTimersByTime(1);
    expect(onTimeOut).toHaveBeenCalledOnce();
  });

  it('ends with the run: what is stopped calls nobody any more, and the time goes on to be told', () => {
    const { clock, onTimeOut, enter, pause } = clockOf(100);
    enter();
    vi.advanceTimersByTime(40);
    clock.stop();
    vi.advanceTimersByTime(1000);
    expect(onTimeOut).not.toHaveBeenCalled();
    pause();
    vi.advanceTimersByTime(1000);
    expect(clock.callMs).toBe(1040);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin to count before guest code runs', () => {
    const { onTimeOut, enter, pause } = clockOf(100);
    vi.advanceTimersByTime(1000);
    enter();
    vi.advanceTimersByTime(99);
    pause();
    vi.advanceTimersByTime(1000);
    expect(onTimeOut).not.toHaveBeenCalled();
    enter();
    vi.advanceTimersByTime(1);
    expect(onTimeOut).toHaveBeenCalledOnce();
  });
});
