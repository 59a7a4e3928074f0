// What Node gives a process and not its threads, to a program that runs in one.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lines, shell } from '../../support/cli.ts';
import { sameRecordings } from '../../support/sameRecorded.ts';
import { assemble } from '../../support/wabt.ts';

const { folder, sameRecorded, writer } = sameRecordings();

it('the folder and signals are those of the process; an abort has the exit status that a shell tells', async () => {
  const source = `
    const fs = require('node:fs');
    new WebAssembly.Instance(load('plain')).exports.put(3);
    const folder = process.cwd();
    process.chdir('${folder}');
    console.log(process.cwd(), fs.existsSync('plain.wasm'));
    for (const wrong of ['/nowhere/at/all', 5, null, {}]) {
      try { process.chdir(wrong); } catch (error) {
        console.log(error.name, error.message, Object.keys(error).join(), error.code, error.errno, error.syscall, error.path, error.dest);
      }
    }
    process.once('SIGUSR2', (...args) => console.log('once', ...args));
    process.kill(process.pid, 'SIGUSR2');
    process.on('SIGINT', (...args) => { console.log('got', ...args); process.exitCode = 7; clearTimeout(waiting); });
    setTimeout(() => process.kill(process.pid, 'SIGINT'), 50);
    const waiting = setTimeout(() => {}, 60_000);`;
  const plain = assemble(
    '(module (memory 1) (func (export "put") (param i32) (i32.store8 (local.get 0) (i32.const 7))))',
  );
  const program = await sameRecorded({ plain }, source);
  expect(program.code).toBe(7);
  expect(lines(program.stdout).slice(-2)).toEqual(['once SIGUSR2 12', 'got SIGINT 2']);
  expect(await writer(program, 3)).toBe('#0');

  const aborts = join(folder, 'aborts.cjs');
  writeFileSync(
    aborts,
    "new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/plain.wasm'))); process.abort();",
  );
  expect((await shell(`"$NODE" dist/cli.js record ${aborts} --export ${join(folder, 'aborts.wsmrec')}`)).code).toBe(
    134,
  );
});

it('a file that is written where the script was started is there, wherever the script went', async () => {
  const path = join(folder, 'goes.cjs');
  writeFileSync(
    path,
    "new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/plain.wasm'))); process.chdir('/');",
  );
  const { code, stderr } = await shell(
    `cd ${folder} && "$NODE" ${join(process.cwd(), 'dist/cli.js')} record goes.cjs --export here.wsmrec`,
  );
  expect([code, lines(stderr).at(-1)]).toEqual([0, 'recorded: 0 calls and steps 0 to 0, in here.wsmrec.']);
  expect(existsSync(join(folder, 'here.wsmrec'))).toBe(true);
});

it('the mask of new files, the user and the time zone are those of the process', async () => {
  const program = await sameRecorded(
    { plain: assemble('(module (memory 1) (func (export "put") (i32.store8 (i32.const 3) (i32.const 7))))') },
    `const fs = require('node:fs');
     new WebAssembly.Instance(load('plain')).exports.put();
     process.umask(0o22);
     tell('mask', () => [process.umask(), process.umask(0o27), process.umask()]);
     fs.writeFileSync(__dirname + '/masked', '');
     tell('mode', () => { const { mode } = fs.statSync(__dirname + '/masked'); fs.rmSync(__dirname + '/masked'); return (mode & 0o777).toString(8); });
     for (const wrong of ['abc', '9', {}]) tell('wrong mask', () => process.umask(wrong));
     tell('user', () => [process.setuid(process.getuid()), process.setegid(process.getegid())]);
     for (const wrong of [{}, 'nobody of this name']) tell('wrong user', () => { try { process.setuid(wrong); } catch (error) { return [error.name, error.code, error.message]; } });
     for (const zone of ['Asia/Tokyo', 'America/New_York']) { process.env.TZ = zone; tell(zone, () => String(new Date(0))); }
     process.env.FOR_CHILDREN = 1;
     tell('child', () => String(require('node:child_process').execSync('echo $FOR_CHILDREN $TZ; umask')));`,
  );
  expect(lines(program.stdout).slice(0, 2)).toEqual(['mask [ 18, 18, 23 ]', 'mode 640']);
  expect(program.stdout).toContain('Asia/Tokyo Thu Jan 01 1970 09:00:00');
  expect(await writer(program, 3)).toBe('#0');
});
