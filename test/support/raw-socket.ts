// A TCP connection that sends what it is told, proper or not, for tests of what a server makes of it.

import { connect, type Socket } from 'node:net';

export interface RawSocket {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly text: string;
  /** Resolves when the other side has closed, with the milliseconds since the connection was opened. */
  readonly closed: Promise<number>;
  send(text: string | Uint8Array): void;
  /** Resolves when what was received matches; rejects after 10 s. */
  until(pattern: RegExp): Promise<void>;
}

export async function openRaw(url: string): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const openedAtMs = performance.now();
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) =>
    socket.on('close', () => resolve(performance.now() - openedAtMs)),
  );
  await new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  return {
    socket,
    get text() {
      return text;
    },
    closed,
    send: (bytes) => {
      socket.write(bytes);
    },
    async until(pattern) {
      for (let waited = 0; !pattern.test(text); waited += 10) {
        if (waited > 10_000)
          throw new Error(`Waited in vain for ${pattern}, received ${JSON.stringify(text)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** Sends bytes and gives all that comes back until the other side closes. */
export async function exchange(url: string, bytes: string | Uint8Array): Promise<string> {
  const raw = await openRaw(url);
  raw.send(bytes);
  await raw.closed;
  return raw.text;
}
