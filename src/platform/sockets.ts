// Connections between processes of one user: a local socket, or a named pipe on Windows. A message is its size, then itself.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** One end of a connection. It closes when either end closes it, or its process ends. */
export interface Connection {
  post(message: unknown): void;
  /** To be called once, and at once: what came before is lost. */
  onMessage(listener: (message: unknown) => void): void;
  readonly closed: Promise<void>;
  /** What was posted still arrives. */
  close(): void;
}

export interface Listener {
  /** What {@link connect} takes. */
  readonly address: string;
  /** Ends listening; a connection that was made stays. */
  close(): void;
}

/** Bytes of the size that each message begins with. */
const SIZE_BYTES = 4;

/**
 * Waits for one process of this user that connects.
 * @throws Error where this machine lets nobody listen
 */
export async function listenForOne(onConnection: (connection: Connection) => void): Promise<Listener> {
  const isWindows = process.platform === 'win32';
  // A folder that only this user may enter.
  const folder = isWindows ? null : await mkdtemp(join(tmpdir(), 'wasm-memory-'));
  const address = folder === null ? `\\\\.\\pipe\\wasm-memory-${randomUUID()}` : join(folder, 'socket');
  const server = createServer();
  const close = (): void => {
    server.close();
    if (folder !== null) void rm(folder, { recursive: true, force: true });
  };
  server.once('connection', socket => {
    close();
    onConnection(connectionOver(socket));
  });
  try {
    server.listen(address);
    await once(server, 'listening');
  } catch (error) {
    close();
    throw error;
  }
  return { address, close };
}

/** Where nobody listens there, the connection closes at once. */
export const connect = (address: string): Connection => connectionOver(createConnection(address));

function connectionOver(socket: Socket): Connection {
  const messages = new MessageParts();
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  socket.on('error', () => socket.destroy()); // the other process ended
  socket.on('end', () => socket.end());
  return {
    closed,
    post(message) {
      const body = serialize(message);
      const size = Buffer.alloc(SIZE_BYTES);
      size.writeUInt32LE(body.length);
      socket.write(Buffer.concat([size, body]));
    },
    onMessage(listener) {
      socket.on('data', part => {
        try {
          for (const body of messages.take(part)) listener(deserialize(body));
        } catch {
          socket.destroy(); // it speaks otherwise: another version of V8 wrote it, or somebody else
        }
      });
    },
    close: () => socket.end(),
  };
}

/** Puts messages together, which arrive in parts. */
class MessageParts {
  private parts: Buffer[] = [];
  private received = 0;
  /** How many bytes come next; of the size while that is not known. */
  private wanted = SIZE_BYTES;
  private isBody = false;

  /** @returns the messages that are whole now */
  take(part: Buffer): Buffer[] {
    this.parts.push(part);
    this.received += part.length;
    const whole: Buffer[] = [];
    while (this.received >= this.wanted) {
      const bytes = this.cut();
      if (this.isBody) whole.push(bytes);
      this.wanted = this.isBody ? SIZE_BYTES : bytes.readUInt32LE();
      this.isBody = !this.isBody;
    }
    return whole;
  }

  private cut(): Buffer {
    const { wanted } = this;
    const all = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    this.parts = [all.subarray(wanted)];
    this.received -= wanted;
    return all.subarray(0, wanted);
  }
}
