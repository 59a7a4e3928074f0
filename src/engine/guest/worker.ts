// The engine worker's entry: guests run here, and nowhere else.
import { whenStarted } from '../../platform/threads.ts';
import type { EngineRequests } from '../../protocol/engine.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import { execute } from './execute.ts';
import type { WorkerRequest } from './workerRequest.ts';

// The client, built from the same sources, is the only one that starts this script.
whenStarted(client => {
  const thread = execute(client.data as WorkerRequest, event => client.post(event));
  if (!thread) return;
  const handler = new MessageHandler<Record<never, never>, EngineRequests>(
    {
      write: ({ address, bytes }) => {
        thread.write(address, bytes);
        return null;
      },
    },
    message => client.post(message),
  );
  // A thread that listens sleeps between messages, and lives until its client ends it.
  client.onMessage(message => void handler.receive(message));
});
