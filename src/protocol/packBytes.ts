// Bytes of a message. VS Code counts the buffers of a message to a webview in one byte: of more than 253 some arrive empty, or the
// message does not arrive, and no error tells of it (microsoft/vscode#137757). Views of one buffer count as one.

/**
 * The same message with all its bytes in one buffer, which holds nothing else.
 * @throws TypeError where it holds binary data that is no Uint8Array
 */
export function packBytes(message: unknown): unknown {
  const found: Uint8Array[] = [];
  collectBytes(message, found);
  const [first] = found;
  const size = found.reduce((sum, { length }) => sum + length, 0);
  if (!first || (size === first.buffer.byteLength && found.every(({ buffer }) => buffer === first.buffer)))
    return message;
  const packed = new Uint8Array(size);
  let end = 0;
  return replaceBytes(message, bytes => {
    packed.set(bytes, end);
    end += bytes.length;
    return packed.subarray(end - bytes.length, end);
  });
}

function collectBytes(value: unknown, found: Uint8Array[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Uint8Array) found.push(value);
  else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    throw new TypeError('a message holds binary data that is no Uint8Array');
  else for (const each of Object.values(value)) collectBytes(each, found);
}

function replaceBytes(value: unknown, replace: (bytes: Uint8Array) => Uint8Array): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return replace(value);
  if (Array.isArray(value)) return value.map(each => replaceBytes(each, replace));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaceBytes(each, replace)]));
}
