// How many bytes is a snapshot of a million events on the wire, against the GeoJSON that USGS would send of them?

import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import v8 from 'node:v8';
import vm from 'node:vm';
import { brotliCompress, constants, createGzip } from 'node:zlib';
import { type Catalogue, type CatalogueEntry, createCatalogue } from '../src/catalogue/catalogue.ts';
import { applyChunk, encodeChunk } from '../src/catalogue/codec.ts';
import { toRegionName } from '../src/event/region.ts';
import { COMPOSITION, findRecordings, loadRealEvents } from './real-events.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const COUNT = 1_000_000;
const RUNS = 5;
/** Goals of the issue. */
const BYTES_MAX = 8_000_000;
const RATIO_MIN = 10;
const CHUNK_ROWS = 65_536;

const events = loadRealEvents(findRecordings(), COUNT).reverse();
const catalogue = fill(events);
const stamp = { cursor: 'bench:0' };

function fill(entries: readonly CatalogueEntry[]): Catalogue {
  const filled = createCatalogue();
  for (const entry of entries) filled.upsertEntry(entry);
  return filled;
}

/** Bytes after brotli at quality 11, as a server makes them once for an immutable chunk. */
async function toBrotliBytes(bytes: Uint8Array): Promise<number> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return (await promisify(brotliCompress)(bytes, { params })).length;
}

/** Bytes of a FeatureCollection after gzip -9, features as `toFeature` makes them. */
async function toGzipBytes(
  toFeature: (event: CatalogueEntry) => unknown,
): Promise<{ plain: number; gzip: number }> {
  const gzip = createGzip({ level: 9 });
  let plain = 0;
  let packed = 0;
  gzip.on('data', (piece: Buffer) => {
    packed += piece.length;
  });
  const write = async (text: string) => {
    plain += Buffer.byteLength(text);
    if (!gzip.write(text)) await once(gzip, 'drain');
  };
  await write('{"type":"FeatureCollection","features":[');
  for (let i = 0; i < events.length; i += 1000) {
    const features = events.slice(i, i + 1000).map((event) => JSON.stringify(toFeature(event)));
    await write((i === 0 ? '' : ',') + features.join(','));
  }
  gzip.end(']}');
  await once(gzip, 'end');
  return { plain: plain + 2, gzip: packed };
}

/** USGS's own fields; what a catalogue does not hold is null, which favours GeoJSON. */
function toUsgsFeature(event: CatalogueEntry) {
  const { id, region, originTimeMs, latitudeDeg, longitudeDeg, depthKm } = event;
  const mag = event.magnitude?.value ?? null;
  const code = id.slice(id.indexOf('-') + 1);
  const base = 'https://earthquake.usgs.gov/earthquakes';
  return {
    type: 'Feature',
    properties: {
      ...{ mag, place: region, time: originTimeMs, updated: null, tz: null },
      ...{ url: `${base}/eventpage/${code}`, detail: `${base}/feed/v1.0/detail/${code}.geojson` },
      ...{ felt: null, cdi: null, mmi: null, alert: null, status: null, tsunami: null, sig: null },
      ...{
        net: event.author ?? event.agency,
        code,
        ids: `,${code},`,
        sources: `,${event.author ?? event.agency},`,
      },
      ...{ types: null, nst: null, dmin: null, rms: null, gap: null },
      ...{
        magType: event.magnitude?.type ?? null,
        type: event.eventType,
        title: `M ${mag?.toFixed(1)} - ${region}`,
      },
    },
    geometry: { type: 'Point', coordinates: [longitudeDeg, latitudeDeg, depthKm] },
    id: code,
  };
}

/** As little as a map could do with. */
function toMinimalFeature({
  id,
  magnitude,
  region,
  originTimeMs,
  latitudeDeg,
  longitudeDeg,
  depthKm,
}: CatalogueEntry) {
  return {
    type: 'Feature',
    properties: { mag: magnitude?.value ?? null, place: region, time: originTimeMs },
    geometry: { type: 'Point', coordinates: [longitudeDeg, latitudeDeg, depthKm] },
    id,
  };
}

function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  vm.runInNewContext('gc')();
}

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Wall times of some runs, milliseconds. */
function time(run: () => unknown): number[] {
  return Array.from({ length: RUNS }, () => {
    const startMs = performance.now();
    run();
    return performance.now() - startMs;
  });
}

const chunk = encodeChunk(catalogue, catalogue.timeOrder, stamp);
const parts: Uint8Array[] = [];
for (let i = 0; i < COUNT; i += CHUNK_ROWS) {
  parts.push(encodeChunk(catalogue, catalogue.timeOrder.slice(i, i + CHUNK_ROWS), stamp));
}
const emsc = fill(events.filter(({ agency }) => agency === 'EMSC'));
const byList = fill(
  events.map((event) =>
    event.agency === 'USGS'
      ? { ...event, region: toRegionName(event.latitudeDeg, event.longitudeDeg) }
      : event,
  ),
);

const [whole, usgs, minimal, inParts, listed, emscOnly] = await Promise.all([
  toBrotliBytes(chunk),
  toGzipBytes(toUsgsFeature),
  toGzipBytes(toMinimalFeature),
  Promise.all(parts.map(toBrotliBytes)).then((all) => all.reduce((sum, one) => sum + one, 0)),
  toBrotliBytes(encodeChunk(byList, byList.timeOrder, stamp)),
  toBrotliBytes(encodeChunk(emsc, emsc.timeOrder, stamp)),
]);

const encodeMs = time(() => encodeChunk(catalogue, catalogue.timeOrder, stamp));
const applyMs = time(() => applyChunk(createCatalogue(), chunk));
const beforeBytes = heldBytes();
const held = createCatalogue();
applyChunk(held, chunk);
const memory = (heldBytes() - beforeBytes) / held.count;

const row = (what: string, count: number, plain: number | null, wire: number) => [
  what,
  count.toLocaleString('en'),
  plain === null ? '' : (plain / 1e6).toFixed(1),
  (wire / 1e6).toFixed(2),
  (wire / count).toFixed(2),
  ((wire * COUNT) / count === whole ? 1 : wire / count / (whole / COUNT)).toFixed(2),
];
const partsPlain = parts.reduce((sum, part) => sum + part.length, 0);
const ratio = usgs.gzip / whole;
const reached = (isReached: boolean) => (isReached ? 'reached' : 'missed');
writeResult('snapshot-bytes', {
  title: 'Bytes of a snapshot of a million events',
  method:
    `Question: how large is a snapshot of ${COUNT.toLocaleString('en')} events on the wire? Events: ${COMPOSITION}. ` +
    'Ours: columns chunks (src/catalogue/codec.ts) after brotli 11, which hold id, revision, state, origin, magnitude with ' +
    'its type, region, event type, agency and author. Peers: GeoJSON after gzip -9, with the fields of the USGS feeds ' +
    '(what our events do not hold is null, which favours the peer), and with id, mag, place, time and coordinates alone. ' +
    'Sizes are the same in every run; times are median (least–most) of 5 runs.',
  columns: ['what', 'events', 'plain MB', 'on the wire MB', 'bytes per event', 'against ours'],
  rows: [
    row('columns, one chunk', COUNT, chunk.length, whole),
    row(`columns, chunks of ${CHUNK_ROWS.toLocaleString('en')}`, COUNT, partsPlain, inParts),
    row('columns, USGS’s towns replaced by Flinn-Engdahl regions', COUNT, null, listed),
    row('columns, the EMSC events alone', emsc.count, null, emscOnly),
    row('USGS GeoJSON, gzip -9', COUNT, usgs.plain, usgs.gzip),
    row('minimal GeoJSON, gzip -9', COUNT, minimal.plain, minimal.gzip),
  ],
  verdict:
    `Goal at most ${BYTES_MAX / 1e6} MB: ${reached(whole <= BYTES_MAX)} (${(whole / 1e6).toFixed(2)} MB). ` +
    `Goal at least ${RATIO_MIN} times smaller than gzipped USGS GeoJSON: ${reached(ratio >= RATIO_MIN)} ` +
    `(${ratio.toFixed(1)} times; ${(minimal.gzip / whole).toFixed(1)} times smaller than the minimal one). ` +
    `Encoding takes ${toRange(encodeMs, 0)} ms, taking in a chunk of all ${toRange(applyMs, 0)} ms ` +
    `(${((1e6 * toQuantile(applyMs, 0.5)) / COUNT).toFixed(0)} ns an event), without brotli. ` +
    `In memory an event takes ${memory.toFixed(0)} bytes.`,
});
