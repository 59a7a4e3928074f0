// AssemblyScript's `abort(message, fileName, line, column)`: strings are UTF-16 with their size in bytes before them.
import { functionTypeText } from '../../wasm/types.ts';
import { bytesOf, GuestExit, type HostModule } from './hostModule.ts';

const TYPE = '(i32, i32, i32, i32) -> ()';

/** Messages are cut here (bytes), so that a wrong pointer can't make a message of megabytes. */
const MAX_STRING_BYTES = 8192;

function decodeAsString(memory: Uint8Array, pointer: number): string | null {
  if (pointer < 4 || pointer > memory.length) return null;
  const size = new DataView(memory.buffer, memory.byteOffset + pointer - 4, 4).getUint32(0, true);
  if (pointer + size > memory.length) return null;
  return new TextDecoder('utf-16le').decode(memory.slice(pointer, pointer + Math.min(size, MAX_STRING_BYTES)));
}

/** `abort: out of range in assembly/index.ts:12:3`; what can't be decoded is left out. */
export function abortMessage(args: readonly number[], memory: Uint8Array): string {
  const [message, file, line, column] = args.map(value => value >>> 0);
  const text = decodeAsString(memory, message);
  const where = decodeAsString(memory, file);
  return `abort${text ? `: ${text}` : ''}${where ? ` in ${where}:${line}:${column}` : ''}`;
}

export const abort: HostModule = each => {
  if (each.kind !== 'function' || each.module !== 'env' || each.name !== 'abort') return null;
  if (!each.type || functionTypeText(each.type) !== TYPE) return null;
  return {
    label: 'abort',
    makeFunction:
      ({ memory }) =>
      (...args) => {
        throw new GuestExit(abortMessage(args.map(Number), bytesOf(memory)));
      },
  };
};
