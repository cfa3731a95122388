import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import { createCatalogue } from '../../catalogue/catalogue.ts';
import { encodeChunk } from '../../catalogue/codec.ts';
import type { QuakeEvent } from '../../event/types.ts';
import { createApp } from '../state/app.ts';
import { FIRST_VIEW } from '../state/filter.ts';
import { createPresent } from '../state/present.ts';
import { createSharedCatalogue } from '../state/shared-catalogue.ts';
import { ENGLISH } from '../text/english.ts';
import { createWords } from '../text/words.ts';
import { startSession } from './session.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const encoder = new TextEncoder();

function event(fields: Partial<QuakeEvent>): QuakeEvent {
  const origin = { originTimeMs: NOW - 60_000, latitudeDeg: 37.17, longitudeDeg: 37.03, depthKm: 20 };
  return {
    ...{
      schemaVersion: 1,
      id: 'emsc-1',
      revision: 1,
      state: 'live',
      region: 'CENTRAL TURKEY',
      author: 'EMSC',
    },
    ...{ origin: { ...origin, evaluationMode: null }, magnitude: { value: 7.8, type: 'mw' }, agency: 'EMSC' },
    ...{ eventType: 'earthquake', typeCertainty: 'known', updatedAtMs: NOW, receivedAtMs: NOW },
    ...{ firstReceivedAtMs: NOW, reports: [{ agency: 'EMSC', agencyEventId: '1' }], changed: [] },
    ...fields,
  } as unknown as QuakeEvent;
}

const frame = (name: string, data: unknown, id = '') =>
  `event: ${name}\n${id === '' ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;

function createTestApp() {
  return createApp({
    ...{
      words: signal(createWords('en', ENGLISH, 'en-GB', 'km', 'UTC')),
      scheme: 'light',
      filter: FIRST_VIEW,
    },
    ...{ catalogue: createSharedCatalogue((callback) => void setTimeout(callback)), selection: null },
    ...{ present: createPresent(() => NOW), browserNow: () => NOW },
  });
}

/** A session that starts now; each request is answered with what `answer` gives, a text or bytes for status 200. */
function startTestSession(answer: (url: string, init: RequestInit) => BodyInit | Response) {
  const app = createTestApp();
  const session = startSession({
    ...{ app, now: () => Date.now(), random: () => 0.5, browserOnline: true },
    fetch: (async (url: string, init: RequestInit) => {
      const given = answer(url, init);
      const response = given instanceof Response ? given : new Response(given);
      Object.defineProperty(response, 'url', { value: `http://gateway${url}` });
      return response;
    }) as unknown as typeof fetch,
  });
  return { app, session };
}

test('a session fills the catalogue from snapshot and stream, and knows news from what was missed', async () => {
  const stored = createCatalogue();
  stored.upsert(event({ id: 'emsc-0' as QuakeEvent['id'] }), 4);
  const tail = encodeChunk(stored, [0], { cursor: 'e:4' });
  const manifest = { cursor: 'e:4', generation: 'g', count: 1, chunks: [], tail: { url: '/tail', count: 1 } };
  const hello = {
    cursor: 'e:9',
    version: '0',
    mode: 'live',
    clock: null,
    nowMs: NOW + 3_600_000,
    sources: [],
  };
  const missed = event({ magnitude: { value: 7.4, type: 'mw' } });
  const news = event({ revision: 2, state: 'live' });
  // By the server's clock a quarter of an hour ago; and one that the agency adds a day late.
  const other = event({
    id: 'emsc-2' as QuakeEvent['id'],
    origin: { ...missed.origin, originTimeMs: NOW + 2_700_000 },
  });
  const late = event({ id: 'emsc-3' as QuakeEvent['id'], magnitude: { value: 7.9, type: 'mw' } });
  const text =
    frame('hello', hello) +
    frame('event', missed, 'e:5') +
    frame('caught-up', { cursor: 'e:5', changes: 1 }, 'e:5') +
    frame('event', news, 'e:6') +
    frame('event', other, 'e:7') +
    frame('event', { ...late, origin: { ...late.origin, originTimeMs: NOW - 86_400_000 } }, 'e:8');
  // The first stream is cut; the second one brings what was missed meanwhile.
  const resumed =
    frame('hello', hello) +
    frame('event', event({ revision: 3 }), 'e:9') +
    frame('caught-up', { cursor: 'e:9', changes: 1 }, 'e:9');
  const first = new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(text));
      controller.close();
    },
  });
  const second = new ReadableStream({ start: (controller) => controller.enqueue(encoder.encode(resumed)) });
  const streams = [first, second];
  const bodies: Record<string, BodyInit> = {
    '/catalogue/manifest.json': JSON.stringify(manifest),
    '/tail': tail as Uint8Array<ArrayBuffer>,
  };
  const app = createTestApp();
  const arrivals: string[] = [];
  app.arrival.subscribe((value) => value !== null && arrivals.push(value.arrival));
  const told: string[] = [];
  app.bigNews.subscribe((value) => value.length > 0 && told.push(value.at(-1)!.id));
  const session = startSession({
    ...{ app, now: () => NOW, random: () => 0.5, browserOnline: true },
    fetch: (async (url: string) =>
      new Response(url === '/live' ? streams.shift() : bodies[url])) as unknown as typeof fetch,
  });
  await vi.waitFor(() => expect(session.state.cursor).toBe('e:8'), 30_000);
  // What came between snapshot and stream is no gap of the reader's: nothing is said of it.
  expect(app.caughtUp.value).toBeNull();
  await vi.waitFor(() => expect(session.state.cursor).toBe('e:9'), 30_000);
  session.tell({ type: 'stop' });

  expect(app.catalogue.current.count).toBe(4);
  expect(app.catalogue.current.entryAt(app.catalogue.current.rowOf(news.id))).toMatchObject({
    revision: 3,
    offset: 9,
  });
  expect(arrivals).toEqual(['revised', 'new', 'new']);
  expect(app.caughtUp.value).toEqual({ changes: 1, atMs: NOW });
  // What was missed is no news; whether what came after it is, is judged where it is told.
  expect(app.bigNews.value.map(({ id }) => id)).toEqual([other.id, late.id]);
  expect(told).toEqual([other.id, late.id]);
  expect(app.present.nowMs()).toBe(NOW + 3_600_000);
});

test('older events that cannot be had for long are loaded when they can be, and until then the page says that it loads', async () => {
  vi.useFakeTimers();
  try {
    const chunkOf = (id: string) => {
      const stored = createCatalogue();
      stored.upsert(event({ id: id as QuakeEvent['id'] }), 4);
      return encodeChunk(stored, [0], { cursor: 'e:4' }) as Uint8Array<ArrayBuffer>;
    };
    const chunk = (name: string, count: number) => ({ url: `/${name}`, name, count });
    const manifest = {
      ...{ cursor: 'e:4', generation: 'g', count: 12_000, tail: { url: '/tail', count: 0 } },
      chunks: [chunk('new', 6000), chunk('old', 6000)],
    };
    const bodies: Record<string, BodyInit> = {
      '/catalogue/manifest.json': JSON.stringify(manifest),
      ...{ '/tail': chunkOf('emsc-0'), '/new': chunkOf('emsc-1'), '/old': chunkOf('emsc-2') },
    };
    let network: 'cut' | 'failing' | 'whole' = 'whole';
    const { app, session } = startTestSession((url) => {
      // The first view comes; then the network is gone, then the gateway has trouble.
      if (network === 'cut') throw new TypeError('Failed to fetch');
      if (url === '/old' && network === 'failing') return new Response('', { status: 500 });
      if (url === '/new') network = 'cut';
      return url === '/live' ? new ReadableStream() : bodies[url]!;
    });
    await vi.advanceTimersByTimeAsync(120_000);
    const loading = { loadedEvents: 6000, totalEvents: 12_000 };
    expect(app.progress.value).toEqual(loading);
    network = 'failing';
    // So long that it is asked for many times.
    await vi.advanceTimersByTimeAsync(300_000);
    expect(app.progress.value).toEqual(loading);
    network = 'whole';
    await vi.advanceTimersByTimeAsync(120_000);
    expect(app.progress.value).toBeNull();
    expect(app.catalogue.current.rowOf('emsc-2' as QuakeEvent['id'])).not.toBe(-1);
    session.tell({ type: 'stop' });
  } finally {
    vi.useRealTimers();
  }
});

test('a reset ends the loading of what the catalogue before it was lacking', async () => {
  vi.useFakeTimers();
  try {
    const stored = createCatalogue();
    stored.upsert(event({ id: 'emsc-0' as QuakeEvent['id'] }), 4);
    const tail = encodeChunk(stored, [0], { cursor: 'e:4' }) as Uint8Array<ArrayBuffer>;
    const manifest = (...chunks: object[]) =>
      JSON.stringify({ cursor: 'e:4', generation: 'g', count: 1, chunks, tail: { url: '/tail', count: 1 } });
    const chunk = (name: string, count: number) => ({ url: `/${name}`, name, count });
    const manifests = [manifest(chunk('new', 6000), chunk('old', 6000)), manifest()];
    const asked: string[] = [];
    const silent = (signal: AbortSignal) =>
      new ReadableStream({
        start: (controller) => signal.addEventListener('abort', () => controller.error(signal.reason)),
      });
    const { app, session } = startTestSession((url, init) => {
      asked.push(url);
      if (url === '/catalogue/manifest.json') return manifests.shift()!;
      // The first stream says that it cannot go on from there.
      if (url === '/live' && asked.filter((each) => each === url).length === 1) return frame('reset', {});
      return url === '/live' || url === '/old' ? silent(init.signal!) : tail;
    });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(manifests).toEqual([]);
    expect(app.progress.value).toBeNull();
    expect(asked.filter((url) => url === '/old')).toHaveLength(1);
    session.tell({ type: 'stop' });
  } finally {
    vi.useRealTimers();
  }
});
