// The client's end of the module thread: starts it, asks it, ends it.
import { startThread, type Thread } from '../../platform/threads.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type { ModuleQueries, ModuleQuery } from '../../protocol/moduleEditor.ts';

export class ModuleClient {
  private readonly thread: Thread;
  private readonly messages: MessageHandler<ModuleQueries, object>;

  /** @param folder of the built worker scripts */
  constructor(folder: string, bytes: Uint8Array) {
    this.thread = startThread({
      folder,
      script: 'module',
      name: 'wasm-shared-memory module',
      data: { bytes },
      transfer: [],
    });
    this.messages = new MessageHandler<ModuleQueries, object>({}, message => this.thread.post(message));
    this.thread.onMessage(message => void this.messages.receive(message));
    this.thread.onError(reason =>
      this.messages.dispose(`The thread that reads the module ended unexpectedly: ${reason}.`),
    );
  }

  /** Rejects where the thread could not answer, or when it is ended. */
  ask<Name extends ModuleQuery>(
    name: Name,
    params: ModuleQueries[Name]['params'],
  ): Promise<ModuleQueries[Name]['result']> {
    return this.messages.request(name, params);
  }

  dispose(): void {
    this.messages.dispose('The module was closed.');
    this.thread.end();
  }
}
