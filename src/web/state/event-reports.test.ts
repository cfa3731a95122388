import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventId, QuakeEvent } from '../../event/types.ts';
import { ENGLISH } from '../text/english.ts';
import { createWords } from '../text/words.ts';
import { type App, createApp } from './app.ts';
import { watchReports } from './event-reports.ts';
import { FIRST_VIEW } from './filter.ts';
import { createPresent } from './present.ts';
import { createSharedCatalogue } from './shared-catalogue.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const ID = 'emsc-1' as EventId;

function createTestApp(selected = true): App {
  return createApp({
    words: signal(createWords('en', ENGLISH, 'en-GB', 'km', 'UTC')),
    ...{ scheme: 'light', filter: FIRST_VIEW },
    selection: selected ? { id: ID, from: 'link' } : null,
    catalogue: createSharedCatalogue((callback) => callback()),
    ...{ present: createPresent(() => NOW), browserNow: () => NOW },
  });
}

const toEvent = (revision: number) =>
  ({
    ...{ schemaVersion: 1, id: ID, revision, state: 'live', region: null, author: null, agency: 'EMSC' },
    origin: { originTimeMs: NOW, latitudeDeg: 37, longitudeDeg: 37, depthKm: 20, evaluationMode: null },
    ...{ magnitude: { value: 7.8, type: 'mw' }, eventType: 'earthquake', typeCertainty: 'known' },
    ...{ updatedAtMs: NOW, receivedAtMs: NOW, firstReceivedAtMs: NOW, reports: [], changed: [] },
  }) as unknown as QuakeEvent;

/** A gateway that answers when told to, with the revision given. */
function createGateway() {
  const waiting: ((response: Response) => void)[] = [];
  const ask = vi.fn(() => new Promise<Response>((resolve) => waiting.push(resolve)));
  const answer = async (revision: number) => {
    waiting.shift()!(Response.json({ event: { revision }, reports: [], provenance: 'log' }));
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { ask, answer, fetch: ask as unknown as typeof fetch };
}

test('a page on which no event is open asks for none, and then for the one that is opened', () => {
  const [app, gateway] = [createTestApp(), createGateway()];
  app.selection.value = null;
  const reports = watchReports(app, gateway.fetch);
  expect([reports.state.value, gateway.ask.mock.calls.length]).toEqual([{ status: 'none' }, 0]);
  app.selection.value = { id: ID, from: 'list' };
  expect(gateway.ask.mock.calls.length).toBe(1);
});

test('an event that becomes known while its reports are asked for is not asked for twice', async () => {
  const [app, gateway] = [createTestApp(), createGateway()];
  const reports = watchReports(app, gateway.fetch);
  app.catalogue.applyEvent(toEvent(2), 1);
  await gateway.answer(2);
  expect(gateway.ask).toHaveBeenCalledTimes(1);
  expect(reports.state.value).toMatchObject({ status: 'ready', last: { event: { revision: 2 } } });
});

test('a revision that comes is asked for, also while an older one is on its way; never for ever', async () => {
  const [app, gateway] = [createTestApp(), createGateway()];
  const reports = watchReports(app, gateway.fetch);
  app.catalogue.applyEvent(toEvent(2), 1);
  await gateway.answer(1);
  expect(gateway.ask).toHaveBeenCalledTimes(2);
  // The gateway is behind: what it has is shown, and it is not pressed.
  await gateway.answer(1);
  expect(gateway.ask).toHaveBeenCalledTimes(2);
  app.catalogue.applyEvent(toEvent(3), 2);
  expect(gateway.ask).toHaveBeenCalledTimes(3);
  await gateway.answer(3);
  expect(reports.state.value).toMatchObject({ status: 'ready', last: { event: { revision: 3 } } });
});

test('nothing is asked for until an event is selected, and once it is', () => {
  const [app, gateway] = [createTestApp(false), createGateway()];
  const reports = watchReports(app, gateway.fetch);
  app.catalogue.applyEvent(toEvent(1), 1);
  expect(reports.state.value).toEqual({ status: 'none' });
  app.selection.value = { id: ID, from: 'list' };
  expect(gateway.ask).toHaveBeenCalledTimes(1);
  app.selection.value = null;
  expect(reports.state.value).toEqual({ status: 'none' });
});

test('whoever tries again after a failure is heard', async () => {
  const app = createTestApp();
  const ask = vi.fn(async () => new Response('', { status: 503 }));
  const reports = watchReports(app, ask as unknown as typeof fetch);
  await vi.waitFor(() => expect(reports.state.value.status).toBe('failed'), 30_000);
  reports.retry();
  expect(ask).toHaveBeenCalledTimes(2);
});

describe('a gateway that answers 503', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const refusing = (retryAfter: string) =>
    vi.fn(async (_url: unknown) => new Response('', { status: 503, headers: { 'Retry-After': retryAfter } }));

  test('as its store is behind is asked again when it says, a few times, before the reader is told', async () => {
    const [app, ask] = [createTestApp(), refusing('1')];
    const reports = watchReports(app, ask as unknown as typeof fetch);
    await vi.advanceTimersByTimeAsync(999);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1001);
    expect(ask.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(reports.state.value.status).toBe('loading');
    await vi.advanceTimersByTimeAsync(8000);
    expect(reports.state.value.status).toBe('failed');
    expect(ask).toHaveBeenCalledTimes(5);
  });

  test('is not asked again for an event that is no longer open', async () => {
    const [app, ask] = [createTestApp(), refusing('1')];
    watchReports(app, ask as unknown as typeof fetch);
    await vi.advanceTimersByTimeAsync(500);
    app.selection.value = null;
    await vi.advanceTimersByTimeAsync(8000);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test('for longer than a moment is told of at once', async () => {
    const [app, ask] = [createTestApp(), refusing('300')];
    const reports = watchReports(app, ask as unknown as typeof fetch);
    await vi.advanceTimersByTimeAsync(0);
    expect(reports.state.value.status).toBe('failed');
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
