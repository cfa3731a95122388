import { describe, expect, test } from 'vitest';
import type { SourceStatus } from '../../sources/source.ts';
import { ENGLISH } from '../text/english.ts';
import { createFormats } from '../text/formats.ts';
import { type ConnectionState, createConnectionState } from './connection-state.ts';
import type { GatewayState } from './wire.ts';
import { describeStatus, type StatusFacts, toToldState } from './words.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 30, 0);
const AT_14_02 = Date.UTC(2026, 10, 22, 14, 2, 0);
const formats = createFormats(ENGLISH, 'en-GB', 'UTC');

const source = (fields: Partial<SourceStatus>): SourceStatus => ({
  agency: 'EMSC',
  state: 'live',
  sinceMs: NOW - 3_600_000,
  lastMessageAtMs: NOW - 12_000,
  lastContactAtMs: NOW - 2000,
  reason: null,
  retryAtMs: null,
  backfill: null,
  fdsnFault: null,
  counts: { reports: 1, deadLetters: 0, unknownActions: 0, reconnects: 0 },
  replay: null,
  ...fields,
});
const gateway = (sources: SourceStatus[], mode: 'live' | 'replay' = 'live'): GatewayState => ({
  mode,
  clock: null,
  nowMs: NOW,
  sources,
});
const connection = (fields: Partial<ConnectionState>): ConnectionState => ({
  ...createConnectionState(NOW, true),
  cursor: 'e:1',
  ...fields,
});
const live = connection({ name: 'live', liveSinceMs: NOW - 60_000 });

function say(fields: Partial<StatusFacts>) {
  const facts: StatusFacts = {
    connection: live,
    gateway: gateway([source({})]),
    lastMessageMs: NOW - 12_000,
    nowMs: NOW,
    browserNowMs: NOW,
    caughtUp: null,
    ...fields,
  };
  return describeStatus(facts, ENGLISH, formats);
}

describe('describeStatus()', () => {
  test('says how long ago the last message came', () => {
    expect(say({})).toEqual({ tone: 'live', label: 'Live · 12 s ago', detail: null });
  });

  test('says while it is connecting what is known of the agencies already', () => {
    const words = (sources: SourceStatus[]) =>
      say({ connection: connection({ name: 'loading' }), gateway: gateway(sources) });
    const away = words([source({ state: 'waiting', reason: 'No network' })]);
    expect(away).toMatchObject({
      tone: 'down',
      label: expect.stringContaining('EMSC cannot be reached since 13:30'),
    });
    expect(away.detail).toContain('No network. Showing what is stored.');
    const loading = { tone: 'busy', label: 'Loading', detail: null };
    expect(words([source({})])).toEqual(loading);
    expect(say({ connection: connection({ name: 'loading' }), gateway: null })).toEqual(loading);
  });

  test('tells quiet from broken after five minutes without a message', () => {
    expect(say({ lastMessageMs: NOW - 7 * 60_000 })).toMatchObject({
      tone: 'quiet',
      label: 'Quiet · 7 min ago',
    });
  });

  test('says that it is live by poll, and how late, while no stream is free', () => {
    const poll = { answeredAtMs: NOW - 1500, streamAtMs: NOW + 9000, refusals: 1 };
    for (const name of ['polling', 'polled', 'connecting', 'waiting'] as const) {
      const words = say({ connection: connection({ name, poll }) });
      expect(words).toMatchObject({ tone: 'live', label: 'Live by poll · up to 4 s late' });
      expect(words.detail).toContain('goes back to the stream by itself');
    }
    // An agency that cannot be reached is the greater news, and a replay stays one.
    const refused = gateway([source({ state: 'refused', reason: 'no' })]);
    expect(say({ connection: connection({ name: 'polled', poll }), gateway: refused }).tone).toBe('down');
    const replayed = gateway([source({})], 'replay');
    expect(say({ connection: connection({ name: 'polled', poll }), gateway: replayed })).toMatchObject({
      tone: 'replay',
      label: 'Replay by poll · up to 4 s late',
    });
    // Without an answer for long it is no stand-in any more.
    const stale = { ...poll, answeredAtMs: NOW - 20_000 };
    const lost = connection({ name: 'waiting', poll: stale, downSinceMs: NOW - 18_000 });
    expect(say({ connection: lost }).label).toBe('Reconnecting');
  });

  test('says Reconnecting for a short while, then since when it is offline', () => {
    const lost = (downForMs: number) =>
      connection({
        name: 'waiting',
        downSinceMs: NOW - downForMs,
        deadlineMs: NOW + 4200,
        fault: { kind: 'network' },
      });
    expect(say({ connection: lost(3000) })).toMatchObject({ tone: 'busy', label: 'Reconnecting' });
    expect(say({ connection: lost(28 * 60_000) })).toEqual({
      tone: 'down',
      label: 'Offline since 14:02\u00a0UTC',
      detail: 'The server cannot be reached. Trying again in 5 s. Showing what was loaded.',
    });
  });

  test('says Offline at once when the browser has no network', () => {
    const offline = connection({
      name: 'offline',
      browserOnline: false,
      downSinceMs: AT_14_02,
      fault: { kind: 'network' },
    });
    const words = say({ connection: offline });
    expect(words.label).toBe('Offline since 14:02\u00a0UTC');
    expect(words.detail).toContain('This device has no network.');
  });

  test('names the day when it is offline since another one', () => {
    const offline = connection({
      name: 'waiting',
      downSinceMs: AT_14_02 - 86_400_000,
      fault: { kind: 'ended' },
    });
    expect(say({ connection: offline }).label).toBe('Offline since 21 Nov, 14:02\u00a0UTC');
  });

  test('says what was caught up with, for a while', () => {
    expect(say({ caughtUp: { changes: 7, atMs: NOW - 2000 } }).label).toBe('Caught up: 7 changes');
    expect(say({ caughtUp: { changes: 1, atMs: NOW - 2000 } }).label).toBe('Caught up: 1 change');
    expect(say({ caughtUp: { changes: 7, atMs: NOW - 60_000 } }).label).toContain('Live');
    expect(say({ caughtUp: { changes: 0, atMs: NOW - 2000 } }).label).toContain('Live');
  });

  test('says plainly that no agency can be reached, why, since when, and names the demo', () => {
    const down = source({
      state: 'waiting',
      sinceMs: AT_14_02,
      reason: 'DNS lookup of www.seismicportal.eu failed',
    });
    expect(say({ gateway: gateway([down]) })).toEqual({
      tone: 'down',
      label: 'EMSC cannot be reached since 14:02\u00a0UTC',
      detail: 'DNS lookup of www.seismicportal.eu failed. Showing what is stored. Try the demo: npm run demo',
    });
    const asking = gateway([{ ...down, reason: 'its name cannot be resolved; is there a connection?' }]);
    expect(say({ gateway: asking }).detail).toMatch(
      /^its name .* is there a connection\? Showing what is stored/,
    );
  });

  test.each(['connecting', 'waiting'] as const)(
    'gives an agency a moment before it is called unreachable, and says the same from try to try: %s',
    (state) => {
      const away = (forMs: number) => gateway([source({ state, reason: 'Refused', sinceMs: NOW - forMs })]);
      expect(say({ gateway: away(2000) })).toEqual({
        tone: 'busy',
        label: 'Connecting to EMSC',
        detail: null,
      });
      expect(say({ gateway: away(60_000) })).toEqual({
        tone: 'down',
        label: expect.stringContaining('cannot be reached'),
        detail: expect.stringContaining('Refused. Showing what is stored.'),
      });
    },
  );

  test('a gateway that has heard of no agency yet is not live: it does not know', () => {
    expect(say({ gateway: gateway([]), lastMessageMs: null })).toEqual({
      tone: 'busy',
      label: 'Waiting for the agencies',
      detail: 'No agency has been heard of yet. What is shown is what is stored.',
    });
    // Nor does a recent message out of the store make it so.
    expect(say({ gateway: gateway([]) }).tone).toBe('busy');
  });

  test('is live when one agency of several is', () => {
    const sources = [source({ agency: 'USGS', state: 'waiting', reason: 'x' }), source({})];
    expect(say({ gateway: gateway(sources) }).tone).toBe('live');
  });

  test('shows the progress of the first back-fill', () => {
    const filling = source({ state: 'filling', backfill: { done: 0.42, reports: 1234 } });
    expect(say({ gateway: gateway([filling]) })).toEqual({
      tone: 'busy',
      label: 'Asking EMSC for what was missed',
      detail: 'Loading the last 7 days: 42%, 1,234 reports',
    });
  });

  test('never calls a replay live', () => {
    const words = say({ gateway: gateway([source({})], 'replay') });
    expect(words.tone).toBe('replay');
    expect(words.label).not.toMatch(/live/i);
  });

  test('does not claim to show what was never loaded', () => {
    const first = { downSinceMs: NOW - 1000, fault: { kind: 'network' } as const, name: 'waiting' as const };
    expect(say({ connection: connection({ ...first, cursor: null }) }).detail).not.toContain('loaded');
    expect(say({ connection: connection(first) }).detail).toContain('loaded');
  });

  test('says that a full gateway asks to wait', () => {
    const full = connection({
      name: 'waiting',
      downSinceMs: NOW - 1000,
      fault: { kind: 'refused', status: 503 },
    });
    expect(say({ connection: full }).detail).toContain('full');
  });
});

test('toToldState() calls who is away the same from try to try, and leaves every other state as it is', () => {
  const told = (state: SourceStatus['state'], awayMs: number) =>
    toToldState({ state, sinceMs: NOW - awayMs }, NOW);
  for (const state of ['connecting', 'waiting'] as const)
    expect([told(state, 9_999), told(state, 10_000)]).toEqual(['connecting', 'waiting']);
  for (const state of ['live', 'filling', 'refused'] as const)
    expect([told(state, 0), told(state, 60_000)]).toEqual([state, state]);
});
