// One server under test of bench/live-fanout.ts, in a process of its own: `ours`, `ws` or `better-sse`.
// Commands come by IPC: `{publish: n, burst: m}` sends m events from the n-th on to everyone, `{measure: true}` asks for
// CPU time and memory.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChannel, createSession } from 'better-sse';
import { WebSocketServer } from 'ws';
import { createEvent, startGateway } from '../test/support/gateway.ts';
import { NO_ADDRESS_BOUNDS } from './child.support.ts';

interface ServerUnderTest {
  readonly port: number;
  publish(number: number): void;
}

const HOST = '127.0.0.1';
const kinds: Record<string, () => Promise<ServerUnderTest>> = {
  /** The whole gateway: what is published goes through its log and its catalogue first. */
  async ours() {
    const hub = { heartbeatMs: 3_600_000 };
    const running = await startGateway({ options: { hub, http: NO_ADDRESS_BOUNDS } });
    const port = Number(new URL(running.url).port);
    // Offsets of four digits from here on, so that every frame has the same length.
    for (let i = 0; i < 1000; i++) await running.publish(createEvent(i));
    return { port, publish: (number) => void running.publish(createEvent(number)) };
  },
  async ws() {
    const server = createServer();
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    const port = await listen(server);
    return {
      port,
      publish(number) {
        const message = Buffer.from(JSON.stringify(createEvent(number)));
        for (const client of sockets.clients) client.send(message, { binary: false });
      },
    };
  },
  async 'better-sse'() {
    const channel = createChannel();
    // The text is made once, as for the others; its own way would serialize it for every session.
    const options = { keepAlive: null, serializer: (text: unknown) => text as string };
    const server = createServer(async (request, response) => {
      channel.register(await createSession(request, response, options));
    });
    const port = await listen(server);
    return {
      port,
      publish(number) {
        channel.broadcast(JSON.stringify(createEvent(number)), 'event', { eventId: `epoch:${number}` });
      },
    };
  },
};

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, HOST, 10_000, resolve));
  return (server.address() as AddressInfo).port;
}

const server = await kinds[process.argv[2]!]!();
process.on('message', (command: { publish?: number; burst?: number; measure?: true }) => {
  const { publish, burst = 1 } = command;
  if (publish !== undefined) for (let i = 0; i < burst; i++) server.publish(publish + i);
  if (!command.measure) return;
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send!({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
process.send!({ port: server.port });
