// A page whose oldest writes are dropped while it is written seldom, often, or both.
import { describe, expect, it } from 'vitest';
import { zlibCodec } from '../../../../src/platform/codec.ts';
import { Accessors } from '../../../../src/recording/history/accessors.ts';
import { BlockCache } from '../../../../src/recording/history/blockCache.ts';
import { newPageContext, PageHistory } from '../../../../src/recording/history/pageHistory.ts';

const SITE = 3;

/** A page of a recording that drops, with what it held after each step. */
function droppingPage() {
  const accessors = new Accessors();
  const cache = new BlockCache(zlibCodec, 0);
  const context = newPageContext(zlibCodec, accessors, cache);
  context.dropping = true;
  const history = new PageHistory(context, 0, null);
  const contents = new Uint8Array(4096);
  const owners = new Uint8Array(4096);
  const after = [{ contents: contents.slice(), owners: owners.slice() }];
  return {
    context,
    history,
    /** Writes so many times, each time 8 bytes somewhere else. */
    write(count: number): void {
      for (let i = 0; i < count; i++) {
        const step = after.length;
        const offset = (step * 1001) % 4088;
        const owner = 4 + (step % 3);
        const bytes = Uint8Array.from({ length: 8 }, (_, k) => step * 7 + k);
        const accessor = accessors.number(owner, SITE, 8, false);
        history.write(step, accessor, owner, offset, 8, bytes, 0, false);
        contents.set(bytes, offset);
        owners.fill(owner, offset, offset + 8);
        after.push({ contents: contents.slice(), owners: owners.slice() });
      }
    },
    /** Ends the epoch and drops it. */
    drop(): void {
      history.seal();
      history.dropThrough(after.length - 1);
    },
    check(firstStep: number): void {
      for (let step = firstStep; step < after.length; step++) {
        const image = history.imageAt(step);
        expect([step, Buffer.compare(image.contents, after[step].contents)]).toEqual([step, 0]);
        expect([step, Buffer.compare(image.owners, after[step].owners)]).toEqual([step, 0]);
      }
      const checkWrite = (step: number): void => {
        const found = history.writeOf(step);
        const [before, at] = [after[step - 1].contents, after[step].contents];
        expect([found?.write.step, Buffer.compare(found?.before ?? at, before)]).toEqual([step, 0]);
        expect([step, Buffer.compare(found?.after ?? before, at)]).toEqual([step, 0]);
      };
      for (let step = firstStep + 1; step < after.length; step++) checkWrite(step);
      for (let step = after.length - 1; step > firstStep; step -= 7) checkWrite(step);
    },
  };
}

describe('a page whose oldest writes were dropped', () => {
  it('is known at each step that is kept, a few writes later', () => {
    const page = droppingPage();
    page.write(10);
    page.drop();
    page.write(10);
    page.check(10);
    expect(page.history.droppedWrites).toBe(10);
  });

  it('is known at each step that is kept, many writes later', () => {
    const page = droppingPage();
    page.write(10);
    page.drop();
    page.write(500);
    page.check(10);
    page.drop();
    page.write(5);
    page.check(510);
  });

  it('is known where the kept writes are in several blocks', () => {
    const page = droppingPage();
    page.write(7);
    page.history.seal();
    page.write(9);
    page.history.seal();
    page.write(11);
    page.history.dropThrough(7);
    page.check(7);
    page.history.dropThrough(16);
    page.check(16);
  });

  it('takes nothing once all of its writes are dropped', () => {
    const page = droppingPage();
    page.write(300);
    page.drop();
    expect(page.context).toMatchObject({ keptBytes: 0, openBytes: 0 });
  });
});
