// The module thread's entry: reads one module, and answers about it.
import { whenStarted } from '../../platform/threads.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type { ModuleThreadRequests } from '../../protocol/moduleEditor.ts';
import { ModuleService } from './moduleService.ts';

whenStarted(({ data, post, onMessage }) => {
  const { bytes } = data as { readonly bytes: Uint8Array }; // what `ModuleClient` started it with
  const service = new ModuleService(bytes);
  const messages = new MessageHandler<object, ModuleThreadRequests>(service.handlers, post);
  onMessage(message => void messages.receive(message));
});
