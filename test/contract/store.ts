// What every Store must do, whatever database it stands on: run by store.<implementation>.test.ts.

import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { toEventId, toReportId } from '../../src/event/identity.ts';
import type { QuakeEvent, Report } from '../../src/event/types.ts';
import type { LogPosition, Store, StoredEvent } from '../../src/store/store.ts';
import { anyEvent, anyReport } from '../support/arbitraries.ts';

export interface StoreFixture {
  /** Opens the store; a second time, after `close`, the same one again. */
  open(): Promise<Store>;
  /** Removes what it left behind. */
  remove(): Promise<void>;
}

export interface StoreContract {
  /** False: what was in it is gone after `close` (a store in memory). */
  readonly persistent: boolean;
  /** Runs of each property. */
  readonly numRuns: number;
  /** A fresh, empty store each time. */
  create(): Promise<StoreFixture>;
}

const AGENCY_EVENT_IDS = ['20230206_1', '20230206_2', "20230206_'; --"] as const;
const anyStoredEvent = fc.record({
  event: anyEvent({ agencyEventIds: AGENCY_EVENT_IDS }),
  offset: fc.nat(),
});
const anyKnownReport = anyReport({ agencyEventIds: AGENCY_EVENT_IDS });

const at = (offset: number, epoch = 'one'): LogPosition => ({ topic: 'quake.events.v1', epoch, offset });
const reportsAt = (offset: number, epoch = 'one'): LogPosition => ({
  topic: 'quake.reports.v1',
  epoch,
  offset,
});

export function describeStore(name: string, contract: StoreContract): void {
  const fixtures: StoreFixture[] = [];
  const stores: Store[] = [];

  async function create(): Promise<StoreFixture> {
    const fixture = await contract.create();
    fixtures.push(fixture);
    return fixture;
  }
  async function open(fixture?: StoreFixture): Promise<Store> {
    const store = await (fixture ?? (await create())).open();
    stores.push(store);
    return store;
  }
  async function release(): Promise<void> {
    for (const store of stores.splice(0)) await store.close();
    for (const fixture of fixtures.splice(0)) await fixture.remove();
  }

  afterEach(release);

  describe(`Store: ${name}`, () => {
    test('an empty store stands nowhere and holds nothing', async () => {
      const store = await open();
      expect(await store.position('quake.events.v1')).toEqual(at(-1, ''));
      expect(await load(store)).toEqual({ position: at(-1, ''), events: [] });
      expect(await store.event(toEventId('EMSC', 'x'))).toBeNull();
      expect(await store.counts()).toEqual({ events: 0, reports: 0 });
    });

    test('whatever order revisions come in, and however often, the newest of each event is kept', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyStoredEvent, { maxLength: 20 }), async (events) => {
          // One log holds one record per event and revision.
          const distinct = [
            ...new Map(events.map((each) => [`${each.event.id} ${each.event.revision}`, each])).values(),
          ];
          const store = await open();
          for (const each of distinct) await store.applyEvents([each], at(each.offset));
          await store.applyEvents(distinct, at(0));
          const newest = new Map<string, StoredEvent>();
          for (const each of distinct) {
            const known = newest.get(each.event.id);
            if (!known || each.event.revision > known.event.revision) newest.set(each.event.id, each);
          }
          const { events: loaded } = await load(store);
          expect(byId(loaded)).toEqual(byId([...newest.values()]));
          expect((await store.counts()).events).toBe(newest.size);
          await release();
        }),
        { numRuns: contract.numRuns },
      );
    });

    test('applying a batch twice equals once', async () => {
      const batch = fc.sample(anyStoredEvent, { numRuns: 10, seed: 1 });
      const store = await open();
      await store.applyEvents(batch, at(9));
      const once = await load(store);
      await store.applyEvents(batch, at(9));
      expect(await load(store)).toEqual(once);
    });

    test('events are loaded by ascending origin time, with the position they are true at', async () => {
      const store = await open();
      const events = Array.from({ length: 2_500 }, (_, i) => toStored(i, (i * 7_919) % 2_500));
      await store.applyEvents(events, at(2_499));
      const { position, events: loaded } = await load(store);
      expect(position).toEqual(at(2_499));
      expect(loaded.map(({ event }) => event.origin.originTimeMs)).toEqual(events.map((_, i) => i));
    });

    test('what is written while events are loaded is not in the load', async () => {
      const store = await open();
      await store.applyEvents(
        Array.from({ length: 2_500 }, (_, i) => toStored(i, i)),
        at(2_499),
      );
      const { position, batches } = await store.loadEvents(new AbortController().signal);
      const loaded: StoredEvent[] = [];
      let offset = 2_500;
      for await (const batch of batches) {
        loaded.push(...batch);
        await store.applyEvents([toStored(offset, 1_000_000), toRevised(offset + 1, 2_400)], at(offset + 1));
        offset += 2;
      }
      expect(position).toEqual(at(2_499));
      expect(loaded.map((each) => each.offset)).toEqual(Array.from({ length: 2_500 }, (_, i) => i));
      expect(loaded.every(({ event }) => event.revision === 1)).toBe(true);
    });

    test('an abort ends the load', async () => {
      const store = await open();
      await store.applyEvents(
        Array.from({ length: 5_000 }, (_, i) => toStored(i, i)),
        at(4_999),
      );
      const controller = new AbortController();
      const { batches } = await store.loadEvents(controller.signal);
      let count = 0;
      for await (const batch of batches) {
        count += batch.length;
        controller.abort();
      }
      expect(count).toBeLessThan(5_000);
    });

    test('no report is overwritten, none is kept twice, and an event gives its own in the order of arrival', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyKnownReport, { maxLength: 20 }),
          fc.nat(20),
          async (reports, repeatedCount) => {
            const store = await open();
            await store.applyReports(reports, reportsAt(0));
            await store.applyReports(reports.slice(0, repeatedCount), reportsAt(1));
            const expected = [...new Map(reports.map((report) => [toReportId(report), report])).keys()];
            expect((await store.counts()).reports).toBe(expected.length);
            for (const agencyEventId of AGENCY_EVENT_IDS) {
              const event = toEvent(agencyEventId, 0);
              await store.applyEvents([{ event, offset: 0 }], at(0));
              const known = await store.event(event.id);
              expect(known?.event).toEqual(event);
              expect(known?.reports.map(toReportId)).toEqual(
                expected.filter((id) => id.startsWith(`EMSC/${agencyEventId}/`)),
              );
            }
            await release();
          },
        ),
        { numRuns: contract.numRuns },
      );
    });

    test('a report comes back as it was', async () => {
      const store = await open();
      const report = fc.sample(anyReport({ agencyEventIds: ['x'], kind: 'solution' }), {
        numRuns: 1,
        seed: 3,
      })[0] as Report;
      await store.applyReports([report], reportsAt(0));
      await store.applyEvents([{ event: toEvent('x', 0), offset: 0 }], at(0));
      expect((await store.event(toEventId('EMSC', 'x')))?.reports).toEqual([report]);
    });

    test('an event that several agencies reported has all their reports', async () => {
      const store = await open();
      const [emsc, usgs] = (['EMSC', 'USGS'] as const).map((agency) => ({
        ...(fc.sample(anyReport({ agencyEventIds: ['1'] }), { numRuns: 1, seed: 5 })[0] as Report),
        agency,
      }));
      const reports = [
        { agency: 'USGS', agencyEventId: '1' },
        { agency: 'EMSC', agencyEventId: '1' },
      ];
      await store.applyReports([emsc!, usgs!], reportsAt(1));
      await store.applyEvents([{ event: { ...toEvent('1', 0), reports }, offset: 0 }], at(0));
      expect((await store.event(toEventId('EMSC', '1')))?.reports).toEqual([emsc, usgs]);
    });

    test('each topic has its own position, and a batch delivered again does not move it back', async () => {
      const store = await open();
      await store.applyReports([], reportsAt(7));
      await store.applyEvents([], at(3));
      await store.applyReports([], reportsAt(5));
      expect(await store.position('quake.reports.v1')).toEqual(reportsAt(7));
      expect(await store.position('quake.events.v1')).toEqual(at(3));
    });

    test('a position of another epoch replaces the one before, lower or not', async () => {
      const store = await open();
      await store.applyEvents([], at(30, 'one'));
      await store.applyEvents([], at(2, 'two'));
      expect(await store.position('quake.events.v1')).toEqual(at(2, 'two'));
    });

    test('reset() forgets one topic and leaves the other', async () => {
      const store = await open();
      const reports = fc.sample(anyKnownReport, { numRuns: 4, seed: 2 });
      await store.applyReports(reports, reportsAt(3));
      await store.applyEvents([toStored(0, 0)], at(0));
      await store.reset('quake.events.v1');
      expect(await store.position('quake.events.v1')).toEqual(at(-1, ''));
      expect((await load(store)).events).toEqual([]);
      const { reports: count, events } = await store.counts();
      expect([count > 0, events]).toEqual([true, 0]);
      await store.reset('quake.reports.v1');
      expect(await store.counts()).toEqual({ events: 0, reports: 0 });
    });

    test('a batch with one event that cannot be stored leaves nothing of itself', async () => {
      const store = await open();
      const broken = { ...toEvent('2', 0), revision: null as unknown as number };
      const batch = [toStored(0, 0), { event: broken, offset: 1 }];
      await expect(store.applyEvents(batch, at(1))).rejects.toThrow();
      expect((await load(store)).events).toEqual([]);
      expect(await store.position('quake.events.v1')).toEqual(at(-1, ''));
    });

    test('a closed store is unavailable', async () => {
      const store = await open();
      await store.close();
      await expect(store.counts()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
      await expect(store.applyEvents([], at(0))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });

    test.runIf(contract.persistent)('events, reports and positions outlive close()', async () => {
      const fixture = await create();
      const first = await open(fixture);
      await first.applyReports(fc.sample(anyKnownReport, { numRuns: 4, seed: 2 }), reportsAt(3));
      await first.applyEvents([toStored(0, 0)], at(0));
      const before = { ...(await load(first)), counts: await first.counts() };
      await first.close();
      const second = await open(fixture);
      expect({ ...(await load(second)), counts: await second.counts() }).toEqual(before);
      expect(await second.position('quake.reports.v1')).toEqual(reportsAt(3));
    });
  });
}

async function load(store: Store): Promise<{ position: LogPosition; events: StoredEvent[] }> {
  const { position, batches } = await store.loadEvents(new AbortController().signal);
  const events: StoredEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return { position, events };
}

const byId = (events: readonly StoredEvent[]): StoredEvent[] =>
  [...events].sort((a, b) => (a.event.id < b.event.id ? -1 : 1));

const toStored = (offset: number, originTimeMs: number): StoredEvent => ({
  event: toEvent(`${offset}`, originTimeMs),
  offset,
});

/** A second revision of the event stored at `of`. */
const toRevised = (offset: number, of: number): StoredEvent => ({
  event: { ...toEvent(`${of}`, of), revision: 2 },
  offset,
});

function toEvent(agencyEventId: string, originTimeMs: number): QuakeEvent {
  return {
    schemaVersion: 1,
    id: toEventId('EMSC', agencyEventId),
    revision: 1,
    state: 'live',
    origin: { originTimeMs, latitudeDeg: 37.1, longitudeDeg: 36.9, depthKm: 10, evaluationMode: null },
    magnitude: { value: 7.8, type: 'mw' },
    region: 'CENTRAL TURKEY',
    eventType: 'earthquake',
    typeCertainty: 'known',
    agency: 'EMSC',
    author: 'EMSC',
    updatedAtMs: originTimeMs,
    receivedAtMs: originTimeMs,
    firstReceivedAtMs: originTimeMs,
    reports: [{ agency: 'EMSC', agencyEventId }],
    changed: [],
  };
}
