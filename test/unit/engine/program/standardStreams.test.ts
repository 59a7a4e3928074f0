// What a recorded program writes to its standard streams, and reads from them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lines, shell } from '../../support/cli.ts';
import { sameRecordings } from '../../support/sameRecorded.ts';
import { assemble } from '../../support/wabt.ts';

const { folder, sameRecorded } = sameRecordings();

describe('standard streams', () => {
  const MODULE = assemble('(module (memory (export "m") 1) (func))');
  const MAKE = "new WebAssembly.Instance(load('plain'));";

  it('output is written in its order, whichever way, and at the end', async () => {
    const program = await sameRecorded(
      { plain: MODULE },
      `${MAKE}
       const fs = require('node:fs');
       console.log('1');
       process.stdout.write('2\\n');
       fs.writeSync(1, '3\\n');
       require('node:child_process').spawnSync('echo', ['4'], { stdio: 'inherit' });
       console.log('x'.repeat(300000).length, process.stdout.fd, process.stderr.fd, process.stdout.isTTY);
       process.stdout.write('y'.repeat(300000) + '\\n');
       process.on('beforeExit', () => console.log('before the exit'));
       process.on('exit', () => fs.writeSync(1, 'last\\n'));`,
    );
    expect(lines(program.stdout).slice(0, 4)).toEqual(['1', '2', '3', '4']);
    expect(lines(program.stdout).slice(-2)).toEqual(['before the exit', 'last']);
  });

  it('output is written where the program sends what goes to the descriptor to the stream', async () => {
    // As the command of esbuild-wasm does.
    const program = await sameRecorded(
      { plain: MODULE },
      `${MAKE}
       const fs = require('node:fs');
       const { writeSync } = fs;
       fs.writeSync = (fd, bytes, ...more) => fd === process.stdout.fd
         ? (process.stdout.write(bytes), bytes.length) : writeSync(fd, bytes, ...more);
       fs.writeSync(1, Buffer.from('1\\n'));
       console.log('2');`,
    );
    expect(lines(program.stdout).slice(0, 2)).toEqual(['1', '2']);
  });

  it.each([
    ['a file', (file: string) => `< ${file}`],
    ['nothing', () => '< /dev/null'],
  ])('input of %s that is read only in part holds no program', async (_, from) => {
    const file = join(folder, 'numbers.txt');
    writeFileSync(file, Array.from({ length: 20_000 }, (_, i) => i + 1).join('\\n'));
    writeFileSync(join(folder, 'plain.wasm'), MODULE);
    const path = join(folder, 'reads.cjs');
    writeFileSync(
      path,
      `new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/plain.wasm')));
       const reading = require('node:readline').createInterface({ input: process.stdin });
       reading.once('line', line => { console.log('first', line, process.stdin.fd); reading.close(); });`,
    );
    const bare = await shell(`"$NODE" ${path} ${from(file)}`);
    const out = join(folder, 'reads.wsmrec');
    const recorded = await shell(`"$NODE" dist/cli.js record ${path} --export ${out} ${from(file)}`);
    expect([recorded.code, recorded.stdout]).toEqual([bare.code, bare.stdout]);
  });
});
