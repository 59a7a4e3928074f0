// `heap`: which blocks are live is derived by hand from the guest's calls.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, lines } from '../support/cli.ts';
import { ROOT } from '../support/fixtures.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-heap-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schemaOf = (name: string) => JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true, schemas: [schemaOf('run')] });
const validate = ajv.compile(schemaOf('heap'));

/** A guest of the demo on a heap that only grows, from 0x400 on: each malloc stores once, where free memory begins. */
const GUEST = join(folder, 'guest.wasm');
const GUEST_TEXT = `(module (import "env" "memory" (memory 1))
    (data (i32.const 0x200) "\\00\\04\\00\\00")
    (func $malloc (param $size i32) (result i32) (local $at i32)
      (local.set $at (i32.load (i32.const 0x200)))
      (i32.store (i32.const 0x200) (i32.add (local.get $at) (local.get $size)))
      (local.get $at))
    (func $realloc (param $old i32) (param $size i32) (result i32) (call $malloc (local.get $size)))
    (func $free (param i32))
    (func (export "alloc_11") (result i32) (local $value i32)
      (local.set $value (call $malloc (i32.const 4)))
      (i32.store (local.get $value) (i32.const 11))
      (call $free (call $malloc (i32.const 100)))
      (local.get $value))
    (func (export "add_23") (param $address i32)
      (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 23)))
      (drop (call $realloc (call $malloc (i32.const 8)) (i32.const 16)))))`;
writeFileSync(GUEST, assemble(GUEST_TEXT));

describe('live blocks', () => {
  it('are told with who asked for them', async () => {
    // alloc_11 takes 104 bytes, of which it frees 100; each call of add_23 takes 8 bytes, and 16 in their place.
    expect(await cli('heap', GUEST, '--instances', '1', '--step', '6')).toEqual({
      code: 0,
      stderr: '',
      stdout: `0x400: 4 bytes, from malloc in call 1, alloc_11 on #0, at step 1
0x470: 16 bytes, from realloc in call 2, add_23 on #0, at step 6
${GUEST}: 2 blocks of 20 bytes in all at step 6.
`,
    });
  });

  it('are those of a step', async () => {
    const at = async (step: number) => lines((await cli('heap', GUEST, '--step', String(step))).stdout).slice(0, -1);
    // 1: malloc(4), 2: 11 is stored, 3: malloc(100), which is freed at once
    expect(await at(2)).toEqual(['0x400: 4 bytes, from malloc in call 1, alloc_11 on #0, at step 1']);
    expect(await at(3)).toEqual(await at(2));
    // 5: malloc(8), 6: the malloc inside of realloc
    expect((await at(5)).at(-1)).toBe('0x468: 8 bytes, from malloc in call 2, add_23 on #0, at step 5');
    expect(await at(0)).toEqual([]);
  });

  it('of no bytes are freed, too', async () => {
    const file = join(folder, 'none.wasm');
    const freed = '(call $free (call $malloc (i32.const 100)))';
    writeFileSync(file, assemble(GUEST_TEXT.replace(freed, freed.replace('100', '0'))));
    // 1: malloc(4), 2: 11 is stored, 3: malloc(0)
    const { stdout } = await cli('heap', file, '--instances', '1', '--step', '3');
    expect(lines(stdout).at(-1)).toBe(`${file}: 1 block of 4 bytes in all at step 3.`);
  });

  it('are the same in a recording, and in JSON that its schema describes', async () => {
    const file = join(folder, 'out.wsmrec');
    await cli('run', GUEST, '--export', file);
    const { code, stdout } = await cli('heap', file, '--json');
    const document = JSON.parse(stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(code).toBe(0);
    // 15 calls of add_23 leave 16 bytes each.
    expect([document.total, document.bytes, document.isPartial]).toEqual([16, 4 + 15 * 16, false]);
    expect(document.blocks[1]).toEqual({
      address: 0x470,
      length: 16,
      step: 6,
      made: { index: 2, instance: 0, function: 'add_23', allocator: 'realloc' },
    });
  });

  it('are not known where accesses are not recorded, which is said', async () => {
    // Each of 16 calls changes two ranges: the value, and where free memory begins.
    expect(lines((await cli('heap', GUEST, '--record', 'calls')).stdout)).toEqual([
      `${GUEST}: 0 blocks of 0 bytes in all at step 32.`,
      'Single accesses are not recorded, and calls of allocators neither: --record stores records them.',
    ]);
  });

  const and = (more: string) => (guest: string) => `${guest.trimEnd().slice(0, -1)} ${more})`;
  it.each([
    {
      because: 'no-names',
      words: 'its functions have no names',
      changed: and('(export "malloc" (func $malloc)) (export "free" (func $free))'),
    },
    {
      because: 'usable-size',
      words: 'it asks how many bytes a block has',
      changed: and('(func $malloc_usable_size (param i32) (result i32) (i32.const 8))'),
    },
    {
      because: 'unknown-freed',
      words: 'a block was freed that was never handed out',
      changed: (guest: string) => guest.replace('(local.get $value))', '(call $free (i32.const 0x700)) $&'),
    },
    {
      because: 'unknown-writer',
      words: 'other code wrote what the allocator keeps for itself',
      // A byte of it that is 0 all the time.
      changed: (guest: string) =>
        guest.replace('(drop (call $realloc', '(i32.store8 (i32.const 0x203) (i32.const 0)) $&'),
    },
    {
      because: 'unknown-taken',
      words: 'a block was handed out while it was in use',
      // That of 4 bytes is handed out once more, in one of 100.
      changed: (guest: string) =>
        guest.replace(
          '(i32.add (local.get $at) (local.get $size))',
          '(select (local.get $at) $& (i32.eq (local.get $size) (i32.const 4)))',
        ),
    },
  ])('of a module whose allocator is not known for sure ($because) are told with that', async test => {
    const file = join(folder, `${test.because}.wasm`);
    writeFileSync(file, assemble(test.changed(GUEST_TEXT), { names: test.because !== 'no-names' }));
    const told = lines((await cli('heap', file)).stdout);
    // What was freed by functions that are not known is listed.
    if (test.because.startsWith('unknown-'))
      expect(told.pop()).toBe('So some of the blocks listed may be freed, and others missing.');
    const last = told.at(-1);
    expect(last).toContain('What goes wrong with blocks of the module is not told: ');
    expect(last).toContain(test.words);
    expect(lines((await cli('find', file)).stdout)).toEqual([`${file}: nothing was found.`, last]);
    const document = JSON.parse((await cli('heap', file, '--json')).stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.unjudged).toEqual([{ module: 0, because: test.because }]);
  });

  it('of several modules are told with those whose allocators are not known', async () => {
    const files = [GUEST, join(ROOT, 'test', 'guests', 'demo', 'wat.wasm')];
    const { stdout } = await cli('heap', ...files);
    // That one has alloc_11 alone, which takes nothing back.
    expect(lines(stdout).at(-2)).toMatch(
      /^What goes wrong with blocks of wat\.wasm is not told: no pair of functions .* is known\. Name those of your own by --allocator/,
    );
    expect(lines((await cli('heap', GUEST)).stdout).at(-1)).toMatch(/in all at step \d+\.$/);
  });

  it('of allocators that the user names are told only where there are such functions, which is said', async () => {
    // malloc takes a size; nobody is called take, and free gives nothing.
    const named = ['--allocator', 'malloc(size)=>ptr; take(size)=>ptr', '--allocator', 'free(size)=>ptr'];
    const { code, stderr } = await cli('heap', GUEST, ...named.slice(0, 2));
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: Named as an allocator's, but no function that takes and gives such numbers has the name: take\(size\)=>ptr\. /m,
    );
    expect((await cli('heap', GUEST, ...named.slice(2))).stderr).toContain('has the name: free(size)=>ptr. ');
    expect((await cli('heap', GUEST, '--allocator', 'malloc(size)=>ptr')).stderr).toBe('');
    const both = [GUEST, join(ROOT, 'test', 'guests', 'demo', 'wat.wasm'), '--allocator', 'malloc(size)=>ptr'];
    expect((await cli('heap', ...both)).stderr).not.toContain('Named as');
  });
});
