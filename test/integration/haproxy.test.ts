// Two gateways over one log behind a real HAProxy: what a reader sees when one is killed, leaves, is full or freezes.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createEmbeddedLog } from '../../src/log/embedded.ts';
import { createEmbeddedStore } from '../../src/store/embedded.ts';
import { createEvent, openStream, type RunningGateway, startGateway } from '../support/gateway.ts';
import { describeOnHaproxy, type Haproxy, startHaproxy } from '../support/haproxy.ts';
import { createLiveClient, type LiveClient } from '../support/live-client.ts';

type Options = NonNullable<Parameters<typeof startGateway>[0]>['options'];

interface Pair extends AsyncDisposable {
  readonly gateways: readonly RunningGateway[];
  publish(from: number, to: number): Promise<void>;
}

/** Gateways that read one log, each with a hub of its own. */
async function startPair(options: Options = {}): Promise<Pair> {
  const log = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  const store = createEmbeddedStore({ path: ':memory:' });
  const gateways = await Promise.all([1, 2].map(() => startGateway({ log, store, options })));
  return {
    gateways,
    async publish(from, to) {
      for (let i = from; i <= to; i++) await gateways[0]!.publish(createEvent(i));
    },
    async [Symbol.asyncDispose]() {
      for (const { gateway } of gateways) await gateway.close().catch(() => {});
      await log.close();
      await store.close();
    },
  };
}

/** What a SIGKILL leaves of a gateway: its port refuses, its connections are cut. */
async function kill({ gateway }: RunningGateway): Promise<void> {
  const { server } = gateway.app;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  for (const socket of sockets.get(server) ?? []) socket.destroy();
  await closed;
}
/** All connections of each gateway's server: Node forgets those that were handed over to the hub. */
const sockets = new WeakMap<object, Set<Socket>>();
function watchSockets({ gateway }: RunningGateway): void {
  const open = new Set<Socket>();
  sockets.set(gateway.app.server, open);
  gateway.app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
}

const streamsOf = async ({ metrics }: RunningGateway) =>
  (await metrics.liveStreams.get()).values[0]?.value ?? 0;

async function eventually(
  condition: () => boolean | Promise<boolean>,
  describe: () => unknown,
): Promise<void> {
  for (let waitedMs = 0; !(await condition()); waitedMs += 25) {
    if (waitedMs > 40_000) throw new Error(`Waited in vain: ${JSON.stringify(describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const join = (haproxy: Haproxy, count: number): LiveClient[] =>
  Array.from({ length: count }, () => createLiveClient({ url: () => haproxy.url }));

const hellosOf = ({ records }: LiveClient) => records.filter(({ kind }) => kind === 'hello').length;

/** Offsets of everything this reader was sent as an event, over all its connections. */
const offsetsOf = ({ records }: LiveClient) =>
  records.filter(({ kind }) => kind === 'event').map(({ cursor }) => Number(cursor!.split(':')[1]));

async function expectAll(clients: readonly LiveClient[], count: number): Promise<void> {
  const all = Array.from({ length: count }, (_, i) => i);
  await eventually(
    () => clients.every((client) => offsetsOf(client).length >= count),
    () => clients.map((client) => offsetsOf(client).length),
  );
  for (const client of clients) {
    expect(offsetsOf(client)).toEqual(all);
    expect(client.records.filter(({ kind }) => kind === 'reset')).toEqual([]);
  }
}

const closeAll = (clients: readonly LiveClient[]) => Promise.all(clients.map((client) => client.close()));

describeOnHaproxy('gateways behind HAProxy', () => {
  test('streams spread over both, and killing one loses nobody anything', async () => {
    await using pair = await startPair();
    pair.gateways.forEach(watchSockets);
    await using haproxy = await startHaproxy(pair.gateways.map(({ url }) => url));
    const clients = join(haproxy, 20);
    await eventually(
      () => clients.every((client) => hellosOf(client) === 1),
      () => clients.map(hellosOf),
    );
    expect(await Promise.all(pair.gateways.map(streamsOf))).toEqual([10, 10]);
    await pair.publish(0, 49);
    const publishing = pair.publish(50, 149);
    await kill(pair.gateways[1]!);
    await publishing;
    await pair.publish(150, 199);
    await expectAll(clients, 200);
    await eventually(async () => (await streamsOf(pair.gateways[0]!)) === 20, haproxy.output);
    await closeAll(clients);
  });

  test('a gateway that leaves sends its readers away over time, each comes back at the other and misses nothing', async () => {
    await using pair = await startPair();
    await using haproxy = await startHaproxy(pair.gateways.map(({ url }) => url));
    const clients = join(haproxy, 20);
    await eventually(() => clients.every((client) => hellosOf(client) === 1), haproxy.output);
    const [, leaving] = pair.gateways;
    const closing = leaving!.gateway.close(2000, 10_000);
    await eventually(async () => {
      const status = await haproxy.column('live', 'status');
      return status['gateway2']!.startsWith('NOLB');
    }, haproxy.output);
    // The balancer has noticed and nobody was cut off; who comes now goes to the other.
    expect(await streamsOf(leaving!)).toBe(10);
    const late = join(haproxy, 4);
    await eventually(() => late.every((client) => hellosOf(client) === 1), haproxy.output);
    expect(await Promise.all(pair.gateways.map(streamsOf))).toEqual([14, 10]);
    const publishing = pair.publish(0, 149);
    await closing;
    await publishing;
    await expectAll([...clients, ...late], 150);
    await eventually(async () => (await streamsOf(pair.gateways[0]!)) === 24, haproxy.output);
    // Sent away by the gateway, none by the balancer: it never called the gateway down before the last was gone.
    expect((await leaving!.metrics.liveEnded.get()).values).toContainEqual({
      labels: { reason: 'drain' },
      value: 10,
    });
    await closeAll([...clients, ...late]);
  }, 120_000);

  test('the 503 of a full gateway passes with its Retry-After, and the poll goes on', async () => {
    await using pair = await startPair({ hub: { streamsMax: 1 } });
    await using haproxy = await startHaproxy(pair.gateways.map(({ url }) => url));
    const streams = [await openStream(haproxy.url), await openStream(haproxy.url)];
    expect(streams.map(({ response }) => response.statusCode)).toEqual([200, 200]);
    const refused = await fetch(`${haproxy.url}/live`);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    expect(await refused.json()).toMatchObject({ code: 'STREAMS_FULL' });
    expect((await fetch(`${haproxy.url}/live/recent.json`)).status).toBe(200);
    // A reader that goes makes room at once: HAProxy does not wait for the next heartbeat.
    streams[0]!.close();
    await eventually(async () => {
      const retried = await openStream(haproxy.url);
      retried.close();
      return retried.response.statusCode === 200;
    }, haproxy.output);
    streams[1]!.close();
  });

  test('with a bound of streams for each gateway the balancer refuses, and no gateway is asked', async () => {
    await using pair = await startPair();
    await using haproxy = await startHaproxy(
      pair.gateways.map(({ url }) => url),
      { streamsPerGatewayMax: 2 },
    );
    const streams = await Promise.all([1, 2, 3, 4].map(() => openStream(haproxy.url)));
    expect(await Promise.all(pair.gateways.map(streamsOf))).toEqual([2, 2]);
    const refused = await fetch(`${haproxy.url}/live`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await refused.json()).toMatchObject({ code: 'STREAMS_FULL' });
    for (const { metrics } of pair.gateways) {
      const refused = (await metrics.liveRefused.get()).values;
      expect(refused.filter(({ value }) => value > 0)).toEqual([]);
    }
    for (const stream of streams) stream.close();
  });

  test('streams and requests of one address are bounded; readers behind a trusted proxy are told apart', async () => {
    await using pair = await startPair();
    await using haproxy = await startHaproxy(
      pair.gateways.map(({ url }) => url),
      { streamsPerAddressMax: 2, requestsPerAddressMax: 40, trustedProxies: ['127.0.0.1'] },
    );
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const streams = await Promise.all([1, 2].map(() => openStream(haproxy.url, from('192.0.2.1'))));
    expect(streams.map(({ response }) => response.statusCode)).toEqual([200, 200]);
    for (const path of ['/live', '/%6Cive'])
      expect((await fetch(`${haproxy.url}${path}`, { headers: from('192.0.2.1') })).status).toBe(503);
    const other = await openStream(haproxy.url, from('192.0.2.2'));
    expect(other.response.statusCode).toBe(200);
    for (const stream of [...streams, other]) stream.close();
    const ask = async () => (await fetch(`${haproxy.url}/status`, { headers: from('192.0.2.3') })).status;
    for (let i = 0; i < 30; i++) expect(await ask()).toBe(200);
    // Together, so that a machine that stands still in between does not spread them over more than the bound's ten seconds.
    expect(await Promise.all(Array.from({ length: 45 }, ask))).toContain(429);
  });

  test('heartbeats keep a quiet stream open beyond the balancer’s patience, and silence ends it', async () => {
    await using pair = await startPair({ hub: { heartbeatMs: 400 } });
    await using haproxy = await startHaproxy(
      pair.gateways.map(({ url }) => url),
      { silenceMaxS: 4 },
    );
    const stream = await openStream(haproxy.url);
    let ended = false;
    void stream.ended.then(() => {
      ended = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 9000));
    expect(ended).toBe(false);
    stream.close();
    await using mute = await startPair({ hub: { heartbeatMs: 3_600_000 } });
    await using impatient = await startHaproxy(
      mute.gateways.map(({ url }) => url),
      { silenceMaxS: 1 },
    );
    const silent = await openStream(impatient.url);
    await silent.ended;
    expect(silent.response.complete).toBe(false);
  });

  test('a reader that takes no byte is dropped, through the balancer too', async () => {
    await using pair = await startPair({ hub: { heartbeatMs: 300, queueBytesMax: 64 * 1024 } });
    await using haproxy = await startHaproxy(pair.gateways.map(({ url }) => url));
    const deaf = connect(Number(new URL(haproxy.url).port), '127.0.0.1');
    deaf.on('error', () => {});
    deaf.write('GET /live HTTP/1.1\r\nHost: gateway\r\n\r\n');
    await once(deaf, 'readable');
    deaf.pause();
    const region = 'x'.repeat(250);
    const { gateways } = pair;
    const dropped = async () => {
      const counts = await Promise.all(gateways.map(({ metrics }) => metrics.liveDropped.get()));
      return counts.reduce((sum, { values }) => sum + values[0]!.value, 0);
    };
    // The buffers of two hops hold some megabytes, here more and there less, before a socket takes nothing more.
    for (let i = 0; i < 60_000 && (await dropped()) === 0; i += 500) {
      const appends = Array.from({ length: 500 }, (_, k) =>
        gateways[0]!.publish(createEvent(i + k, { region })),
      );
      await Promise.all(appends);
    }
    await eventually(async () => (await dropped()) === 1, haproxy.output);
    deaf.destroy();
  }, 60_000);
});
