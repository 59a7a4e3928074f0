// The client's end of the module thread: starts it, asks it, ends it.
import { startThread, type Thread } from '../../platform/threads.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type { ModuleThreadRequests } from '../../protocol/moduleEditor.ts';

export class ModuleClient {
  private readonly thread: Thread;
  private readonly messages: MessageHandler<ModuleThreadRequests, object>;

  /** @param folder of the built worker scripts */
  constructor(folder: string, bytes: Uint8Array) {
    this.thread = startThread({ folder, script: 'module', data: { bytes }, transfer: [] });
    this.messages = new MessageHandler<ModuleThreadRequests, object>({}, message => this.thread.post(message));
    this.thread.onMessage(message => void this.messages.receive(message));
    this.thread.onError(reason =>
      this.messages.dispose(`The thread that reads the module ended unexpectedly: ${reason}.`),
    );
  }

  /** Rejects where the thread could not answer, or when it is ended. */
  ask<Name extends keyof ModuleThreadRequests & string>(
    name: Name,
    params: ModuleThreadRequests[Name]['params'],
  ): Promise<ModuleThreadRequests[Name]['result']> {
    return this.messages.request(name, params);
  }

  dispose(): void {
    this.messages.dispose('The module was closed.');
    this.thread.end();
  }
}
