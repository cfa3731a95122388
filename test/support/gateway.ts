// A gateway on a free port of the loopback, over an embedded log and store in memory, for tests of real HTTP.

import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { systemClock } from '../../src/clock.ts';
import { encodeEvent } from '../../src/event/encode.ts';
import type { EventId, QuakeEvent } from '../../src/event/types.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway/app.ts';
import { createEmbeddedLog } from '../../src/log/embedded.ts';
import type { EventLog } from '../../src/log/log.ts';
import { createEmbeddedStore } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';

export interface RunningGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly log: EventLog;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly url: string;
  /** Appends an event to the log; resolves once it is durable. */
  publish(event: QuakeEvent): Promise<number>;
}

/** `port`: where it listens; left out, a free one. */
export async function startGateway(
  given: Partial<GatewayOptions> & { readonly port?: number } = {},
): Promise<RunningGateway> {
  const log = given.log ?? createEmbeddedLog({ path: ':memory:', clock: systemClock });
  const store = given.store ?? createEmbeddedStore({ path: ':memory:' });
  const metrics = given.metrics ?? createMetrics();
  const gateway = createGateway({
    clock: systemClock,
    logger: createLogger({ role: 'test', level: 'silent', format: 'json' }),
    sources: () => [],
    onSources: () => () => {},
    webRoot: '/nonexistent',
    starter: null,
    ...given,
    ...{ log, store, metrics },
  });
  await gateway.app.listen({ port: given.port ?? 0, host: '127.0.0.1' });
  await gateway.start();
  const { port } = gateway.app.server.address() as AddressInfo;
  return {
    ...{ gateway, log, store, metrics },
    url: `http://127.0.0.1:${port}`,
    publish: (event) => log.append('quake.events.v1', event.id, encodeEvent(event)),
    async [Symbol.asyncDispose]() {
      await gateway.close(0);
      if (!given.log) await log.close();
      if (!given.store) await store.close();
    },
  };
}

/** A valid event; everything can be overridden. */
export function createEvent(number: number, over: Partial<QuakeEvent> = {}): QuakeEvent {
  const agencyEventId = `20230206_${String(number).padStart(7, '0')}`;
  const timeMs = Date.UTC(2023, 1, 6, 1, 17, 34) + number * 60_000;
  return {
    schemaVersion: 1,
    id: `emsc-${agencyEventId}` as EventId,
    revision: 1,
    state: 'live',
    origin: {
      originTimeMs: timeMs,
      latitudeDeg: 37.17,
      longitudeDeg: 37.03,
      depthKm: 10,
      evaluationMode: null,
    },
    magnitude: { value: 4.5, type: 'mw' },
    region: 'CENTRAL TURKEY',
    eventType: 'earthquake',
    typeCertainty: null,
    agency: 'EMSC',
    author: 'EMSC',
    updatedAtMs: timeMs + 60_000,
    receivedAtMs: timeMs + 90_000,
    firstReceivedAtMs: timeMs + 90_000,
    reports: [{ agency: 'EMSC', agencyEventId }],
    changed: [],
    ...over,
  };
}

export interface Stream {
  readonly response: IncomingMessage;
  /** Everything dispatched so far: SSE events with a name and data. */
  readonly messages: readonly EventSourceMessage[];
  /** Last id seen, with frames that dispatch nothing too. */
  readonly lastId: string | null;
  readonly retryMs: number | null;
  readonly ended: Promise<void>;
  /** Resolves when the condition holds; rejects after 15 s with what was seen instead. */
  until(condition: (messages: readonly EventSourceMessage[]) => boolean): Promise<void>;
  close(): void;
}

/** Opens a stream with plain node:http and reads it with an independent parser. */
export async function openStream(
  url: string,
  headers: Record<string, string> = {},
  path = '/live',
): Promise<Stream> {
  const messages: EventSourceMessage[] = [];
  let lastId: string | null = null;
  let retryMs: number | null = null;
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onRetry: (value) => {
      retryMs = value;
    },
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}${path}`, { headers, agent: false }, resolve).on('error', reject);
  });
  response.setEncoding('utf8');
  let text = '';
  response.on('data', (chunk: string) => {
    parser.feed(chunk);
    text = (text + chunk).slice(-4096);
    lastId = [...text.matchAll(/^id: (.*)\n/gm)].at(-1)?.[1] ?? lastId;
  });
  response.on('error', () => {});
  const ended = new Promise<void>((resolve) => response.on('close', resolve));
  return {
    response,
    messages,
    get lastId() {
      return lastId;
    },
    get retryMs() {
      return retryMs;
    },
    ended,
    until: (condition) =>
      waitUntil(
        () => condition(messages),
        () => JSON.stringify(messages.map(({ event, id }) => [event, id])),
      ),
    close: () => response.destroy(),
  };
}

/** Waits at most about a minute for a condition. */
export async function waitUntil(condition: () => boolean, describe = () => ''): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 60_000) throw new Error(`Waited in vain: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
