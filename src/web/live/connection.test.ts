import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { QuakewireError } from '../../errors.ts';
import { parseRetryAfter, startConnection } from './connection.ts';
import { loadFirstView, splitChunks } from './snapshot.ts';

const encoder = new TextEncoder();

/** A network of given answers: each request takes the next answer for its path, the last one for ever. */
function createNetwork(answers: Record<string, ((signal: AbortSignal) => Response)[]>) {
  const asked: { path: string; lastEventId: string | null }[] = [];
  const fetchUrl = async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = String(input);
    asked.push({ path, lastEventId: new Headers(init?.headers).get('Last-Event-ID') });
    const queue = answers[path];
    if (!queue) throw new TypeError('no such host');
    const answer = (queue.length > 1 ? queue.shift()! : queue[0]!)(init!.signal!);
    Object.defineProperty(answer, 'url', { value: `http://gateway${path}` });
    return answer;
  };
  return { asked, fetch: fetchUrl as typeof fetch };
}

/** A stream that sends its text and, when told, ends; otherwise it stays open. */
function stream(text: string, ends: boolean): () => Response {
  return () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(encoder.encode(text));
          if (ends) controller.close();
        },
      }),
    );
}

const settle = () => vi.advanceTimersByTimeAsync(10);

describe('startConnection()', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function start(network: ReturnType<typeof createNetwork>) {
    const messages: string[] = [];
    const names: string[] = [];
    let snapshots = 0;
    const connection = startConnection({
      fetch: network.fetch,
      now: () => Date.now(),
      random: () => 0.5,
      browserOnline: true,
      loadSnapshot: async () => `e:${++snapshots}00`,
      onMessage: ({ event, data }) => messages.push(`${event} ${data}`),
      onState: ({ name }) => {
        if (names.at(-1) !== name) names.push(name);
      },
    });
    return { connection, messages, names, snapshots: () => snapshots };
  }

  test('loads the snapshot, streams from its cursor, and resumes from the newest id', async () => {
    const live = [stream('event: event\nid: e:101\ndata: {}\n\nid: e:102\n\n', true), stream('', false)];
    const network = createNetwork({ '/live': live });
    const { connection, messages, names } = start(network);
    await settle();
    expect(messages).toEqual(['event {}']);
    expect(connection.state).toMatchObject({ name: 'waiting', cursor: 'e:102' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(network.asked.map(({ lastEventId }) => lastEventId)).toEqual(['e:100', 'e:102']);
    expect(names).toEqual(['loading', 'connecting', 'live', 'waiting', 'connecting', 'live']);
    connection.tell({ type: 'stop' });
  });

  test('loads a new snapshot after a reset, and does not take the reset’s id for its own', async () => {
    const reset = 'event: reset\nid: e:900\ndata: {"reason":"epoch-changed"}\n\n';
    const network = createNetwork({ '/live': [stream(reset, false), stream('', false)] });
    const { connection, snapshots } = start(network);
    await settle();
    expect(snapshots()).toBe(2);
    expect(network.asked.map(({ lastEventId }) => lastEventId)).toEqual(['e:100', 'e:200']);
    expect(connection.state.name).toBe('live');
    connection.tell({ type: 'stop' });
  });

  const full = () => new Response('', { status: 503, headers: { 'Retry-After': '20' } });
  const recent = (from: number, to: number) => () =>
    new Response(
      JSON.stringify({
        ...{ cursor: `e:${to}`, since: `e:${from}`, nowMs: 5, mode: 'live', clock: null, sources: [] },
        events: Array.from({ length: to - from }, (_, i) => ({
          id: `e:${from + 1 + i}`,
          event: from + 1 + i,
        })),
      }),
      { headers: { Date: 'Mon, 23 Nov 2026 12:00:00 GMT', Age: '2' } },
    );

  test('polls while a full gateway asks to wait, takes each event once, and resumes the stream from there', async () => {
    const network = createNetwork({
      '/live': [full, stream('event: event\nid: e:105\ndata: 105\n\n', false)],
      // The third answer is an older copy: nothing in it is new, and it takes nothing back.
      '/live/recent.json': [recent(98, 102), recent(100, 104), recent(98, 102), recent(100, 104)],
    });
    const { connection, messages, names } = start(network);
    await vi.advanceTimersByTimeAsync(19_000);
    expect(network.asked.filter(({ path }) => path === '/live')).toHaveLength(1);
    const polls = network.asked.filter(({ path }) => path === '/live/recent.json').length;
    expect(polls).toBeGreaterThanOrEqual(18);
    expect(polls).toBeLessThanOrEqual(34);
    await vi.advanceTimersByTimeAsync(6000);
    expect(connection.state).toMatchObject({ name: 'live', cursor: 'e:105', poll: null });
    expect(network.asked.at(-1)).toEqual({ path: '/live', lastEventId: 'e:104' });
    const events = messages.filter((text) => text.startsWith('event '));
    expect(events).toEqual([101, 102, 103, 104, 105].map((offset) => `event ${offset}`));
    expect(messages.filter((text) => text.startsWith('caught-up'))).toEqual([
      'caught-up {"cursor":"e:102","changes":2}',
    ]);
    expect(messages[0]).toContain(`"nowMs":${Date.UTC(2026, 10, 23, 12) + 2500}`);
    expect(names.slice(0, 5)).toEqual(['loading', 'connecting', 'polling', 'polled', 'polling']);
    connection.tell({ type: 'stop' });
  });

  test('loads the snapshot again when the poll begins after its cursor, and goes on polling', async () => {
    const network = createNetwork({
      '/live': [full],
      '/live/recent.json': [recent(150, 160), recent(190, 210)],
    });
    const { connection, snapshots, messages } = start(network);
    await vi.advanceTimersByTimeAsync(1000);
    expect(snapshots()).toBe(2);
    expect(connection.state).toMatchObject({ name: 'polled', cursor: 'e:210' });
    expect(messages.filter((text) => text.startsWith('event '))[0]).toBe('event 201');
    connection.tell({ type: 'stop' });
  });

  test('waits and tries again when the poll answers nonsense', async () => {
    const nonsense = () => new Response('{"cursor":"e:1"}');
    const network = createNetwork({ '/live': [full], '/live/recent.json': [nonsense, recent(98, 101)] });
    const { connection } = start(network);
    await settle();
    expect(connection.state).toMatchObject({ name: 'waiting', fault: { kind: 'unreadable' } });
    await vi.advanceTimersByTimeAsync(2000);
    expect(connection.state.cursor).toBe('e:101');
    connection.tell({ type: 'stop' });
  });

  test('comes back after the pause that the gateway named when it ended the stream', async () => {
    const live = [stream('id: e:101\n\nretry: 3000\n\n', true), stream('', false)];
    const network = createNetwork({ '/live': live });
    const { connection } = start(network);
    await vi.advanceTimersByTimeAsync(2900);
    expect(network.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(network.asked.at(-1)!.lastEventId).toBe('e:101');
    connection.tell({ type: 'stop' });
  });

  test('gives up a stream that has gone silent', async () => {
    const network = createNetwork({ '/live': [stream('id: e:101\n\n', false)] });
    const { connection, names } = start(network);
    await vi.advanceTimersByTimeAsync(37_000);
    expect(names).toContain('waiting');
    expect(network.asked.at(-1)!.lastEventId).toBe('e:101');
    connection.tell({ type: 'stop' });
  });
});

describe('parseRetryAfter()', () => {
  test('reads seconds and nothing else', () => {
    expect(parseRetryAfter('7')).toBe(7000);
    expect(parseRetryAfter('Wed, 21 Oct 2026 07:28:00 GMT')).toBeNull();
    expect(parseRetryAfter('-1')).toBeNull();
    expect(parseRetryAfter(null)).toBeNull();
  });
});

describe('loadFirstView()', () => {
  const chunk = (name: string, count: number) => ({
    ...{ url: `/catalogue/chunks/${name}.qwc`, name, count, bytes: 1 },
    ...{ fromMs: 0, toMs: 1, provenance: 'log' as const },
  });
  const answer = (value: unknown) => () => new Response(JSON.stringify(value));
  const body = (text: string) => () => new Response(text);
  const manifest = (tail: string, ...chunks: ReturnType<typeof chunk>[]) =>
    answer({ cursor: 'e:5', generation: 'g', count: 9, chunks, tail: { url: `/tail-${tail}`, count: 1 } });

  async function loadFirst(answers: Parameters<typeof createNetwork>[0]) {
    const applied: string[] = [];
    const progress: number[] = [];
    const network = createNetwork(answers);
    const { signal } = new AbortController();
    const view = await loadFirstView({
      ...{ fetch: network.fetch, signal, onBytes: () => {} },
      onProgress: ({ loadedEvents, totalEvents }) => progress.push(totalEvents - loadedEvents),
      target: {
        apply(bytes) {
          const text = new TextDecoder().decode(bytes);
          if (text === 'broken') throw new QuakewireError('CHUNK_MALFORMED', 'Cannot read chunk');
          applied.push(text);
        },
        cursorOf: (bytes) => `cursor of ${new TextDecoder().decode(bytes)}`,
      },
    });
    const { asked } = network;
    return { view, applied, asked, progress, loadOlder: () => view.loadOlder(signal) };
  }

  async function load(answers: Parameters<typeof createNetwork>[0]) {
    const { view, applied, progress, loadOlder } = await loadFirst(answers);
    const first = [...applied];
    const missing = await loadOlder();
    return { first, all: applied, missing, progress, cursor: view.cursor };
  }

  test('takes the tail and the newest chunks first, the others after', async () => {
    const { first, all, missing, cursor } = await load({
      '/catalogue/manifest.json': [manifest('1', chunk('new', 5000), chunk('old', 9000))],
      '/tail-1': [body('tail')],
      '/catalogue/chunks/new.qwc': [body('new')],
      '/catalogue/chunks/old.qwc': [body('old')],
    });
    expect(first).toEqual(['tail', 'new']);
    expect(all).toEqual(['tail', 'new', 'old']);
    expect(missing).toBe(0);
    expect(cursor).toBe('cursor of tail');
  });

  test('reads the manifest again when an older chunk is gone, and takes what replaced it', async () => {
    const gone = () => new Response('', { status: 404 });
    const { all, missing, progress } = await load({
      '/catalogue/manifest.json': [
        manifest('1', chunk('new', 5000), chunk('old', 9000)),
        manifest('2', chunk('new', 5000), chunk('older', 9000)),
      ],
      '/tail-1': [body('tail 1')],
      '/tail-2': [body('tail 2')],
      '/catalogue/chunks/new.qwc': [body('new')],
      '/catalogue/chunks/old.qwc': [gone],
      '/catalogue/chunks/older.qwc': [body('older')],
    });
    expect(all).toEqual(['tail 1', 'new', 'tail 2', 'older']);
    expect(missing).toBe(0);
    // Nothing is said to be whole before it is.
    expect(progress.map((left) => left > 0)).toEqual([true, true, true, false]);
  });

  test('gives up an older chunk that falls silent, and what a call could not have the next one loads', async () => {
    vi.useFakeTimers();
    try {
      const silent = (signal: AbortSignal) =>
        new Response(
          new ReadableStream({
            start(controller) {
              signal.addEventListener('abort', () => controller.error(signal.reason));
            },
          }),
        );
      const { applied, loadOlder } = await loadFirst({
        '/catalogue/manifest.json': [manifest('1', chunk('new', 5000), chunk('old', 9000))],
        '/tail-1': [body('tail')],
        '/catalogue/chunks/new.qwc': [body('new')],
        '/catalogue/chunks/old.qwc': [silent, body('old')],
      });
      const first = loadOlder();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await first).toBe(1);
      expect(await loadOlder()).toBe(0);
      expect(applied).toEqual(['tail', 'new', 'old']);
    } finally {
      vi.useRealTimers();
    }
  });

  test('an older chunk that cannot be read is told, and keeps no other from being loaded', async () => {
    const { applied, loadOlder } = await loadFirst({
      '/catalogue/manifest.json': [
        manifest('1', chunk('new', 5000), chunk('old', 9000), chunk('older', 9000)),
      ],
      '/tail-1': [body('tail')],
      '/catalogue/chunks/new.qwc': [body('new')],
      '/catalogue/chunks/old.qwc': [body('broken'), body('old')],
      '/catalogue/chunks/older.qwc': [body('older')],
    });
    await expect(loadOlder()).rejects.toMatchObject({ code: 'CHUNK_MALFORMED' });
    expect(applied).toEqual(['tail', 'new', 'older']);
    expect(await loadOlder()).toBe(0);
    expect(applied.at(-1)).toBe('old');
  });

  test('finds what replaced a chunk though another cannot be read, and asks no more after trouble that is the network’s', async () => {
    const gone = () => new Response('', { status: 404 });
    const failing = () => new Response('', { status: 503 });
    const { applied, asked, loadOlder } = await loadFirst({
      '/catalogue/manifest.json': [
        manifest('1', chunk('new', 5000), chunk('broken', 9000), chunk('gone', 9000)),
        manifest('1', chunk('new', 5000), chunk('broken', 9000), chunk('newer', 9000), chunk('last', 9000)),
      ],
      '/tail-1': [body('tail')],
      '/catalogue/chunks/new.qwc': [body('new')],
      '/catalogue/chunks/broken.qwc': [body('broken')],
      '/catalogue/chunks/gone.qwc': [gone],
      '/catalogue/chunks/newer.qwc': [failing, body('newer')],
      '/catalogue/chunks/last.qwc': [body('last')],
    });
    await expect(loadOlder()).rejects.toMatchObject({ code: 'CHUNK_MALFORMED' });
    expect(asked.map(({ path }) => path)).not.toContain('/catalogue/chunks/last.qwc');
    await expect(loadOlder()).rejects.toMatchObject({ code: 'CHUNK_MALFORMED' });
    expect(applied).toEqual(['tail', 'new', 'newer', 'last']);
  });

  test('splits so that the first view has a few thousand events', () => {
    const chunks = [chunk('a', 1000), chunk('b', 5000), chunk('c', 1000)];
    expect(splitChunks(chunks, 0).first).toHaveLength(2);
    expect(splitChunks(chunks, 50_000).first).toHaveLength(0);
  });
});
