// Who waits for the recording goes on when there is room, or when nobody takes anything any more.

import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { TRANSFORM_TYPES } from '../../../scripts/lib/project.ts';
import { arrive, type Backlog, leaveBacklog, newBacklog, send } from '../../../src/wire/backlog.ts';

const MODULE = new URL('../../../src/wire/backlog.ts', import.meta.url).href;

/** A thread that waits until at most 10 bytes are on their way. */
function startWaiting(backlog: Backlog): Worker {
  const source = `
    const { workerData } = require('node:worker_threads');
    import(${JSON.stringify(MODULE)}).then(({ waitForBacklog }) => waitForBacklog(workerData, 10));`;
  const execArgv = [...TRANSFORM_TYPES, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
  return new Worker(source, { eval: true, workerData: backlog, execArgv });
}

it.each([
  ['there is room', (backlog: Backlog) => arrive(backlog, 5)],
  ['nobody takes anything any more', leaveBacklog],
  [
    'nobody takes anything any more, although more is sent',
    (backlog: Backlog) => {
      leaveBacklog(backlog);
      send(backlog, 2 ** 30);
    },
  ],
])('waits until %s', async (_, happen) => {
  const backlog = newBacklog(100);
  send(backlog, 15);
  const worker = startWaiting(backlog);
  const exited = once(worker, 'exit');
  expect(await Promise.race([exited, setTimeout(300, 'waits')])).toBe('waits');
  happen(backlog);
  expect(await exited).toEqual([0]);
});
