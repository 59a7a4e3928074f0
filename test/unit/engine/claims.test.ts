// What modules claim, as a run's recording tells it: the same while it is there, and from its file.
import { afterEach, expect, it } from 'vitest';
import { openRecording } from '../../../src/engine/client.ts';
import { claimLines } from '../support/claims.ts';
import { WORKERS } from '../support/fixtures.ts';
import { disposeOfRuns, owned, start } from '../support/startedRuns.ts';

afterEach(disposeOfRuns);

it('are told of a run, and of its exported recording', async () => {
  const run = start('demo/c');
  await run.done;
  const opened = owned(await openRecording(await run.recording.exportFile(), WORKERS));
  for (const { recording } of [run, opened]) {
    const told = await recording.ask('claims', {});
    // 4 bytes of .bss at 1024, then 64 KiB of stack from the next multiple of 16, and the heap behind it.
    expect(told.map(claims => claimLines({ claims }))).toEqual([
      ['bss 1024-1028 .bss', 'stack 1040-66576 __stack_pointer ?', 'heap 66576- ?'],
    ]);
  }
});
