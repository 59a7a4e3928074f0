// The module thread's entry: reads one module, and answers about it.
import { starter } from '../../platform/threads.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type { ModuleThreadRequests } from '../../protocol/moduleEditor.ts';
import { ModuleService } from './moduleService.ts';

const client = starter();
const { bytes } = client.data as { readonly bytes: Uint8Array }; // what `ModuleClient` started it with
const service = new ModuleService(bytes);
const messages = new MessageHandler<object, ModuleThreadRequests>(service.handlers, message => client.post(message));
client.onMessage(message => void messages.receive(message));
