import { expect, test } from 'vitest';
import { EVERY_CALL } from '../../src/protocol/call.ts';
import type { HostRequests } from '../../src/protocol/panel.ts';
import { address, step } from '../../src/protocol/units.ts';
import { settle } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';
import type { HostRequest } from './host.ts';
import { PanelSession } from './session.ts';

const { state, recording } = SCENARIOS.grown();

/** A session in which what was asked waits until the test answers it. */
function heldSession() {
  const held: { readonly name: string; readonly params: object; readonly settle: (value: unknown) => void }[] = [];
  const request: HostRequest = <Name extends keyof HostRequests>(name: Name, params: HostRequests[Name]['params']) =>
    new Promise<HostRequests[Name]['result']>((resolve, reject) => {
      held.push({
        name,
        params: params ?? {},
        // The tests give each request the answer that it is for.
        settle: value => (value instanceof Error ? reject(value) : resolve(value as HostRequests[Name]['result'])),
      });
    });
  const session = new PanelSession(request, undefined);
  const show = (runId: number) => session.setState({ ...state, runId });
  const asked = (name: keyof HostRequests) => held.filter(each => each.name === name);
  return { session, show, asked };
}

test('late answers and failures about another run’s calls are dropped', async () => {
  const { session, asked, show } = heldSession();
  const firstCall = () => session.run?.calls.at(0)?.function;
  const notices: (string | undefined)[] = [];
  const window = recording.calls({ from: 0, count: 200, filter: EVERY_CALL });
  show(1);
  expect(firstCall()).toBeUndefined();
  show(2);
  expect(firstCall()).toBeUndefined();
  expect(asked('calls').map(({ params }) => 'runId' in params && params.runId)).toEqual([1, 2]);
  const stop = session.onChange(() => notices.push(session.notice?.message));
  asked('calls')[0]?.settle(window);
  await settle();
  expect([firstCall(), notices]).toEqual([undefined, []]);
  stop();
  show(3);
  expect(firstCall()).toBeUndefined();
  asked('calls')[1]?.settle(new Error('Run 2 is no longer kept.'));
  await settle();
  expect(session.notice).toBeNull();
  asked('calls')[2]?.settle(window);
  await settle();
  expect(firstCall()).toBe('alloc_11');
});

test('a byte in memory that grew stays selected until the size is known to be less', async () => {
  const { session, asked, show } = heldSession();
  // From call 4 on there are 19 pages, before it 17.
  const inGrown = address(18 * 65_536);
  const sizeIs = async (memoryBytes: number) => {
    const at = session.view.place.step;
    asked('describeStep').at(-1)?.settle({ step: at, memoryBytes, access: null });
    await settle();
  };
  show(1);
  await sizeIs(19 * 65_536);
  session.view.jump(inGrown);
  // No call is here, so that no more than 17 pages are known to be there.
  session.view.goTo(() => ({ step: step(10), call: 10 }));
  expect([session.data.memory?.size, session.view.selection.address]).toEqual([17 * 65_536, inGrown]);
  await sizeIs(19 * 65_536);
  expect([session.data.memory?.size, session.view.selection.address]).toEqual([19 * 65_536, inGrown]);
  session.view.goTo(() => ({ step: step(2), call: 2 }));
  await sizeIs(17 * 65_536);
  expect(session.view.selection.address).toBe(17 * 65_536 - 1);
  // The host was not asked about a byte that may not be there.
  const beyond = asked('lastChange').filter(({ params }) => 'address' in params && params.address === inGrown);
  expect(beyond.map(({ params }) => 'step' in params && params.step)).toEqual([16, 10]);
});
