// Requests and answers over `postMessage`: between a webview and the extension host, and between threads. Each end may ask, and
// answers what the other asks: one class serves both.
import { packBytes } from './packBytes.ts';

/** Requests by name: what is sent (`params`) and what is answered (`result`). */
type Requests<T> = { [Name in keyof T]: { params: unknown; result: unknown } };

/** Answers to the other end's requests; a handler that throws or rejects makes the caller's promise reject. */
export type Handlers<T extends Requests<T>> = {
  [Name in keyof T]: (params: T[Name]['params']) => T[Name]['result'] | Promise<T[Name]['result']>;
};

type Message =
  | { readonly kind: 'request'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

function parseMessage(data: unknown): Message | undefined {
  if (typeof data !== 'object' || data === null || !('kind' in data) || !('id' in data)) return undefined;
  if (typeof data.id !== 'number') return undefined;
  switch (data.kind) {
    case 'request':
      if (!('name' in data) || typeof data.name !== 'string') return undefined;
      return { kind: 'request', id: data.id, name: data.name, params: 'params' in data ? data.params : undefined };
    case 'answer':
      return { kind: 'answer', id: data.id, result: 'result' in data ? data.result : undefined };
    case 'error':
      return { kind: 'error', id: data.id, message: 'message' in data ? String(data.message) : 'unknown error' };
    default:
      return undefined;
  }
}

/** No request of a {@link MessageHandler} has this number. */
const UNANSWERED = 0;

/** A request, as it is posted, whose answer nobody waits for. */
export const notice = <T extends Requests<T>, Name extends keyof T & string>(
  name: Name,
  params: T[Name]['params'],
): unknown => packBytes({ kind: 'request', id: UNANSWERED, name, params } satisfies Message);

/**
 * One end of a connection over `postMessage`. All bytes of a message travel in one buffer; other binary data is not sent.
 * @typeParam Theirs requests that this end sends and the other answers
 * @typeParam Ours requests that the other end sends and this one answers
 */
export class MessageHandler<Theirs extends Requests<Theirs>, Ours extends Requests<Ours>> {
  private lastId = 0;
  private readonly waiting = new Map<number, Waiting>();
  /** Why nothing is asked or answered any more; null while it is. */
  private closed: string | null = null;

  constructor(
    private readonly handlers: Handlers<Ours>,
    private readonly post: (message: unknown) => void,
  ) {}

  /** Sends a request. Rejects with the other end's message where its handler failed, or when this end is disposed of. */
  request<Name extends keyof Theirs & string>(
    name: Name,
    params: Theirs[Name]['params'],
  ): Promise<Theirs[Name]['result']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      if (this.closed !== null) throw new Error(this.closed);
      this.send({ kind: 'request', id, name, params });
      this.waiting.set(id, { resolve, reject });
    });
  }

  /** Takes what `postMessage` delivered; anything that is no message of this protocol is ignored. */
  async receive(data: unknown): Promise<void> {
    const message = parseMessage(data);
    if (!message) return;
    if (message.kind === 'request') {
      await this.answer(message.id, message.name, message.params);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.message));
  }

  /**
   * Rejects what is still unanswered and what is asked later: nobody waits for ever on an end that is gone.
   * @param reason one sentence
   */
  dispose(reason: string): void {
    this.closed ??= reason;
    for (const { reject } of this.waiting.values()) reject(new Error(this.closed));
    this.waiting.clear();
  }

  private async answer(id: number, name: string, params: unknown): Promise<void> {
    try {
      if (!Object.hasOwn(this.handlers, name)) throw new Error(`unknown request '${name}'`);
      // The name was just looked up; each handler validates its own parameters.
      const handler = this.handlers[name as keyof Ours] as (params: unknown) => unknown;
      this.reply({ kind: 'answer', id, result: await handler(params) });
    } catch (error) {
      // Also where the answer could not be sent, since it holds what `postMessage` does not take.
      this.reply({ kind: 'error', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Sends an answer, unless the other end is gone by now. */
  private reply(message: Message): void {
    if (this.closed === null) this.send(message);
  }

  private send(message: Message): void {
    this.post(packBytes(message));
  }
}
