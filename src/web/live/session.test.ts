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
  const app = createApp({
    ...{
      words: signal(createWords('en', ENGLISH, 'en-GB', 'km', 'UTC')),
      scheme: 'light',
      filter: FIRST_VIEW,
    },
    ...{ catalogue: createSharedCatalogue((callback) => void setTimeout(callback)), selection: null },
    ...{ present: createPresent(() => NOW), browserNow: () => NOW },
  });
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
