import { expect, test } from 'vitest';
import { mountPanel, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';
import { droppedFiles } from './dropping.ts';

/** What a drag of the Explorer has, or of the system. */
function dragged(lists: Readonly<Record<string, string>>, ...files: string[]): DataTransfer {
  const data = new DataTransfer();
  for (const [type, text] of Object.entries(lists)) data.setData(type, text);
  for (const name of files) data.items.add(new File(['\0asm'], name));
  return data;
}

test('files of the Explorer: all of them, where it tells all', () => {
  const one = { 'text/uri-list': 'file:///w/a.wasm' };
  const all = { ...one, 'application/vnd.code.uri-list': 'file:///w/a.wasm\r\nfile:///w/b%20c.wasm' };
  expect(droppedFiles(dragged(one))).toEqual({ uris: ['file:///w/a.wasm'] });
  expect(droppedFiles(dragged(all))).toEqual({ uris: ['file:///w/a.wasm', 'file:///w/b%20c.wasm'] });
  const remote = { 'text/uri-list': '# from elsewhere\r\nvscode-remote://ssh/w/r.wsmrec\r\n' };
  expect(droppedFiles(dragged(remote))).toEqual({ uris: ['vscode-remote://ssh/w/r.wsmrec'] });
});

test('what can’t be shown is told, with what to do', () => {
  expect(droppedFiles(dragged({ 'text/uri-list': 'file:///w/my%20notes.txt' }))).toEqual({
    notice: {
      message: 'my notes.txt is neither a module (.wasm) nor a recording (.wsmrec).',
      remedy: 'Drop one of these, with Shift held.',
    },
  });
  const outside = droppedFiles(dragged({}, 'guest.wasm'));
  expect('notice' in outside && outside.notice.message).toBe(
    'VS Code does not tell a panel where guest.wasm lies, since it comes from outside of its window.',
  );
});

test.each(['demo', 'empty'] as const)(
  '%s: a drag is shown while it is over the panel, and what is dropped is asked for',
  async name => {
    const { host, panel, all } = await mountPanel(SCENARIOS[name]());
    const drag = (type: string, dataTransfer: DataTransfer) => {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true });
      (all('button, vscode-button')[0] ?? panel).dispatchEvent(event);
      return event.defaultPrevented;
    };
    const module = dragged({ 'text/uri-list': 'file:///w/a.wasm' });
    expect(drag('dragover', module)).toBe(true);
    await settle();
    expect(all('.root.dropping')).toHaveLength(1);
    expect(drag('drop', module)).toBe(true);
    await until(() => host.dropped.length === 1);
    await settle();
    expect(host.dropped).toEqual(['file:///w/a.wasm']);
    expect(all('.root.dropping')).toHaveLength(0);
    // A text is none of the panel's.
    expect(drag('dragover', dragged({ 'text/plain': 'a.wasm' }))).toBe(false);
    drag('drop', dragged({}, 'outside.wasm'));
    await settle();
    expect(textOf(all('[role=alert]')[0])).toContain('VS Code does not tell a panel where outside.wasm lies');
  },
);
