import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../clock.ts';
import { createRandom } from './faults.ts';
import { createReplay, type Replay, type ReplayOptions } from './replay.ts';
import { readRevlog } from './revlog.ts';

const FILE = new URL('../../fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz', import.meta.url).pathname;
const rows = await readRevlog([FILE]);
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Partial<ReplayOptions> = {}): Promise<Replay> {
  const replay = createReplay({
    rows,
    speed: 1,
    startMs: Date.UTC(2023, 1, 6, 1),
    faults: {},
    random: createRandom(1),
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    ...options,
  });
  await replay.start();
  cleanups.push(() => replay.stop());
  return replay;
}

async function listen(replay: Replay) {
  const frames: string[] = [];
  const socket = new WebSocket(replay.websocketUrl);
  let header: string | undefined;
  socket.on('upgrade', (response) => {
    header = response.headers['quakewire-replay'] as string;
  });
  socket.on('message', (bytes) => frames.push(bytes.toString()));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  cleanups.push(() => socket.terminate());
  return { socket, frames, closed, header: () => header };
}

const until = async (check: () => boolean) => {
  const deadline = Date.now() + 30_000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

test('a replay at max gives every publication as a frame, and calls itself a replay', async () => {
  const replay = await start({ speed: 'max', startMs: Date.UTC(2023, 1, 6, 1), paused: true });
  const { header, frames } = await listen(replay);
  expect(header()).toMatch(/^replayed-ms=\d+(\.\d+)?; at-ms=\d+; speed=1; end-ms=\d+$/);
  const { remaining } = replay.status();
  expect(remaining).toBeGreaterThan(700);
  replay.control.resume();
  await replay.finished;
  await until(() => frames.length === remaining);
  expect(frames.every((frame) => /^\{"action":"(create|update)","data":\{\n {2}"/.test(frame))).toBe(true);
});

test('a replay at ×3600 plays an hour in a second', async () => {
  const replay = await start({ speed: 3600, startMs: Date.UTC(2023, 1, 6, 1, 30), paused: true });
  const { frames } = await listen(replay);
  replay.control.resume();
  await until(() => frames.some((frame) => frame.includes('"20230206_0000008"')));
  expect(replay.time()).toMatchObject({ replayedMs: Date.UTC(2023, 1, 6, 1, 30), speed: 3600 });
  const answer = await fetch(`${replay.fdsnUrl}query?format=json&eventid=20230206_0000008`);
  expect(answer.headers.get('quakewire-replay')).toContain('speed=3600');
  expect(await answer.json()).toMatchObject({ properties: { mag: 7.8 } });
});

test('a replay without events of its own sends what it is told to, and forgets what it is told to', async () => {
  const replay = await start({ rows: [], startMs: Date.UTC(2023, 1, 6), controlRoute: true });
  const { frames } = await listen(replay);
  const control = (body: unknown) =>
    fetch(new URL('/control', replay.fdsnUrl), { method: 'POST', body: JSON.stringify(body) });
  const find = () => fetch(`${replay.fdsnUrl}query?format=json&eventid=20230206_0000008`);
  const feature = JSON.parse(rows.find(({ unid }) => unid === '20230206_0000008')!.featureText);
  expect((await control({ do: 'publish', action: 'create', feature })).status).toBe(204);
  await until(() => frames.length === 1);
  expect((await find()).status).toBe(200);
  expect((await control({ do: 'remove', unid: '20230206_0000008' })).status).toBe(204);
  expect((await find()).status).toBe(204);
  await control({ do: 'send', frame: 'no JSON at all' });
  await until(() => frames.at(-1) === 'no JSON at all');
  expect((await control({ do: 'dance' })).status).toBe(400);
});

test('faults strike: a frozen connection answers no ping, a dropped one ends without a handshake', async () => {
  const replay = await start({ rows: [], startMs: 0 });
  const frozen = await listen(replay);
  let pongs = 0;
  frozen.socket.on('pong', () => pongs++);
  frozen.socket.ping();
  await until(() => pongs === 1);
  replay.control.freeze();
  frozen.socket.ping();
  const dropped = await listen(replay);
  replay.control.drop();
  expect(await dropped.closed).toBe(1006);
  expect(pongs).toBe(1);
});

test('faults strike at rates: duplicates, garbage and reordering on the way', async () => {
  const { featureText } = rows[0]!;
  const replay = await start({
    rows: [],
    startMs: 0,
    faults: { duplicate: 0.2, garbage: 0.2, reorder: 0.2 },
  });
  const { frames } = await listen(replay);
  for (let i = 0; i < 50; i++)
    replay.control.publish('update', featureText.replace(/"mag": [\d.]+/, `"mag": ${i / 10}`));
  await until(() => frames.length > 50);
  const magnitudes = frames.flatMap((frame) => /"mag": ([\d.]+)/.exec(frame)?.[1] ?? []).map(Number);
  expect(magnitudes).not.toEqual(magnitudes.toSorted((a, b) => a - b));
  expect(magnitudes.length).toBeGreaterThan(new Set(magnitudes).size);
  expect(frames.length).toBeGreaterThan(magnitudes.length);
});

test('the FDSN faults asked for come next, in turn', async () => {
  const replay = await start();
  const ask = () => fetch(`${replay.fdsnUrl}query?format=json&limit=5&updatedafter=2023-02-05T00:00:00`);
  replay.control.failNext(
    'fdsn-empty',
    'fdsn-503',
    'fdsn-html',
    'fdsn-half-body',
    'fdsn-204',
    'fdsn-refuse-updatedafter',
  );
  expect(((await (await ask()).json()) as { features: unknown[] }).features).toEqual([]);
  const busy = await ask();
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await ask()).headers.get('content-type')).toBe('text/html');
  await expect(ask().then((answer) => answer.text())).rejects.toThrow();
  expect((await ask()).status).toBe(204);
  expect((await ask()).status).toBe(400);
  expect(((await (await ask()).json()) as { features: unknown[] }).features).toHaveLength(5);
  expect(replay.status().fdsnRequests.map(({ status }) => status)).toEqual([
    200, 503, 200, 200, 204, 400, 200,
  ]);
});

test('FDSN faults by rate never say twice in a row that there is nothing', async () => {
  const replay = await start({ faults: { 'fdsn-empty': 0.5, 'fdsn-204': 0.5 } });
  const counts: number[] = [];
  for (let i = 0; i < 6; i++) {
    const answer = await fetch(`${replay.fdsnUrl}query?format=json&limit=5&updatedafter=2023-02-05T00:00:00`);
    const text = await answer.text();
    counts.push(text === '' ? 0 : (JSON.parse(text) as { features: unknown[] }).features.length);
  }
  expect(counts).toEqual([0, 5, 0, 5, 0, 5]);
});

test('a replay says PORT_TAKEN when another has its port', async () => {
  const { port } = new URL((await start()).fdsnUrl);
  await expect(start({ port: Number(port) })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});
