// What the Quick Pick tells of files.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describeFile, describeMemory, formatBytes } from '../../src/extension/fileFacts.ts';
import { forEachLimited } from '../../src/extension/forEachLimited.ts';
import { pickItems } from '../../src/extension/quickPick.ts';
import { Sources } from '../../src/extension/sources.ts';
import type { MemorySummary } from '../../src/protocol/run.ts';
import { extension, noRecordings } from './fakes.ts';
import { guest } from './fixtures.ts';

describe('facts of a file', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [10240, '10 KiB'],
    [54 * 1048576, '54 MiB'],
    [1073741824, '1 GiB'],
  ] as const) {
    it(`${bytes} bytes are ${text}`, () => assert.equal(formatBytes(bytes), text));
  }

  const memory: MemorySummary = { kind: 'imported', minimum: 1, maximum: 16, shared: false, pages: 1 };
  for (const [change, text] of [
    [{}, 'imports its memory (1 to 16 pages)'],
    [{ kind: 'defined', minimum: 2, maximum: null }, 'defines its memory (2 pages or more)'],
    [{ maximum: null }, 'imports its memory (1 page or more)'],
    [{ minimum: 1, maximum: 1 }, 'imports its memory (1 page)'],
    [{ minimum: 4, maximum: 4, shared: true }, 'imports its memory (4 pages, shared)'],
  ] as const) {
    it(text, () => assert.equal(describeMemory({ ...memory, ...change }), text));
  }

  // Sizes and limits as the files' sources in test/guests have them.
  for (const [path, expected] of [
    ['demo/shared-memory.wasm', /^\d+ B · imports its memory \(1 to 16 pages, shared\)$/],
    ['demo/defined-memory.wasm', /^\d+ B · defines its memory /],
    // demo.c has one pointer. LLD puts 64 KiB of stack behind it, then the heap; of a memory of its own the stack's size is a guess.
    ['demo/c.wasm', /^265 B · imports its memory \(2 pages or more\) · data 4 B, stack 64 KiB, heap from 0x10410$/],
    ['demo/c-defined-memory.wasm', / · data about 16 B, stack about 64 KiB, heap from 0x10410$/],
    ['misbehaving/side-module.wasm', / · position-independent, 20 B$/],
    ['bad/empty.wasm', /^0 B · The file is empty/],
    ['bad/html-page.wasm', /^\d+ B · The file is no WebAssembly module: .*HTML/],
    ['bad/no-memory.wasm', /^\d+ B · The module has no linear memory/],
  ] as const) {
    it(`are told of ${path}, or what is wrong with it`, async () => {
      const bytes = await readFile(guest(path).fsPath);
      assert.match(await describeFile(bytes.length, async () => bytes), expected);
    });
  }

  it('are told of a large file without reading it', async () => {
    const read = () => Promise.reject(new Error('was read'));
    assert.match(await describeFile(54 * 1048576, read), /^54 MiB · too large/);
  });

  it('are told of a file that can no longer be read', async () => {
    const read = () => Promise.reject(new Error('It is gone.'));
    assert.equal(await describeFile(8, read), '8 B · It is gone.');
  });

  it('are read at most so many at a time, in order, and no further once cancelled', async () => {
    const started: number[] = [];
    let now = 0;
    let most = 0;
    await forEachLimited(
      [0, 1, 2, 3, 4, 5, 6, 7],
      3,
      async item => {
        started.push(item);
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now--;
      },
      () => started.length >= 6,
    );
    assert.equal(most, 3);
    assert.deepEqual(started, [0, 1, 2, 3, 4, 5]);
  });
});

describe('the choice', () => {
  it('has the bundled guest first, then the files with folder and facts, and Browse… last', () => {
    const sources = new Sources(extension().extensionUri, noRecordings);
    const files = [sources.file(guest('demo/wat.wasm')), sources.file(guest('bad/empty.wasm'))];
    const facts = new Map(files.slice(0, 1).map(file => [file, '1 B · facts']));
    const items = pickItems(sources.bundled, files, facts).filter(item => item.kind === undefined);
    assert.deepEqual(
      items.map(item => item.label),
      ['Bundled guest', 'wat.wasm', 'empty.wasm', 'Browse…'],
    );
    assert.match(items[1]?.description ?? '', /test\/guests\/demo$/);
    assert.equal(items[1]?.detail, '1 B · facts');
    assert.equal(items[2]?.detail, 'reading …');
    assert.equal(items[1]?.source, files[0]);
  });
});
