// The page of src/web/bench/million.html, built and served, and the same real events in the form of each side: for the
// benches that hold our event layer against MapLibre's GeoJSON circles.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { type CatalogueEntry, createCatalogue } from '../src/catalogue/catalogue.ts';
import { encodeChunk } from '../src/catalogue/codec.ts';

/** A page that is isolated may read a clock of 5 µs instead of 100. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

export interface MapPage {
  readonly url: string;
  stop(): void;
}

/** Builds the page and serves it with `data`, by path, beside it. */
export async function startMapPage(data: Readonly<Record<string, Uint8Array>>): Promise<MapPage> {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-map-'));
  await build({
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input: 'src/web/bench/million.html' } },
  });
  const server = await serve(folder, data);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One chunk of all the events. */
export function toChunk(events: readonly CatalogueEntry[]): Uint8Array {
  const catalogue = createCatalogue({ capacity: events.length });
  for (const event of events) catalogue.upsertEntry(event);
  const rows = Uint32Array.from({ length: catalogue.count }, (_, row) => row);
  return encodeChunk(catalogue, rows, { cursor: 'bench:0' });
}

/** With no property that MapLibre's layer does not need. */
export function toGeojson(events: readonly CatalogueEntry[]): Uint8Array {
  const features = events.map(({ longitudeDeg, latitudeDeg, magnitude, originTimeMs }) => {
    const properties = { mag: magnitude?.value ?? null, time: originTimeMs };
    return JSON.stringify({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [longitudeDeg, latitudeDeg] },
      properties,
    });
  });
  return new TextEncoder().encode(`{"type":"FeatureCollection","features":[${features.join(',')}]}`);
}

async function serve(root: string, data: Readonly<Record<string, Uint8Array>>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://bench').pathname;
    const file = join(root, path === '/' ? 'bench/million.html' : path);
    const bytes = data[path] ?? (existsSync(file) ? readFileSync(file) : null);
    const type = path === '/' ? 'text/html' : (TYPES[extname(path)] ?? 'application/octet-stream');
    if (bytes === null) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type, ...ISOLATION }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
