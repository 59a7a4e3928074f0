// Panels of one run that follow each other: the button, who leads, and where a panel goes that follows.
import { expect, test } from 'vitest';
import { address, step } from '../../src/protocol/units.ts';
import { mountPanel, settle, until } from '../testing/mount.ts';
import { SCENARIOS, withLink } from '../testing/scenarios.ts';

const NAME = 'Link the panels of this run';

/** A place that the demo has: add_23 is call 7, and stores at 0x548. */
const CALL_7 = { runId: 1, step: step(7), call: 7, address: address(0x548), length: 4 } as const;

async function mountDemo(linked: boolean | null = true) {
  const mounted = await mountPanel(withLink(SCENARIOS.demo(), linked));
  const { session, all, host } = mounted;
  const button = () => all(`button[aria-label="${NAME}"]`)[0];
  const place = () => session.view.place;
  await until(() => host.places.length > 0);
  return { ...mounted, button, place };
}

test('the button is there where another panel shows the run, and says whether they go together', async () => {
  const alone = await mountDemo(null);
  expect(alone.button()).toBeUndefined();
  const { button, host } = await mountDemo(false);
  const said = () => [button()?.ariaPressed, button()?.getAttribute('title')];
  expect(said()).toEqual([
    'false',
    'Not linked: the panels that show this run each stay at their own step, call and selection',
  ]);
  button()?.dispatchEvent(new MouseEvent('click'));
  await until(() => host.commands.length === 1);
  expect(host.commands).toEqual([{ name: 'link', linked: true }]);
  await host.send(withLink(SCENARIOS.demo(), true));
  await settle();
  expect(said()).toEqual(['true', 'Linked: all panels that show this run go to the same step, call and selection']);
});

test('a panel goes to the step, call and bytes of another one, and does not lead by that', async () => {
  const { host, session, place } = await mountDemo();
  await host.follow(CALL_7);
  expect(place()).toEqual({ step: 7, call: 7 });
  expect(session.view.selection.range).toEqual({ start: 0x548, length: 4 });
  await until(() => host.places.at(-1)?.step === 7);
  expect(host.led).toEqual([]);
});

test('a panel leads from when its user goes somewhere until it follows again', async () => {
  const { host, session } = await mountDemo();
  session.view.goToCall(3);
  await until(() => host.led.length > 0);
  expect(host.led.at(-1)).toMatchObject({ runId: 1, step: 3, call: 3 });
  const before = host.led.length;
  await host.follow(CALL_7);
  session.view.setLittleEndian(false); // it is at another place than it told last, but not by its user
  await until(() => host.places.at(-1)?.step === 7);
  expect(host.led).toHaveLength(before);
  session.view.select(address(0x554));
  await until(() => host.led.length > before);
  expect(host.led.at(-1)).toMatchObject({ step: 7, call: 7, address: 0x554, length: 1 });
});

test('what follows a user’s choice of a call, its first changed bytes, is led, too', async () => {
  const { host, session } = await mountDemo();
  session.view.select(address(0x600));
  session.view.goToCall(5);
  await until(() => host.led.at(-1)?.address === 0x548);
  expect(host.led.at(-1)).toMatchObject({ step: 5, call: 5 });
});

test('bytes that are selected already are not scrolled to again', async () => {
  const { host, session } = await mountDemo();
  await host.follow(CALL_7);
  const { jumps } = session.view.selection;
  await host.follow({ ...CALL_7, step: step(8), call: 8 });
  expect(session.view.selection.jumps).toBe(jumps);
  await host.follow({ ...CALL_7, address: address(0x900), length: 1 });
  expect(session.view.selection.jumps).toBe(jumps + 1);
});

test('a step that is not known yet is gone to once it is; a place in another run never', async () => {
  const { host, place } = await mountDemo();
  const running = SCENARIOS.running();
  await host.send(running); // its last step is 7
  const other = { ...CALL_7, runId: 99, step: step(2), call: 2 };
  await host.follow(other);
  expect(place().step).not.toBe(2);
  await host.follow({ ...CALL_7, step: step(12), call: 12 });
  expect(place().step).not.toBe(12);
  await host.send(SCENARIOS.demo());
  expect(place()).toEqual({ step: 12, call: 12 });
});
