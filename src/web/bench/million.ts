// The page of bench/map-million.ts, no part of the product: the same events once through our layer, once through
// MapLibre's GeoJSON circles, each step called from outside and ended when the GPU has drawn it.

import { Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { RADIUS_BASE_PX, RADIUS_GROWTH, RADIUS_MAX_PX } from '../map/encodings.ts';
import { EventLayer } from '../map/event-layer.ts';
import { PALETTES } from '../map/palettes.ts';
import { createSharedCatalogue } from '../state/shared-catalogue.ts';
import { NO_BOUNDS } from '../state/visibility.ts';
import '../map/map.css';

setWorkerUrl(workerUrl);

const palette = PALETTES.light;
/** Zoom at which both draw radii in full. */
const VIEW = { center: [20, 20] as [number, number], zoom: 1.5 };

let map: MapLibreMap | null = null;
let layer: EventLayer | null = null;
let bytes = new Uint8Array();

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
  await map.once('idle');
}

/** From the chunk's bytes to events on the screen. */
async function loadOurs(nowMs: number): Promise<number> {
  const startMs = performance.now();
  const catalogue = createSharedCatalogue((callback) => requestAnimationFrame(callback));
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

/** The next frame, and the GPU done with it. */
async function drawn(): Promise<void> {
  await map!.once('render');
  await gpuDone();
}

/** Waits for the GPU by asking now and then: the main thread is free meanwhile, and its own work can be told apart. */
async function gpuDone(): Promise<void> {
  const gl = map!.getCanvas().getContext('webgl2')!;
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)!;
  gl.flush();
  while (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED)
    await new Promise((resolve) => setTimeout(resolve, 5));
  gl.deleteSync(fence);
}

Object.assign(window, { bench: { prepare, loadOurs, filterOurs, loadPeer, filterPeer } });
