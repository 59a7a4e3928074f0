// Editing memory of a run that goes on: digits, text, paste, undo and redo.
import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { bytesOfHex } from '../session/edits.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

/** The demo's value, 356, is `64 01 00 00` at 0x548, and is selected. Its last step is 16. */
async function mountGrid() {
  const mounted = await mountPanel(SCENARIOS.ongoing());
  const { all, session, host } = mounted;
  const grid = all('[role=grid]')[0];
  if (!(grid instanceof HTMLElement)) throw new Error('no grid');
  grid.focus();
  await until(() => session.view.place.step === 16);
  session.view.select(address(0x548));
  await settle();
  const said = () => textOf(all('.said')[0]);
  const type = (...keys: string[]) => {
    for (const key of keys) press(grid, key);
  };
  /** As the browser tells of Ctrl+V. */
  const paste = (text: string) => {
    expect(press(grid, 'v', { ctrlKey: true }).defaultPrevented).toBe(false);
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  };
  const ctrl = (key: string, shiftKey = false) => press(grid, key, { ctrlKey: true, shiftKey });
  /** So many writes came, and the last one is shown. */
  const written = async (count: number) => {
    await until(() => host.written.length === count && session.view.place.step === 16 + count);
    await settle();
    return host.written;
  };
  const shown = (at: number, length: number) => [...(session.data.memory?.bytes(address(at), length) ?? [])];
  return { ...mounted, grid, said, type, paste, ctrl, written, shown };
}

test('two digits write a byte, and the next byte is selected; one alone writes nothing', async () => {
  const { grid, said, type, written, session, host, shown } = await mountGrid();
  expect(grid.ariaReadOnly).toBe('false');
  type('C');
  await settle();
  expect([said(), host.written]).toEqual(['0x548: c_, and the second digit writes it. Escape drops it.', []]);
  type('a');
  expect(await written(1)).toEqual([[0x548, [0xca]]]);
  expect([said(), session.view.selection.address, session.view.place]).toEqual([
    '0x548: ca written, step 17.',
    0x549,
    { step: 17, call: null },
  ]);
  await until(() => shown(0x548, 4).length === 4);
  expect(shown(0x548, 4)).toEqual([0xca, 1, 0, 0]);
});

test('who types fast writes each byte, in order', async () => {
  const { type, written } = await mountGrid();
  type(...'0102fe');
  expect(await written(3)).toEqual([
    [0x548, [1]],
    [0x549, [2]],
    [0x54a, [0xfe]],
  ]);
});

test('Escape drops a digit, and so does going elsewhere', async () => {
  const { grid, said, type, written, session } = await mountGrid();
  type('c');
  await settle();
  expect(press(grid, 'Escape').defaultPrevented).toBe(true);
  await settle();
  expect(said()).toBe('Nothing was written at 0x548.');
  expect(press(grid, 'Escape').defaultPrevented).toBe(false);
  type('c', 'ArrowRight', '1', '2');
  expect(await written(1)).toEqual([[0x549, [0x12]]]);
  expect(session.edits.pending).toBeNull();
});

test('F2 goes on in the characters, where text is written as UTF-8', async () => {
  const { said, type, written, session } = await mountGrid();
  type('F2');
  await settle();
  expect(said()).toBe('Typing writes text, as UTF-8.');
  type('g', 'é');
  expect(await written(2)).toEqual([
    [0x548, [0x67]],
    [0x549, [0xc3, 0xa9]],
  ]);
  expect(session.view.selection.address).toBe(0x54b);
  type('F2');
  await settle();
  expect(said()).toBe('Typing writes hexadecimal digits.');
});

test('what is no digit, and what would remove a byte, writes nothing and says why', async () => {
  const { said, type, host } = await mountGrid();
  type('g');
  await settle();
  expect(said()).toBe('“g” is no hexadecimal digit. F2 goes on in the characters, where text is written.');
  type('Delete');
  await settle();
  expect(said()).toBe('Memory has no room to close: bytes can be overwritten, not removed.');
  expect(host.written).toEqual([]);
});

test('digits are typed into bytes only, which are offered where numbers are shown', async () => {
  const { all, said, type, session, host } = await mountGrid();
  session.view.setCells('f32');
  type('1');
  await settle();
  expect(said()).toBe('f32 are shown: digits are typed into bytes. Show bytes');
  const button = all('.said button')[0];
  if (button instanceof HTMLElement) button.click();
  await settle();
  expect([session.view.cells, host.written]).toEqual(['bytes', []]);
});

test('bytes are pasted from the beginning of the selection; text where it is asked for', async () => {
  const { all, said, paste, written, session } = await mountGrid();
  session.view.extendSelection(address(0x549));
  paste('0xde, 0xad\nBEEF');
  expect(await written(1)).toEqual([[0x548, [0xde, 0xad, 0xbe, 0xef]]]);
  expect(said()).toBe('0x548: de ad be ef written, step 17.');
  paste('hi');
  await until(() => said().startsWith('The clipboard'));
  expect(said()).toBe('The clipboard has no hexadecimal bytes. Paste as text');
  const button = all('.said button')[0];
  if (button instanceof HTMLElement) button.click();
  expect((await written(2)).at(-1)).toEqual([0x54c, [0x68, 0x69]]);
});

test('a paste that memory has no room for writes nothing', async () => {
  const { said, paste, host, session } = await mountGrid();
  const size = session.data.memory?.size ?? 0;
  session.view.select(address(size - 1));
  paste('ca fe');
  await until(() => said().startsWith('Nothing'));
  const last = `0x${(size - 1).toString(16)}`;
  expect(said()).toBe(`Nothing was written: 2 bytes from ${last} on, and memory ends at ${last}.`);
  expect(host.written).toEqual([]);
});

test('undo and redo are further writes, with the bytes that were there', async () => {
  const { said, type, ctrl, written, session } = await mountGrid();
  ctrl('z');
  await until(() => said() !== '');
  expect(said()).toBe('There is nothing to undo: nothing was written in this panel.');
  type('c', 'a', 'f', 'e');
  ctrl('z'); // at once: what is undone is the last byte all the same
  ctrl('z');
  expect((await written(4)).slice(2)).toEqual([
    [0x549, [1]],
    [0x548, [0x64]],
  ]);
  expect([said(), session.view.selection.address]).toEqual(['0x548: 64 as before, step 20.', 0x548]);
  ctrl('y');
  ctrl('Z', true);
  expect((await written(6)).slice(4)).toEqual([
    [0x548, [0xca]],
    [0x549, [0xfe]],
  ]);
  expect(said()).toBe('0x549: fe written again, step 22.');
  ctrl('y');
  await until(() => said() === 'There is nothing to redo.');
});

test('in the past memory is read-only, and the end is offered, where it is not', async () => {
  const { all, grid, said, type, written, session, host } = await mountGrid();
  session.view.goToStep(7);
  await settle();
  type('4');
  await settle();
  expect([grid.ariaReadOnly, said(), host.written]).toEqual([
    'true',
    'Memory at step 7 is the past, and read-only. Go to the last step',
    [],
  ]);
  const button = all('.said button')[0];
  if (button instanceof HTMLElement) button.click();
  await until(() => session.view.place.step === 16);
  type('4', '2');
  expect(await written(1)).toEqual([[0x548, [0x42]]]);
});

test('the trace has a row of each write', async () => {
  const { all, type, written } = await mountGrid();
  type('c', 'a');
  await written(1);
  await until(() => all('#step-17').length === 1);
  expect(all('#step-17')[0]?.ariaLabel).toBe('host write by host, after call 16 at 0x548, 64 to ca, step 17');
});

test.each([
  ['ca fe', [0xca, 0xfe]],
  ['CAFE01', [0xca, 0xfe, 1]],
  ['{ 0x', null],
  ['0x1', null],
  ['', null],
  ['  0Xca;\n0xfe, ', [0xca, 0xfe]],
  ['hello', null],
] as const)('%j are hexadecimal bytes: %j', (text, bytes) => {
  expect(bytesOfHex(text)).toEqual(bytes && Uint8Array.from(bytes));
});

test('a menu pastes at the byte that it was opened at; where memory is read-only it says so', async () => {
  const { host, written, said, session } = await mountGrid();
  host.clipboard = '7f';
  await host.act('pasteBytes', { address: address(0x600) });
  expect(await written(1)).toEqual([[0x600, [0x7f]]]);
  session.view.goToStep(3);
  expect(session.edits.isPossible).toBe(false); // also before that place is known
  await until(() => session.view.place.step === 3);
  await host.act('pasteBytes', { address: address(0x600) });
  await settle();
  expect([said(), host.written.length]).toEqual(['Memory at step 3 is the past, and read-only.', 1]);
});
