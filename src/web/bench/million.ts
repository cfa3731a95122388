// The page of bench/map-million.ts and bench/page-frames.ts, no part of the product: the same events once through our layer, once through
// MapLibre's GeoJSON circles, each step called from outside and ended when the GPU has drawn it.

import { Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { EventId, QuakeEvent } from '../../event/types.ts';
import { createSseParser } from '../live/sse-parse.ts';
import { RADIUS_BASE_PX, RADIUS_GROWTH, RADIUS_MAX_PX } from '../map/encodings.ts';
import { EventLayer } from '../map/event-layer.ts';
import { PALETTES } from '../map/palettes.ts';
import { createSharedCatalogue, type SharedCatalogue } from '../state/shared-catalogue.ts';
import { NO_BOUNDS } from '../state/visibility.ts';
import '../map/map.css';

setWorkerUrl(workerUrl);

const palette = PALETTES.light;
/** Zoom at which both draw radii in full. */
const VIEW = { center: [20, 20] as [number, number], zoom: 1.5 };

let map: MapLibreMap | null = null;
let layer: EventLayer | null = null;
let catalogue: SharedCatalogue | null = null;
let bytes = new Uint8Array();
let frames = 0;

/** An empty map that has been drawn; not timed. */
async function prepare(chunkUrl: string | null): Promise<void> {
  if (chunkUrl !== null) bytes = new Uint8Array(await (await fetch(chunkUrl)).arrayBuffer());
  const water = { id: 'water', type: 'background', paint: { 'background-color': palette.water } } as const;
  map = new MapLibreMap({
    container: 'map',
    style: { version: 8, sources: {}, layers: [water] },
    attributionControl: false,
    fadeDuration: 0,
    ...VIEW,
  });
  map.on('render', () => frames++);
  await map.once('idle');
}

/** From the chunk's bytes to events on the screen. */
async function loadOurs(nowMs: number): Promise<number> {
  const startMs = performance.now();
  catalogue = createSharedCatalogue((callback) => requestAnimationFrame(callback));
  catalogue.applyChunk(bytes);
  layer = new EventLayer({
    catalogue,
    palette,
    colorMode: 'age',
    now: () => performance.now(),
    reducedMotion: () => true,
  });
  layer.setView(NO_BOUNDS, nowMs);
  map!.addLayer(layer);
  await drawn();
  return performance.now() - startMs;
}

async function filterOurs(minMagnitude: number, nowMs: number): Promise<number> {
  const startMs = performance.now();
  layer!.setView({ ...NO_BOUNDS, minMagnitudeE2: minMagnitude * 100 }, nowMs);
  await drawn();
  return performance.now() - startMs;
}

/** From the URL of a GeoJSON file, which MapLibre's worker reads, to events on the screen. */
async function loadPeer(url: string, nowMs: number): Promise<number> {
  const startMs = performance.now();
  map!.addSource('events', { type: 'geojson', data: url });
  map!.addLayer({
    id: 'events',
    type: 'circle',
    source: 'events',
    paint: {
      'circle-radius': [
        'min',
        RADIUS_MAX_PX,
        ['*', RADIUS_BASE_PX, ['^', RADIUS_GROWTH, ['coalesce', ['get', 'mag'], 0]]],
      ],
      'circle-color': [
        'step',
        ['-', nowMs, ['get', 'time']],
        palette.age.colors[0]!,
        86_400_000,
        palette.age.colors[4]!,
      ],
      'circle-opacity': 0.45,
    },
  });
  await map!.once('idle');
  await gpuDone();
  return performance.now() - startMs;
}

async function filterPeer(minMagnitude: number): Promise<number> {
  const startMs = performance.now();
  map!.setFilter('events', ['>=', ['get', 'mag'], minMagnitude]);
  await map!.once('idle');
  await gpuDone();
  return performance.now() - startMs;
}

/** One change a frame, as a slider that is dragged; then until all is drawn. Gives the number of frames drawn. */
async function dragOurs(magnitudes: readonly number[], nowMs: number): Promise<number> {
  const before = frames;
  for (const magnitude of magnitudes) {
    await nextTurn();
    layer!.setView({ ...NO_BOUNDS, minMagnitudeE2: magnitude * 100 }, nowMs);
  }
  await drawn();
  return frames - before;
}

async function dragPeer(magnitudes: readonly number[]): Promise<number> {
  const before = frames;
  for (const magnitude of magnitudes) {
    await nextTurn();
    map!.setFilter('events', ['>=', ['get', 'mag'], magnitude]);
  }
  await map!.once('idle');
  await gpuDone();
  return frames - before;
}

/** Frames without any change, one after the other, as a filter that is dragged has them. */
async function repaint(count: number): Promise<number> {
  const before = frames;
  for (let i = 0; i < count; i++) {
    await nextTurn();
    map!.triggerRepaint();
  }
  await drawn();
  return frames - before;
}

interface LiveStep {
  /** From the stream's bytes to the row in the columns and the change noted. */
  readonly applyMs: number;
  /** The layer's part of a frame that writes the row into the GPU's buffers, and of one without a change. */
  readonly renderMs: number;
  readonly plainMs: number;
}

const PLAIN_FRAMES = 11;

/** Events of the stream one by one, each until a frame shows it. */
async function liveOurs(count: number, nowMs: number): Promise<LiveStep[]> {
  const shared = catalogue!;
  const parser = createSseParser({
    onMessage: ({ id, data }) => shared.applyEvent(JSON.parse(data), Number(id)),
    onId: () => {},
    onRetry: () => {},
  });
  shared.onChange((change) => layer!.takeChange(change));
  let renderMs = 0;
  const render = layer!.render.bind(layer);
  layer!.render = (gl, input) => {
    const startMs = performance.now();
    render(gl, input);
    renderMs = performance.now() - startMs;
  };
  const steps: LiveStep[] = [];
  const plain: number[] = [];
  for (let i = 0; i < PLAIN_FRAMES; i++) {
    map!.triggerRepaint();
    await drawn();
    plain.push(renderMs);
  }
  const plainMs = plain.sort((a, b) => a - b)[PLAIN_FRAMES >> 1]!;
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    parser.push(toFrame(i, nowMs));
    const applyMs = performance.now() - startMs;
    await drawn();
    steps.push({ applyMs, renderMs, plainMs });
  }
  return steps;
}

/** As the gateway writes it. */
function toFrame(number: number, nowMs: number): Uint8Array {
  const agencyEventId = `20990101_${String(number).padStart(7, '0')}`;
  const event: QuakeEvent = {
    ...{ schemaVersion: 1, id: `emsc-${agencyEventId}` as EventId, revision: 1, state: 'live' },
    origin: {
      originTimeMs: nowMs + 1000 * number,
      ...{ latitudeDeg: 37.17, longitudeDeg: 37.03, depthKm: 10, evaluationMode: null },
    },
    magnitude: { value: 3.5 + (number % 3), type: 'mw' },
    ...{ region: 'CENTRAL TURKEY', eventType: 'earthquake', typeCertainty: null },
    ...{ agency: 'EMSC', author: 'EMSC', updatedAtMs: nowMs, receivedAtMs: nowMs, firstReceivedAtMs: nowMs },
    reports: [{ agency: 'EMSC', agencyEventId }],
    changed: [],
  };
  return new TextEncoder().encode(`event: event\nid: ${number}\ndata: ${JSON.stringify(event)}\n\n`);
}

const nextTurn = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The next frame, and the GPU done with it. */
async function drawn(): Promise<void> {
  await map!.once('render');
  await gpuDone();
}

/** Each asking is work of the main thread, too. */
const GPU_POLL_MS = 20;

/** Waits for the GPU by asking now and then: the main thread is free meanwhile, and its own work can be told apart. */
async function gpuDone(): Promise<void> {
  const gl = map!.getCanvas().getContext('webgl2')!;
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)!;
  gl.flush();
  while (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED)
    await new Promise((resolve) => setTimeout(resolve, GPU_POLL_MS));
  gl.deleteSync(fence);
}

Object.assign(window, {
  bench: {
    ...{
      prepare,
      loadOurs,
      filterOurs,
      dragOurs,
      liveOurs,
      loadPeer,
      filterPeer,
      dragPeer,
      repaint,
      gpuDone,
    },
    get frames() {
      return frames;
    },
  },
});
