// /live/recent.json over real HTTP: what it covers, what it costs, and that a reader of it loses nothing.

import { describe, expect, test } from 'vitest';
import { createEvent, openStream, type RunningGateway, startGateway } from '../../test/support/gateway.ts';
import type { QuakeEvent } from '../event/types.ts';
import type { SourceStatus } from '../sources/source.ts';

interface RecentDocument {
  readonly cursor: string;
  readonly since: string;
  readonly sources: unknown[];
  readonly mode: string;
  readonly events: { readonly id: string; readonly event: QuakeEvent }[];
}

/** A document each time: nothing of the moment before is given out. */
const FRESH = { recent: { ageMinMs: 0 } };

const offsetOf = (cursor: string) => Number(cursor.split(':')[1]);

async function poll(running: RunningGateway): Promise<RecentDocument> {
  const response = await fetch(`${running.url}/live/recent.json`);
  expect(response.status).toBe(200);
  return (await response.json()) as RecentDocument;
}

async function pollUntil(running: RunningGateway, offset: number): Promise<RecentDocument> {
  for (let tries = 0; tries < 500; tries++) {
    const document = await poll(running);
    if (offsetOf(document.cursor) === offset) return document;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`The gateway never reached ${offset}`);
}

async function publish(running: RunningGateway, events: readonly QuakeEvent[]): Promise<RecentDocument> {
  let last = -1;
  for (const event of events) last = await running.publish(event);
  return pollUntil(running, last);
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => createEvent(from + i));

describe('GET /live/recent.json', () => {
  test('has each recent event once, whole and at its newest revision, as the stream sends it', async () => {
    await using running = await startGateway({ options: FRESH });
    const stream = await openStream(running.url);
    const revised = createEvent(1, { revision: 2, region: 'MĀORI "✓"\\n' });
    const document = await publish(running, [createEvent(1), createEvent(2), revised]);
    await stream.until((messages) => messages.length === 4);
    const epoch = await running.log.epoch('quake.events.v1');
    expect(document).toMatchObject({ cursor: `${epoch}:2`, since: `${epoch}:-1`, mode: 'live', sources: [] });
    expect(document.events).toEqual([
      { id: `${epoch}:1`, event: createEvent(2) },
      { id: `${epoch}:2`, event: revised },
    ]);
    const text = await (await fetch(`${running.url}/live/recent.json`)).text();
    for (const { data } of stream.messages.slice(2)) expect(text).toContain(data);
    stream.close();
  });

  test('covers what came in its window and a few records more; "since" says from where on', async () => {
    let nowMs = 1_700_000_000_000;
    const clock = { now: () => nowMs };
    const recent = { windowMs: 60_000, recordsMin: 3, recordsMax: 8, ageMinMs: 0 };
    await using running = await startGateway({ clock, options: { recent } });
    expect(await publish(running, range(1, 5))).toMatchObject({ events: { length: 5 } });
    // The five are older than the window now, but the window never gets shorter than three records.
    nowMs += 120_000;
    const quiet = await publish(running, range(6, 6));
    nowMs += 2_000;
    const later = await publish(running, range(7, 7));
    expect([offsetOf(quiet.since), offsetOf(later.since)]).toEqual([2, 3]);
    // A flood: not all of it fits.
    const flood = await publish(running, range(8, 30));
    expect(offsetOf(flood.since)).toBe(21);
    for (const document of [quiet, later, flood]) {
      const offsets = document.events.map(({ id }) => offsetOf(id));
      const [from, to] = [offsetOf(document.since), offsetOf(document.cursor)];
      expect(offsets).toEqual(Array.from({ length: to - from }, (_, i) => from + 1 + i));
    }
  });

  test('a reader that polls while events are published misses none', async () => {
    const recent = { windowMs: 60_000, recordsMin: 4, recordsMax: 100, ageMinMs: 0 };
    await using running = await startGateway({ options: { recent } });
    const total = 300;
    let cursor = -1;
    const publishing = (async () => {
      for (let i = 0; i < total; i++) {
        // A slow machine's reader is not to be left behind by more than the document holds: that is another promise.
        while (i - cursor > 80) await new Promise((resolve) => setTimeout(resolve, 1));
        await running.publish(createEvent(i % 90, { revision: 1 + Math.floor(i / 90) }));
        if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
      }
    })();
    const newest = new Map<string, number>();
    while (cursor < total - 1) {
      const document = await poll(running);
      expect(offsetOf(document.since)).toBeLessThanOrEqual(cursor);
      for (const { id, event } of document.events) {
        if (offsetOf(id) <= cursor) continue;
        expect(event.revision).toBeGreaterThan(newest.get(event.id) ?? 0);
        newest.set(event.id, event.revision);
      }
      cursor = offsetOf(document.cursor);
    }
    await publishing;
    expect(newest.size).toBe(90);
    expect([...newest.values()].filter((revision) => revision === 4)).toHaveLength(30);
  });

  test('may be kept by any cache for a second, and costs 304 while nothing changed', async () => {
    let sources: SourceStatus[] = [];
    await using running = await startGateway({ options: FRESH, sources: () => sources });
    await publish(running, range(1, 40));
    const url = `${running.url}/live/recent.json`;
    const response = await fetch(url, { headers: { 'accept-encoding': 'br' } });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'public, max-age=1, s-maxage=1, stale-while-revalidate=1',
      'access-control-allow-origin': '*',
      vary: 'accept-encoding',
      'content-encoding': 'br',
    });
    const headers = { 'if-none-match': response.headers.get('etag')! };
    expect((await fetch(url, { headers })).status).toBe(304);
    sources = [{ agency: 'EMSC', state: 'waiting' } as SourceStatus];
    expect((await fetch(url, { headers })).status).toBe(200);
    expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204);
  });
});
