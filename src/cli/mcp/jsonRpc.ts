// JSON-RPC 2.0, one message a line, as the Model Context Protocol has it over standard input and output.
// https://www.jsonrpc.org/specification, https://modelcontextprotocol.io/specification
import { messageOf } from '../../protocol/text.ts';

/** Codes of the specification. */
export const RPC_ERROR = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
} as const;

/** What a request is refused with. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    readonly code: (typeof RPC_ERROR)[keyof typeof RPC_ERROR],
    message: string,
  ) {
    super(message);
  }
}

type Id = string | number | null;

type Response =
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly result: unknown }
  | {
      readonly jsonrpc: '2.0';
      readonly id: Id;
      readonly error: { readonly code: number; readonly message: string };
    };

/** Answers a request: its result, or a rejection. */
export type Handle = (method: string, params: unknown) => Promise<unknown>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

const failure = (id: Id, code: number, message: string): Response => ({ jsonrpc: '2.0', id, error: { code, message } });

/**
 * Answers one line. Never rejects.
 * @returns the line to send, without its end; null where nothing is to be sent: it was a notification, or an answer
 */
export async function answerTo(line: string, handle: Handle): Promise<string | null> {
  const response = await responseTo(line, handle);
  return response === null ? null : JSON.stringify(response);
}

async function responseTo(line: string, handle: Handle): Promise<Response | null> {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch (error) {
    return failure(null, RPC_ERROR.parse, `The line is no JSON: ${messageOf(error)}`);
  }
  if (!isObject(message))
    return failure(null, RPC_ERROR.invalidRequest, 'A message is one object: batches are no part of the protocol.');
  const { id, method, params } = message;
  if (message.jsonrpc !== '2.0' || (typeof method !== 'string' && !('result' in message) && !('error' in message)))
    return failure(isId(id) ? id : null, RPC_ERROR.invalidRequest, 'A request has "jsonrpc": "2.0" and a "method".');
  // An answer to a request of ours, of which there are none, or a notification, to which nothing is said.
  if (typeof method !== 'string' || id === undefined) return null;
  if (!isId(id)) return failure(null, RPC_ERROR.invalidRequest, 'The id of a request is a text or a number.');
  try {
    return { jsonrpc: '2.0', id, result: await handle(method, params) };
  } catch (error) {
    if (error instanceof RpcError) return failure(id, error.code, error.message);
    return failure(id, RPC_ERROR.internal, messageOf(error));
  }
}
