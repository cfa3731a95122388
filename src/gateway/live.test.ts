// /live over real HTTP: embedded log and store in memory, an independent parser at the other end.

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import {
  createEvent,
  openStream,
  type RunningGateway,
  type Stream,
  startGateway,
  waitUntil,
} from '../../test/support/gateway.ts';
import { systemClock } from '../clock.ts';
import type { EventId, QuakeEvent } from '../event/types.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/log.ts';
import type { SourceStatus } from '../sources/source.ts';
import { createEmbeddedStore } from '../store/embedded.ts';

const TOPIC = 'quake.events.v1';

afterEach(() => {
  vi.useRealTimers();
});

const eventsOf = (stream: Stream): QuakeEvent[] =>
  stream.messages.filter(({ event }) => event === 'event').map(({ data }) => JSON.parse(data) as QuakeEvent);

const hasCaughtUp = (stream: Stream) => stream.messages.some(({ event }) => event === 'caught-up');

const countOf = (event: string) => (messages: readonly { event?: string | undefined }[]) =>
  messages.filter((message) => message.event === event).length;

const withMagnitude = (number: number, revision: number, value: number) =>
  createEvent(number, { revision, magnitude: { value, type: 'mw' } });

async function publishAll(running: RunningGateway, events: readonly QuakeEvent[]): Promise<void> {
  let last = -1;
  for (const event of events) last = await running.publish(event);
  await waitForOffset(running, last);
}

async function waitForOffset(running: RunningGateway, offset: number): Promise<void> {
  const epoch = await running.log.epoch(TOPIC);
  for (let waited = 0; waited < 500; waited++) {
    const status = (await (await fetch(`${running.url}/status`)).json()) as { cursor: string };
    if (status.cursor === `${epoch}:${offset}`) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`The gateway never reached ${offset}`);
}

/** A connection that sends its request and then reads nothing. */
async function openDeafStream(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write('GET /live HTTP/1.1\r\nHost: gateway\r\n\r\n');
  await new Promise<void>((resolve) => socket.once('readable', () => resolve()));
  return socket;
}

test('GET /live says hello, then sends each event whole with its cursor', async () => {
  await using running = await startGateway();
  const stream = await openStream(running.url);
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  });
  await stream.until((messages) => messages.length === 1);
  const epoch = await running.log.epoch(TOPIC);
  expect(stream.messages[0]).toMatchObject({ event: 'hello', id: `${epoch}:-1` });
  expect(JSON.parse(stream.messages[0]!.data)).toMatchObject({
    cursor: `${epoch}:-1`,
    mode: 'live',
    clock: null,
  });
  const event = createEvent(1, { region: 'MĀORI <b>✓</b>' });
  await running.publish(event);
  await stream.until((messages) => messages.length === 2);
  expect(stream.messages[1]).toMatchObject({ event: 'event', id: `${epoch}:0` });
  expect(JSON.parse(stream.messages[1]!.data)).toEqual(event);
  stream.close();
});

test('from every cursor a reader gets each missed event once at its newest revision, then caught-up', async () => {
  await using running = await startGateway();
  const all = [
    ...[createEvent(1), createEvent(2), createEvent(3), withMagnitude(1, 2, 5), createEvent(4)],
    ...[withMagnitude(2, 2, 5), withMagnitude(1, 3, 6), createEvent(5)],
  ];
  await publishAll(running, all);
  const epoch = await running.log.epoch(TOPIC);
  for (let cursor = -1; cursor < all.length; cursor++) {
    const viaHeader = cursor % 2 === 0;
    const stream = await openStream(
      running.url,
      viaHeader ? { 'last-event-id': `${epoch}:${cursor}` } : {},
      // The header goes before the query.
      viaHeader ? '/live?cursor=nonsense' : `/live?cursor=${epoch}:${cursor}`,
    );
    await stream.until(() => hasCaughtUp(stream));
    const missed = new Map(all.slice(cursor + 1).map((event) => [event.id, event]));
    const expected = all.filter((event, offset) => offset > cursor && missed.get(event.id) === event);
    expect(eventsOf(stream)).toEqual(expected);
    expect(JSON.parse(stream.messages.at(-1)!.data)).toEqual({
      cursor: `${epoch}:${all.length - 1}`,
      changes: expected.length,
    });
    stream.close();
  }
});

test('readers that come back while events are published miss none and see none twice', async () => {
  await using running = await startGateway();
  const epoch = await running.log.epoch(TOPIC);
  const publishing = (async () => {
    for (let i = 0; i < 400; i++) {
      await running.publish(withMagnitude(i % 120, 1 + Math.floor(i / 120), 4));
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const seen: QuakeEvent[] = [];
  let cursor = `${epoch}:-1`;
  for (
    let visit = 0;
    !seen.some(({ id, revision }) => id === createEvent(39).id && revision === 4);
    visit++
  ) {
    expect(visit).toBeLessThan(500);
    const stream = await openStream(running.url, { 'last-event-id': cursor });
    await stream.until((messages) => messages.length >= 2 + (visit % 30) || hasCaughtUp(stream));
    stream.close();
    await stream.ended;
    seen.push(...eventsOf(stream));
    cursor = stream.lastId ?? cursor;
  }
  await publishing;
  const revisions = new Map<EventId, number>();
  for (const { id, revision } of seen) {
    expect(revision).toBeGreaterThan(revisions.get(id) ?? 0);
    revisions.set(id, revision);
  }
  expect(revisions.size).toBe(120);
  expect([...revisions.values()].filter((revision) => revision === 4)).toHaveLength(40);
});

test.each([
  ['nonsense', 'malformed'],
  ['someotherlog:0', 'epoch-changed'],
  ['EPOCH:999', 'ahead-of-log'],
  ['EPOCH:0', 'too-far-behind'],
])('the cursor %s is answered with a reset: %s', async (text, reason) => {
  await using running = await startGateway({ options: { history: { recordsMax: 3 } } });
  await publishAll(
    running,
    [1, 2, 3, 4, 5, 6].map((number) => createEvent(number)),
  );
  const epoch = await running.log.epoch(TOPIC);
  const stream = await openStream(running.url, { 'last-event-id': text.replace('EPOCH', epoch) });
  await stream.until((messages) => messages.length === 2);
  const [hello, reset] = stream.messages;
  expect(hello).toMatchObject({ event: 'hello', id: undefined });
  expect(reset).toMatchObject({ event: 'reset', id: `${epoch}:5` });
  expect(JSON.parse(reset!.data)).toMatchObject({ reason });
  await running.publish(createEvent(7));
  await stream.until((messages) => messages.length === 3);
  expect(stream.messages[2]).toMatchObject({ event: 'event', id: `${epoch}:6` });
  const resets = (await running.metrics.liveResets.get()).values.filter(({ value }) => value > 0);
  expect(resets).toMatchObject([{ value: 1, labels: { reason } }]);
  stream.close();
});

test('a filter lets through what matches or matched; the heartbeat moves the cursor over the rest', async () => {
  await using running = await startGateway({ options: { hub: { heartbeatMs: 30 } } });
  const stream = await openStream(running.url, {}, '/live?minmag=5');
  await stream.until((messages) => messages.length === 1);
  const history = [
    ...[withMagnitude(1, 1, 4), withMagnitude(2, 1, 6), withMagnitude(1, 2, 5.5)],
    ...[withMagnitude(2, 2, 4.5), withMagnitude(2, 3, 4.4), createEvent(3, { magnitude: null })],
  ];
  await publishAll(running, history);
  const epoch = await running.log.epoch(TOPIC);
  await waitUntil(() => stream.lastId === `${epoch}:5`);
  expect(eventsOf(stream)).toEqual([history[1], history[2], history[3]]);
  const resumed = await openStream(running.url, { 'last-event-id': `${epoch}:1` }, '/live?minmagnitude=5');
  await resumed.until(() => hasCaughtUp(resumed));
  // The second event was seen at 6 and is 4.4 now: seen leaving, at its newest revision.
  expect(eventsOf(resumed)).toEqual([history[2], history[4]]);
  stream.close();
  resumed.close();
});

test('a reader that takes no bytes is dropped and counted, the others get everything', async () => {
  const hub = { heartbeatMs: 300, queueBytesMax: 64 * 1024 };
  await using running = await startGateway({ options: { hub } });
  const well = await openStream(running.url);
  const deaf = await openDeafStream(running.url);
  deaf.pause();
  const region = 'x'.repeat(250);
  // Loopback buffers hold some megabytes before a socket takes nothing more.
  for (let i = 0; i < 9000; i++) void running.publish(createEvent(i, { region }));
  await running.publish(createEvent(9000, { region }));
  await waitUntil(
    () => well.messages.length === 9002,
    () => String(well.messages.length),
  );
  const dropped = async () => (await running.metrics.liveDropped.get()).values[0]!.value;
  for (let waited = 0; (await dropped()) === 0 && waited < 100; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await dropped()).toBe(1);
  const offsets = well.messages
    .filter(({ event }) => event === 'event')
    .map(({ id }) => Number(id!.split(':')[1]));
  expect(offsets).toEqual(Array.from({ length: 9001 }, (_, i) => i));
  deaf.destroy();
  well.close();
});

test('readers that fall behind and catch up again, over and over, get every event once and in order', async () => {
  await using running = await startGateway({ options: { hub: { queueBytesMax: 1024 } } });
  const streams = await Promise.all(Array.from({ length: 5 }, () => openStream(running.url)));
  const filtered = await openStream(running.url, {}, '/live?minmag=4.2');
  const region = 'x'.repeat(250);
  for (let i = 0; i < 3000; i++) {
    const appended = running.publish(
      createEvent(i, { region, magnitude: { value: 4 + (i % 5) / 10, type: null } }),
    );
    if (i % 100 === 0) await appended;
    // A reader that pauses: its socket fills, and it is sent the rest when it reads again.
    if (i % 500 === 0) streams[i / 500]?.response.pause();
    if (i % 700 === 699) for (const { response } of streams) response.resume();
  }
  for (const { response } of streams) response.resume();
  const offsetsOf = (stream: Stream) =>
    stream.messages.filter(({ event }) => event === 'event').map(({ id }) => Number(id!.split(':')[1]));
  const all = Array.from({ length: 3000 }, (_, i) => i);
  for (const stream of streams) {
    await stream.until((messages) => messages.length === 3001);
    expect(offsetsOf(stream)).toEqual(all);
    stream.close();
  }
  const matching = all.filter((i) => i % 5 >= 2);
  await filtered.until((messages) => messages.length === matching.length + 1);
  expect(offsetsOf(filtered)).toEqual(matching);
  filtered.close();
});

test('no reader has more queued than the bound and one part of the history', async () => {
  const hub = { queueBytesMax: 32 * 1024 };
  await using running = await startGateway({ options: { hub } });
  const sockets: Socket[] = [];
  running.gateway.app.server.on('connection', (socket: Socket) => sockets.push(socket));
  const deaf = await openDeafStream(running.url);
  deaf.pause();
  let most = 0;
  const region = 'x'.repeat(250);
  for (let i = 0; i < 8000; i++) {
    const appended = running.publish(createEvent(i, { region }));
    if (i % 50 === 0) await appended;
    most = Math.max(most, sockets[0]!.writableLength);
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(32 * 1024 + 2 * 64 * 1024 + 4096);
  deaf.destroy();
});

test('beyond the greatest number of streams the answer is 503 with Retry-After', async () => {
  await using running = await startGateway({
    options: { hub: { streamsMax: 2, streamsPerAddressMax: null } },
  });
  const streams = [await openStream(running.url), await openStream(running.url)];
  const refused = await fetch(`${running.url}/live`);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: 'STREAMS_FULL', status: 503 });
  streams[0]!.close();
  await waitUntil(() => streams[0]!.response.destroyed);
  for (let waited = 0; waited < 100; waited++) {
    const status = (await (await fetch(`${running.url}/status`)).json()) as { streams: number };
    if (status.streams === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const welcome = await openStream(running.url);
  expect(welcome.response.statusCode).toBe(200);
  for (const stream of [...streams, welcome]) stream.close();
});

test('one address may open only so many streams', async () => {
  await using running = await startGateway({ options: { hub: { streamsPerAddressMax: 1 } } });
  const stream = await openStream(running.url);
  const refused = await fetch(`${running.url}/live`);
  expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
    503,
    'As many streams are open from your address as this gateway takes',
  ]);
  stream.close();
});

test('a bad parameter is refused by name', async () => {
  await using running = await startGateway();
  for (const [query, parameter] of [
    ['minmag=strong', 'minmag'],
    ['colour=red', 'colour'],
    ['starttime=2023-01-01', 'starttime'],
  ] as const) {
    const response = await fetch(`${running.url}/live?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'QUERY_INVALID', parameter });
  }
});

test('a reader that speaks HTTP/1.0 gets the stream without chunk framing', async () => {
  await using running = await startGateway();
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.write('GET /live HTTP/1.0\r\n\r\n');
  await waitUntil(() => text.includes('event: hello'));
  await running.publish(createEvent(1));
  await waitUntil(() => text.includes('event: event'));
  const [head, body] = text.split('\r\n\r\n', 2) as [string, string];
  expect(head).not.toMatch(/transfer-encoding/i);
  expect(body.startsWith('event: hello\n')).toBe(true);
  expect(body).not.toContain('\r');
  socket.destroy();
});

test('HEAD and OPTIONS of /live open no stream', async () => {
  await using running = await startGateway();
  const head = await fetch(`${running.url}/live`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const options = await fetch(`${running.url}/live`, { method: 'OPTIONS' });
  expect(options.status).toBe(204);
  expect(options.headers.get('access-control-allow-headers')).toContain('Last-Event-ID');
  expect(await (await fetch(`${running.url}/status`)).json()).toMatchObject({ streams: 0 });
});

test('a request sent behind a stream on the same connection ends that connection', async () => {
  await using running = await startGateway();
  const deaf = await openDeafStream(running.url);
  deaf.resume();
  const closed = new Promise<void>((resolve) => deaf.once('close', () => resolve()));
  deaf.write('GET /status HTTP/1.1\r\nHost: gateway\r\n\r\n');
  await closed;
});

const endedBy = async (running: RunningGateway, reason: string) =>
  (await running.metrics.liveEnded.get()).values.find(({ labels }) => labels.reason === reason)?.value ?? 0;

/** The steps of a drain are taken by the test, so that none is late: a busy machine would put several into one moment. */
const holdSteps = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

/** Lets the readers fetch what is theirs, then the gateway go. */
async function endDrain(running: RunningGateway, streams: readonly Stream[], closing: Promise<void>) {
  await Promise.all(streams.map(({ ended }) => ended));
  const streamsOpen = async () => (await running.metrics.liveStreams.get()).values[0]?.value ?? 0;
  while ((await streamsOpen()) > 0) await turn();
  await vi.advanceTimersByTimeAsync(50);
  await closing;
  await running.log.close();
  await running.store.close();
}

test('a gateway that stops refuses new readers, sends the others away over time, each with its own pause', async () => {
  const running = await startGateway();
  const streams = await Promise.all(Array.from({ length: 12 }, () => openStream(running.url)));
  holdSteps();
  const closing = running.gateway.close(600);
  expect((await fetch(`${running.url}/live`)).status).toBe(503);
  expect((await fetch(`${running.url}/readyz`)).status).toBe(503);
  const ended: number[] = [];
  for (let elapsedMs = 0; elapsedMs < 600; elapsedMs += 100) {
    ended.push(await endedBy(running, 'drain'));
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(ended).toEqual([1, 3, 5, 7, 9, 11]);
  expect(await endedBy(running, 'drain')).toBe(12);
  await endDrain(running, streams, closing);
  expect(streams.every(({ response }) => response.complete)).toBe(true);
  const pauses = streams.map(({ retryMs }) => retryMs!);
  expect(pauses.every((retryMs) => retryMs >= 500 && retryMs <= 4000)).toBe(true);
  expect(new Set(pauses).size).toBeGreaterThan(6);
});

test('until its own stream is ended, a reader of a stopping gateway is sent what comes', async () => {
  const running = await startGateway();
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(running.url)));
  holdSteps();
  const closing = running.gateway.close(1_500);
  const first = await Promise.race(streams.map((stream) => stream.ended.then(() => stream)));
  const event = createEvent(1);
  await running.publish(event);
  while (streams.some((stream) => stream !== first && eventsOf(stream).length === 0)) await turn();
  await vi.advanceTimersByTimeAsync(1_500);
  await endDrain(running, streams, closing);
  expect(streams.map(eventsOf)).toEqual(streams.map((stream) => (stream === first ? [] : [event])));
});

test('readers with invented cursors ask the log one question at a time', async () => {
  const embedded = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  let asked = 0;
  const answer = Promise.withResolvers<void>();
  let isSlow = false;
  const log: EventLog = {
    ...embedded,
    end: async (topic) => {
      asked += 1;
      if (isSlow) await answer.promise;
      return embedded.end(topic);
    },
  };
  await using running = await startGateway({ log });
  const epoch = await log.epoch(TOPIC);
  isSlow = true;
  asked = 0;
  let come = 0;
  running.gateway.app.server.on('request', () => come++);
  const streams = Array.from({ length: 20 }, () =>
    openStream(running.url, { 'last-event-id': `${epoch}:999` }),
  );
  await expect.poll(() => [come, asked]).toEqual([20, 1]);
  await sleep(50);
  answer.resolve();
  for (const stream of await Promise.all(streams)) stream.close();
  expect(asked).toBeLessThan(20);
});

test('after a restart over the same store readers continue from their cursor', async () => {
  const log = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  const store = createEmbeddedStore({ path: ':memory:' });
  const epoch = await log.epoch(TOPIC);
  const events = [createEvent(1), createEvent(2), withMagnitude(1, 2, 5), createEvent(3)];
  {
    await using running = await startGateway({ log, store });
    await publishAll(running, events);
  }
  // The store stands in the middle: three records in it, one in the log alone.
  const stored = events.slice(0, 3).map((event, offset) => ({ event, offset }));
  await store.applyEvents(stored, { topic: TOPIC, epoch, offset: 2 });
  {
    await using running = await startGateway({ log, store });
    const stream = await openStream(running.url, { 'last-event-id': `${epoch}:0` });
    await stream.until(() => hasCaughtUp(stream));
    expect(eventsOf(stream)).toEqual([events[1], events[2], events[3]]);
    stream.close();
  }
  await log.close();
  await store.close();
});

/** A log that becomes another one under its readers: those who read then are cut off. */
function createTurningLog(first: EventLog): { log: EventLog; turnTo: (next: EventLog) => void } {
  let present = first;
  let cut = new AbortController();
  const log: EventLog = {
    append: (...given) => present.append(...given),
    read: (topic, from, options) =>
      present.read(topic, from, { ...options, signal: AbortSignal.any([options.signal, cut.signal]) }),
    end: (topic) => present.end(topic),
    start: (topic) => present.start(topic),
    epoch: (topic) => present.epoch(topic),
    close: () => present.close(),
  };
  return {
    log,
    turnTo: (next) => {
      present = next;
      cut.abort();
      cut = new AbortController();
    },
  };
}

test('when the log becomes another one, every reader is told to start over and follows the new one', async () => {
  const [first, second] = ['epoch1', 'epoch2'].map((epoch) =>
    createEmbeddedLog({ path: ':memory:', clock: systemClock, createEpoch: () => epoch }),
  );
  // A log whose topic is made anew under the reader, as a broker's is when an operator deletes it.
  const { log, turnTo } = createTurningLog(first!);
  await using running = await startGateway({ log });
  await running.publish(createEvent(1));
  const stream = await openStream(running.url);
  await stream.until((messages) => messages.length > 0);
  await second!.append(TOPIC, 'a', new TextEncoder().encode(JSON.stringify(createEvent(2))));
  turnTo(second!);
  await stream.until((messages) => countOf('reset')(messages) === 1);
  expect(stream.messages.at(-1)).toMatchObject({ id: 'epoch2:0' });
  expect(JSON.parse(stream.messages.at(-1)!.data)).toMatchObject({ reason: 'epoch-changed' });
  await running.publish(createEvent(3));
  await stream.until((messages) => countOf('event')(messages) >= 1);
  expect(stream.messages.at(-1)).toMatchObject({ event: 'event', id: 'epoch2:1' });
  const manifest = (await (await fetch(`${running.url}/catalogue/manifest.json`)).json()) as {
    count: number;
  };
  expect(manifest.count).toBe(2);
  stream.close();
  await first!.close();
  await second!.close();
});

test('when the log loses its end, readers are told to start over, and what takes the lost places is shown', async () => {
  const [first, second] = [1, 2].map(() =>
    createEmbeddedLog({ path: ':memory:', clock: systemClock, createEpoch: () => 'epoch' }),
  );
  // As brokers that lost power give what they still have: the same topic, without its newest records.
  const { log, turnTo } = createTurningLog(first!);
  await using running = await startGateway({ log });
  await publishAll(running, [createEvent(1), createEvent(2), createEvent(3)]);
  const stream = await openStream(running.url);
  await stream.until((messages) => messages.length > 0);
  await second!.append(TOPIC, 'a', new TextEncoder().encode(JSON.stringify(createEvent(1))));
  turnTo(second!);
  await stream.until((messages) => countOf('reset')(messages) === 1);
  expect(stream.messages.at(-1)).toMatchObject({ id: 'epoch:0' });
  await running.publish(createEvent(4));
  await stream.until((messages) => countOf('event')(messages) >= 1);
  expect(stream.messages.at(-1)).toMatchObject({ event: 'event', id: 'epoch:1' });
  stream.close();
  await first!.close();
  await second!.close();
});

test('a record that cannot be read stops nobody', async () => {
  await using running = await startGateway();
  const stream = await openStream(running.url);
  await running.log.append(TOPIC, 'bad', new TextEncoder().encode('{"id":'));
  await running.publish(createEvent(1));
  await stream.until((messages) => messages.length === 2);
  expect(eventsOf(stream)).toEqual([createEvent(1)]);
  stream.close();
});

test('an event of a newer Quakewire is not passed over: no cursor is ever behind it, and what is there is shown', async () => {
  await using running = await startGateway();
  await running.publish(createEvent(1));
  const stream = await openStream(running.url);
  await running.log.append(TOPIC, 'newer', new TextEncoder().encode('{"schemaVersion":2}'));
  await running.publish(createEvent(2));
  await expect
    .poll(async () => (await running.metrics.stageRetries.get()).values[0]?.value, { timeout: 15_000 })
    .toBeGreaterThan(1);
  const manifest = await (await fetch(`${running.url}/catalogue/manifest.json`)).json();
  expect(manifest).toMatchObject({ cursor: expect.stringMatching(/:0$/), count: 1 });
  stream.close();
});

test('a change of a source is told at once, its messages at most once a second, and a replay is said to be one', async () => {
  const base: SourceStatus = {
    ...{ agency: 'EMSC', state: 'connecting', sinceMs: 1, lastMessageAtMs: null, lastContactAtMs: null },
    ...{ reason: 'first try', retryAtMs: null, backfill: null, fdsnFault: null, replay: null },
    counts: { reports: 0, deadLetters: 0, unknownActions: 0, reconnects: 0 },
  };
  let status = base;
  let notify = () => {};
  await using running = await startGateway({
    sources: () => [status],
    onSources: (listener) => {
      notify = listener;
      return () => {};
    },
  });
  const stream = await openStream(running.url);
  await stream.until((messages) => messages.length === 1);
  const replay = { replayedMs: 5, anchoredAtMs: 6, speed: 60 };
  status = { ...base, state: 'live', reason: null, replay };
  notify();
  for (let i = 1; i <= 50; i++) {
    status = { ...status, lastMessageAtMs: i };
    notify();
  }
  await stream.until((messages) => countOf('sources')(messages) === 2);
  const announced = stream.messages
    .filter(({ event }) => event === 'sources')
    .map(({ data }) => JSON.parse(data) as { mode: string; clock: unknown; sources: SourceStatus[] });
  expect(announced[0]).toMatchObject({ mode: 'replay', clock: replay });
  expect(announced.map(({ sources }) => sources[0]!.lastMessageAtMs)).toEqual([null, 50]);
  stream.close();
});

test('the delay to the streams is real time, in a replay too', async () => {
  const nowMs = Date.now();
  // Sixty times as fast: what reached us 600 replayed milliseconds ago came 10 real ones ago.
  const replay = { replayedMs: Date.UTC(2023, 1, 6, 1, 40), anchoredAtMs: nowMs - 10_000, speed: 60 };
  const status: SourceStatus = {
    ...{ agency: 'EMSC', state: 'live', sinceMs: 1, lastMessageAtMs: null, lastContactAtMs: null },
    ...{ reason: null, retryAtMs: null, backfill: null, fdsnFault: null, replay },
    counts: { reports: 0, deadLetters: 0, unknownActions: 0, reconnects: 0 },
  };
  await using running = await startGateway({ sources: () => [status] });
  const receivedAtMs = replay.replayedMs + 10_000 * 60 - 600;
  const stream = await openStream(running.url);
  await running.publish(createEvent(1, { receivedAtMs }));
  await stream.until((messages) => messages.some(({ event }) => event === 'event'));
  const { values } = await running.metrics.gatewayDelay.get();
  const sumS = values.find(({ metricName }) => metricName?.endsWith('_sum'))!.value;
  expect(sumS).toBeGreaterThanOrEqual(0.01);
  expect(sumS).toBeLessThan(30);
  stream.close();
});

test('a stream that has lasted long enough ends behind a whole frame, with a pause, and is resumed without loss', async () => {
  // Clock and heartbeats are the test's, so that no stream is older than it seems.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let nowMs = Date.UTC(2026, 10, 25);
  const openedAtMs = nowMs;
  await using running = await startGateway({
    clock: { now: () => nowMs },
    options: { hub: { heartbeatMs: 40, ageMaxMs: 400 } },
  });
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(running.url)));
  const events = Array.from({ length: 300 }, (_, i) => createEvent(i));
  const heartbeatAt = async (ageMs: number): Promise<number> => {
    nowMs = openedAtMs + ageMs;
    vi.advanceTimersByTime(40);
    return endedBy(running, 'age');
  };
  await publishAll(running, events.slice(0, 100));
  for (const stream of streams) await stream.until((messages) => messages.length === 101);
  // 320 to 480 ms, seen at heartbeats; not before, and not all at once.
  expect(await heartbeatAt(319)).toBe(0);
  const half = await heartbeatAt(400);
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(20);
  await publishAll(running, events.slice(100, 200));
  await expect.poll(() => streams.filter((stream) => eventsOf(stream).length === 200).length).toBe(20 - half);
  expect(await heartbeatAt(480)).toBe(20);
  await publishAll(running, events.slice(200));
  await Promise.all(streams.map(({ ended }) => ended));
  for (const stream of streams) {
    expect(stream.response.complete).toBe(true);
    expect(stream.retryMs).toBeGreaterThanOrEqual(100);
    expect(stream.retryMs).toBeLessThanOrEqual(1000);
    const seen = eventsOf(stream).length;
    const resumed = await openStream(running.url, { 'last-event-id': stream.lastId! });
    await resumed.until(() => hasCaughtUp(resumed));
    const ids = new Set([...eventsOf(stream), ...eventsOf(resumed)].map(({ id }) => id));
    expect([ids.size, seen + eventsOf(resumed).length]).toEqual([300, 300]);
    resumed.close();
  }
  const ended = (await running.metrics.liveEnded.get()).values.filter(({ value }) => value > 0);
  expect(ended).toMatchObject([{ labels: { reason: 'age' } }]);
});

test('a reader that stays on an ended stream is cut off a heartbeat later', async () => {
  await using running = await startGateway({ options: { hub: { heartbeatMs: 50, ageMaxMs: 100 } } });
  const deaf = await openDeafStream(running.url);
  // Half open: what the gateway ends, this side does not.
  deaf.allowHalfOpen = true;
  const ended = new Promise<void>((resolve) => deaf.once('end', () => resolve()));
  deaf.resume();
  await ended;
  const streams = async () =>
    ((await (await fetch(`${running.url}/status`)).json()) as { streams: number }).streams;
  for (let waited = 0; (await streams()) > 0 && waited < 100; waited++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await streams()).toBe(0);
  deaf.destroy();
});

test('a gateway that leaves is unready at once, and goes on as ever until the balancer has noticed', async () => {
  const running = await startGateway();
  const stream = await openStream(running.url);
  // Far more than what follows takes on a busy machine.
  const closing = running.gateway.close(0, 4_000);
  const unready = await fetch(`${running.url}/readyz`);
  expect([unready.status, ((await unready.json()) as { detail: string }).detail]).toEqual([
    503,
    'This gateway is leaving',
  ]);
  // Whoever still comes is served, and whoever is there gets what happens.
  const late = await openStream(running.url);
  await running.publish(createEvent(1));
  for (const one of [stream, late])
    await one.until((messages) => countOf('event')(messages) === 1 && one.retryMs === null);
  await closing;
  await Promise.all([stream.ended, late.ended]);
  expect(stream.retryMs).not.toBeNull();
  await running.log.close();
  await running.store.close();
});

test('behind a trusted proxy the bound by address counts readers, and a reader cannot name itself another', async () => {
  const hub = { streamsPerAddressMax: 1 };
  const from = (address: string) => ({ 'x-forwarded-for': address });
  {
    await using running = await startGateway({ options: { hub, trustedProxies: ['127.0.0.1'] } });
    const open = await Promise.all(
      ['192.0.2.1', '192.0.2.2'].map((address) => openStream(running.url, from(address))),
    );
    expect(open.map(({ response }) => response.statusCode)).toEqual([200, 200]);
    // What the reader itself wrote stands before what the proxy added.
    const refused = await fetch(`${running.url}/live`, { headers: from('203.0.113.9, 192.0.2.2') });
    expect(refused.status).toBe(503);
    for (const stream of open) stream.close();
  }
  await using running = await startGateway({ options: { hub } });
  const stream = await openStream(running.url, from('192.0.2.1'));
  expect((await fetch(`${running.url}/live`, { headers: from('192.0.2.2') })).status).toBe(503);
  stream.close();
});
