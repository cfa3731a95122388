// How many bytes is a snapshot of a million events on the wire, against the GeoJSON that USGS would send of them?

import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import v8 from 'node:v8';
import vm from 'node:vm';
import { brotliCompress, constants, createGzip } from 'node:zlib';
import { toEntry, type UsgsCsvRow } from '../scripts/usgs-csv.ts';
import { type Catalogue, type CatalogueEntry, createCatalogue } from '../src/catalogue/catalogue.ts';
import { applyChunk, encodeChunk } from '../src/catalogue/codec.ts';
import { toRegionName } from '../src/event/region.ts';
import { COMPOSITION, findRecordings, loadRealEvents, readUsgsRows } from './real-events.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const COUNT = 1_000_000;
const RUNS = 5;
/** Goals of the issue. */
const BYTES_MAX = 8_000_000;
const RATIO_MIN = 10;
const CHUNK_ROWS = 65_536;

const folder = findRecordings();
const events = loadRealEvents(folder, COUNT).reverse();
const usgsRows = readUsgsRows(folder);
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

/** Bytes of a FeatureCollection, and after gzip -9, of `events` as `toFeature` makes them. */
async function toGzipBytes<T>(
  events: readonly T[],
  toFeature: (event: T) => unknown,
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

/** USGS's own fields in their order; those not in `more` are null where an entry does not tell them. */
function toUsgsFeature(event: CatalogueEntry, more: Record<string, unknown> = {}) {
  const { id, region, originTimeMs, latitudeDeg, longitudeDeg, depthKm } = event;
  const mag = event.magnitude?.value ?? null;
  const code = id.slice(id.indexOf('-') + 1);
  const net = event.author ?? event.agency;
  const base = 'https://earthquake.usgs.gov/earthquakes';
  return {
    type: 'Feature',
    properties: {
      ...{ mag, place: region, time: originTimeMs, updated: null, tz: null },
      ...{ url: `${base}/eventpage/${code}`, detail: `${base}/feed/v1.0/detail/${code}.geojson` },
      ...{ felt: null, cdi: null, mmi: null, alert: null, status: null, tsunami: null, sig: null },
      ...{ net, code, ids: `,${code},`, sources: `,${net},`, types: null },
      ...{ nst: null, dmin: null, rms: null, gap: null },
      ...{ magType: event.magnitude?.type ?? null, type: event.eventType },
      ...{ title: `M ${mag?.toFixed(1)} - ${region}`, ...more },
    },
    geometry: { type: 'Point', coordinates: [longitudeDeg, latitudeDeg, depthKm] },
    id: code,
  };
}

/** The feature of a line of USGS's CSV, with all of USGS's values that the line has, and the least of the others. */
function toFullUsgsFeature(row: UsgsCsvRow) {
  const event = toEntry(row);
  const number = (name: string) => (row[name] == null ? null : Number(row[name]));
  return toUsgsFeature(event, {
    updated: Date.parse(row['updated']!),
    status: row['status'],
    tsunami: 0,
    sig: Math.round(((event.magnitude?.value ?? 0) ** 2 * 100) / 6.5), // the rule for events nobody reported
    types: ',origin,phase-data,',
    ...{ nst: number('nst'), dmin: number('dmin'), rms: number('rms'), gap: number('gap') },
  });
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
const usgsOnly = fill(usgsRows.map(toEntry));
const byList = fill(
  events.map((event) =>
    event.agency === 'USGS'
      ? { ...event, region: toRegionName(event.latitudeDeg, event.longitudeDeg) }
      : event,
  ),
);
const toWhole = (one: Catalogue) => toBrotliBytes(encodeChunk(one, one.timeOrder, stamp));

const [whole, usgsBytes, usgsFull, usgs, minimal, inParts, listed, emscBytes] = await Promise.all([
  toBrotliBytes(chunk),
  toWhole(usgsOnly),
  toGzipBytes(usgsRows, toFullUsgsFeature),
  toGzipBytes(events, (event) => toUsgsFeature(event)),
  toGzipBytes(events, toMinimalFeature),
  Promise.all(parts.map(toBrotliBytes)).then((all) => all.reduce((sum, one) => sum + one, 0)),
  toWhole(byList),
  toWhole(emsc),
]);

const encodeMs = time(() => encodeChunk(catalogue, catalogue.timeOrder, stamp));
const applyMs = time(() => applyChunk(createCatalogue(), chunk));
const beforeBytes = heldBytes();
const held = createCatalogue();
applyChunk(held, chunk);
const memory = (heldBytes() - beforeBytes) / held.count;

const row = (what: string, count: number, plain: number | null, wire: number, ours: number | null) => [
  what,
  count.toLocaleString('en'),
  plain === null ? '' : (plain / 1e6).toFixed(1),
  (wire / 1e6).toFixed(2),
  (wire / count).toFixed(2),
  ours === null ? '' : `${(wire / ours).toFixed(1)} ×`,
];
const ratio = usgs.gzip / whole;
const fullRatio = usgsFull.gzip / usgsBytes;
const reached = (isReached: boolean) => (isReached ? 'reached' : 'missed');
writeResult('snapshot-bytes', {
  title: 'Bytes of a snapshot of a million events',
  method:
    `Question: how large is a snapshot of ${COUNT.toLocaleString('en')} events on the wire? Events: ${COMPOSITION}.\n\n` +
    'Ours: chunks of columns (src/catalogue/codec.ts) after brotli 11: id, revision, state, origin, magnitude with its type, ' +
    'region, event type, agency and author. Peers, after gzip -9: GeoJSON with the fields of the USGS feeds, those that our ' +
    'events do not hold being null, which favours the peer; the same with nothing but id, mag, place, time and coordinates; and, ' +
    'for the events of which USGS’s own lines were recorded, with their values (updated, status, nst, dmin, rms, gap; sig by ' +
    'USGS’s rule, types the least there is), as USGS would send them. Sizes are the same in every run; times are median ' +
    `(least–most) of ${RUNS} runs.`,
  columns: ['what', 'events', 'plain MB', 'on the wire MB', 'bytes per event', 'against our bytes for them'],
  rows: [
    row('columns, one chunk', COUNT, chunk.length, whole, null),
    row(
      `columns, chunks of ${CHUNK_ROWS.toLocaleString('en')}`,
      COUNT,
      parts.reduce((sum, part) => sum + part.length, 0),
      inParts,
      whole,
    ),
    row('columns, USGS’s towns replaced by Flinn-Engdahl regions', COUNT, null, listed, whole),
    row('USGS GeoJSON, values we lack null', COUNT, usgs.plain, usgs.gzip, whole),
    row('minimal GeoJSON', COUNT, minimal.plain, minimal.gzip, whole),
    row('columns, the EMSC events alone', emsc.count, null, emscBytes, null),
    row('columns, the USGS events of 2022-06 to 2025-06 alone', usgsOnly.count, null, usgsBytes, null),
    row(
      'USGS GeoJSON of these, with USGS’s values',
      usgsRows.length,
      usgsFull.plain,
      usgsFull.gzip,
      usgsBytes,
    ),
  ],
  verdict:
    `Goal at most ${BYTES_MAX / 1e6} MB: ${reached(whole <= BYTES_MAX)} with ${(whole / 1e6).toFixed(2)} MB, USGS’s towns ` +
    `included; ${reached(listed <= BYTES_MAX)} with ${(listed / 1e6).toFixed(2)} MB where regions come from the list. ` +
    `Goal ${RATIO_MIN} times smaller than gzipped USGS GeoJSON: ${reached(Math.max(ratio, fullRatio) >= RATIO_MIN)}: ` +
    `${ratio.toFixed(1)} times with nulls, ${fullRatio.toFixed(1)} times with USGS’s values, which columns do not hold.\n\n` +
    `Without brotli, encoding takes ${toRange(encodeMs, 0)} ms, taking in a chunk of all ${toRange(applyMs, 0)} ms ` +
    `(${((1e6 * toQuantile(applyMs, 0.5)) / COUNT / 1000).toFixed(1)} µs an event). In memory an event takes ` +
    `${memory.toFixed(0)} bytes, dictionaries and index included.`,
});
