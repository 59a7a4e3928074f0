import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GuestClock } from '../../../../src/engine/client/guestClock.ts';

describe('the time limit', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function clockOf(limitMs: number) {
    const onTimeOut = vi.fn();
    return { clock: new GuestClock(limitMs, onTimeOut), onTimeOut };
  }

  it('counts over several calls, and only while guest code runs', () => {
    const { clock, onTimeOut } = clockOf(100);
    clock.enter();
    vi.advanceTimersByTime(60);
    clock.leave();
    vi.advanceTimersByTime(1000);
    clock.enter();
    expect(clock.elapsedMs).toBe(0);
    vi.advanceTimersByTime(39);
    expect(onTimeOut).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onTimeOut).toHaveBeenCalledOnce();
  });

  it('does not count while the guest waits for its recording', () => {
    const { clock, onTimeOut } = clockOf(100);
    clock.enter();
    vi.advanceTimersByTime(70);
    clock.wait();
    vi.advanceTimersByTime(5000);
    clock.goOn();
    vi.advanceTimersByTime(29);
    expect(onTimeOut).not.toHaveBeenCalled();
    expect(clock.elapsedMs).toBe(99);
    vi.advanceTimersByTime(1);
    expect(onTimeOut).toHaveBeenCalledOnce();
  });

  it('ends with the run: what is stopped calls nobody any more, and has counted until then', () => {
    const { clock, onTimeOut } = clockOf(100);
    clock.enter();
    vi.advanceTimersByTime(40);
    clock.stop();
    vi.advanceTimersByTime(1000);
    expect(onTimeOut).not.toHaveBeenCalled();
    expect(clock.elapsedMs).toBe(40);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin to count where the engine waited outside of guest code', () => {
    const { clock, onTimeOut } = clockOf(100);
    clock.enter();
    clock.leave();
    clock.wait();
    clock.goOn();
    vi.advanceTimersByTime(1000);
    expect(onTimeOut).not.toHaveBeenCalled();
  });
});
