// The Model Context Protocol's side of the tools: what a client may ask, and in which words it is answered.
import { type NamedRecording, TOOLS, ToolError } from '../../answers/tools.ts';
import { messageOf } from '../../protocol/text.ts';
import { type Handle, RPC_ERROR, RpcError } from './jsonRpc.ts';

/** Versions of the protocol that are spoken, the newest first: those that have tools and no batches of messages. */
const VERSIONS = ['2025-11-25', '2025-06-18', '2024-11-05'] as const;

const INSTRUCTIONS =
  'Recordings of WebAssembly instances over one linear memory. Begin with wasm_findings (what went wrong), then ask wasm_who_wrote for the address in question, wasm_memory_at for what memory held at a step, and wasm_calls for the calls around it.';

/**
 * Answers requests about recordings.
 * @param recordings the first is asked where a question names none
 * @param version of the product
 */
export function serving(recordings: readonly NamedRecording[], version: string): Handle {
  const methods: Readonly<Record<string, (params: unknown) => Promise<unknown> | object>> = {
    initialize: params => ({
      protocolVersion: versionFor(field(params, 'protocolVersion')),
      capabilities: { tools: {} },
      serverInfo: { name: 'wasm-shared-memory', title: 'Wasm Shared Memory', version },
      instructions: INSTRUCTIONS,
    }),
    ping: () => ({}),
    'tools/list': () => ({
      tools: TOOLS.map(({ name, title, description, inputSchema }) => ({
        name,
        title,
        description,
        inputSchema,
        annotations: { readOnlyHint: true, openWorldHint: false },
      })),
    }),
    'tools/call': params => call(params, recordings),
  };
  return async (method, params) => {
    const answer = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (!answer) throw new RpcError(RPC_ERROR.methodNotFound, `There is no method ${method}.`);
    return answer(params);
  };
}

/** The client's version where it is spoken here, else the newest one: the client then decides. */
const versionFor = (asked: unknown): string => VERSIONS.find(each => each === asked) ?? VERSIONS[0];

async function call(params: unknown, recordings: readonly NamedRecording[]): Promise<object> {
  const name = field(params, 'name');
  const tool = TOOLS.find(each => each.name === name);
  if (!tool)
    throw new RpcError(
      RPC_ERROR.invalidParams,
      `There is no tool ${String(name)}. There is ${TOOLS.map(each => each.name).join(', ')}.`,
    );
  const result = (text: string, isError: boolean) => ({ content: [{ type: 'text', text }], isError });
  try {
    return result(await tool.answer(recordings, field(params, 'arguments') ?? {}), false);
  } catch (error) {
    // The model reads it, and asks better.
    if (error instanceof ToolError) return result(error.message, true);
    return result(`The recording could not be asked: ${messageOf(error)}`, true);
  }
}

const field = (params: unknown, name: string): unknown =>
  typeof params === 'object' && params !== null && Object.hasOwn(params, name) ? Reflect.get(params, name) : undefined;
