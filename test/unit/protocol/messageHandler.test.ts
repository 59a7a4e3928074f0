import { describe, expect, it, vi } from 'vitest';
import { type Handlers, MessageHandler, notice } from '../../../src/protocol/messageHandler.ts';

interface HostRequests {
  double: { params: number; result: number };
  fail: { params: string; result: null };
}
interface PanelRequests {
  show: { params: { readonly text: string }; result: string };
}

/** Two ends joined like a webview and its host: each message is a clone and arrives later. */
function connect(answers: Partial<Handlers<HostRequests>> = {}) {
  const hostHandlers: Handlers<HostRequests> = {
    double: value => value * 2,
    fail: async message => {
      throw new Error(message);
    },
    ...answers,
  };
  const sent: unknown[] = [];
  const deliver = (receiver: () => { receive(data: unknown): Promise<void> }) => (message: unknown) => {
    const data = structuredClone(message);
    sent.push(data);
    queueMicrotask(() => void receiver().receive(data));
  };
  const panel: MessageHandler<HostRequests, PanelRequests> = new MessageHandler<HostRequests, PanelRequests>(
    { show: ({ text }) => `shown: ${text}` },
    deliver(() => host),
  );
  const host: MessageHandler<PanelRequests, HostRequests> = new MessageHandler<PanelRequests, HostRequests>(
    hostHandlers,
    deliver(() => panel),
  );
  return { panel, host, sent };
}

describe('two ends', () => {
  it('answer each other', async () => {
    const { panel, host } = connect();
    await expect(panel.request('double', 21)).resolves.toBe(42);
    await expect(host.request('show', { text: 'memory' })).resolves.toBe('shown: memory');
  });

  it('keep their requests apart, though both count from 1', async () => {
    const { panel, host } = connect();
    const both = Promise.all([panel.request('double', 1), host.request('show', { text: 'a' })]);
    await expect(both).resolves.toEqual([2, 'shown: a']);
  });

  it('give each answer to its own request, whatever comes first', async () => {
    const open: (() => void)[] = [];
    const { panel } = connect({
      double: value => new Promise(resolve => open.push(() => resolve(value * 2))),
    });
    const first = panel.request('double', 1);
    const second = panel.request('double', 2);
    await vi.waitFor(() => expect(open).toHaveLength(2));
    open[1]();
    await expect(second).resolves.toBe(4);
    open[0]();
    await expect(first).resolves.toBe(2);
  });
});

describe('a handler that fails', () => {
  it('makes the request reject with its message, and nothing else', async () => {
    const { panel, sent } = connect();
    await expect(panel.request('fail', 'page 7 is outside memory')).rejects.toThrow(/^page 7 is outside memory$/);
    expect(JSON.stringify(sent)).not.toContain('messageHandler'); // no stack travels
  });

  it('may throw at once, or throw what is no error', async () => {
    const { panel } = connect({
      double: () => {
        throw 'a string';
      },
    });
    await expect(panel.request('double', 1)).rejects.toThrow('a string');
  });

  it('makes the request reject where its answer can not be sent', async () => {
    // The handler's type is obeyed; only cloning finds out that the value can't travel.
    const { panel } = connect({ double: () => (() => 1) as unknown as number });
    await expect(panel.request('double', 1)).rejects.toThrow(/clone/);
  });
});

describe('bytes', () => {
  interface Reads {
    read: { params: number; result: unknown };
  }
  /** What the end that answers posts, and what the one that asked gets. */
  async function read(result: unknown) {
    const posted: unknown[] = [];
    const asking = new MessageHandler<Reads, object>({}, () => {});
    const answering = new MessageHandler<object, Reads>({ read: () => result }, message => {
      posted.push(message);
      void asking.receive(structuredClone(message));
    });
    const answer = asking.request('read', 1);
    await answering.receive({ kind: 'request', id: 1, name: 'read', params: 1 });
    return { answer, posted };
  }

  it('of an answer arrive in one buffer, however many there are', async () => {
    const writes = Array.from({ length: 400 }, (_, step) => ({
      step,
      before: Uint8Array.of(step & 0xff, step >> 8),
      after: step % 2 === 0 ? null : new Uint8Array(step % 9),
    }));
    const { answer, posted } = await read(writes);
    await expect(answer).resolves.toEqual(writes);
    const buffers = new Set<unknown>();
    JSON.stringify(posted, (_, value) => {
      if (!(value instanceof Uint8Array)) return value;
      buffers.add(value.buffer);
      return null;
    });
    expect(buffers.size).toBe(1);
  });

  it('that are a part of a buffer travel without the rest of it', async () => {
    const answer: unknown = await (await read(new Uint8Array(1000).fill(7, 10, 13).subarray(9, 13))).answer;
    expect(answer).toEqual(Uint8Array.of(0, 7, 7, 7));
    expect(answer instanceof Uint8Array && answer.buffer.byteLength).toBe(4);
  });

  it('that fill their buffer are not copied, nor is what holds none', async () => {
    const whole = new Uint8Array(9);
    for (const result of [
      whole,
      { parts: [whole.subarray(0, 4), whole.subarray(4)] },
      { args: [1, '2'], trap: null },
    ]) {
      const [message] = (await read(result)).posted;
      expect(message).toMatchObject({ kind: 'answer', id: 1 });
      expect(message instanceof Object && Reflect.get(message, 'result')).toBe(result);
    }
  });

  it.each([new Uint16Array(1), new DataView(new ArrayBuffer(1)), new ArrayBuffer(1)])(
    'in any other form are refused',
    async other => {
      const { answer } = await read({ parts: [other] });
      await expect(answer).rejects.toThrow('a message holds binary data that is no Uint8Array');
    },
  );
});

describe('unknown requests', () => {
  it.each(['triple', 'toString', '__proto__', 'constructor'])('%s is answered with an error', async name => {
    const posted: unknown[] = [];
    const host = new MessageHandler<object, HostRequests>(
      { double: value => value, fail: () => null },
      message => void posted.push(message),
    );
    await host.receive({ kind: 'request', id: 5, name, params: null });
    expect(posted).toEqual([{ kind: 'error', id: 5, message: `unknown request '${name}'` }]);
  });
});

describe('what is no message', () => {
  it.each([
    undefined,
    null,
    'request',
    42,
    [],
    {},
    { kind: 'request' },
    { kind: 'request', id: '1', name: 'double' },
    { kind: 'request', id: 1 },
    { kind: 'request', id: 1, name: 7 },
    { kind: 'other', id: 1 },
    { id: 1, result: 2 },
  ])('%j is ignored', async data => {
    const posted: unknown[] = [];
    const handlers = { double: (value: number) => value, fail: () => null };
    const host = new MessageHandler<object, HostRequests>(handlers, message => void posted.push(message));
    await host.receive(data);
    expect(posted).toEqual([]);
  });

  it('an answer that nobody waits for is ignored', async () => {
    const { panel } = connect();
    const waiting = panel.request('double', 4);
    await panel.receive({ kind: 'answer', id: 99, result: 'wrong' });
    await panel.receive({ kind: 'error', id: 98 });
    await expect(waiting).resolves.toBe(8);
    await panel.receive({ kind: 'answer', id: 1, result: 'too late' });
  });

  it('a request whose answer nobody waits for is answered, which is ignored', async () => {
    const { panel, host } = connect();
    await host.receive(notice<HostRequests, 'double'>('double', 3));
    await expect(panel.request('double', 4)).resolves.toBe(8);
  });

  it('an error without a message still ends the request', async () => {
    const panel = new MessageHandler<HostRequests, object>({}, () => {});
    const waiting = panel.request('double', 4);
    await panel.receive({ kind: 'error', id: 1 });
    await expect(waiting).rejects.toThrow('unknown error');
  });
});

describe('disposing', () => {
  it('rejects what is unanswered, and what is asked later', async () => {
    const panel = new MessageHandler<HostRequests, object>({}, () => {});
    const waiting = [panel.request('double', 1), panel.request('double', 2)];
    panel.dispose('The panel was closed.');
    for (const each of waiting) await expect(each).rejects.toThrow('The panel was closed.');
    await expect(panel.request('double', 3)).rejects.toThrow('The panel was closed.');
  });

  it('posts no answer to an end that is gone', async () => {
    const posted: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<number>();
    const handlers = { double: () => promise, fail: () => null };
    const host = new MessageHandler<object, HostRequests>(handlers, message => void posted.push(message));
    const received = host.receive({ kind: 'request', id: 1, name: 'double', params: 1 });
    host.dispose('The panel was closed.');
    resolve(2);
    await received;
    expect(posted).toEqual([]);
  });
});

it('rejects a request that can not be posted, and forgets it', async () => {
  const panel = new MessageHandler<HostRequests, object>({}, () => {
    throw new Error('no such window');
  });
  await expect(panel.request('double', 1)).rejects.toThrow('no such window');
});
