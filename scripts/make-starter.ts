// Builds assets/starter.qwc, the catalogue of a first start without any agency in reach:
//   node scripts/make-starter.ts <folder with USGS CSV files, *.csv or *.csv.gz>
// USGS events of M >= 4.5 with origin times from 2022 to 2025. The same files give the same bytes.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CatalogueEntry, createCatalogue } from '../src/catalogue/catalogue.ts';
import { encodeChunk } from '../src/catalogue/codec.ts';
import { toRegionName } from '../src/event/region.ts';
import { parseUsgsCsv } from './usgs-csv.ts';

const MAGNITUDE_MIN = 4.5;
const FROM_MS = Date.UTC(2022, 0);
const TO_MS = Date.UTC(2026, 0);

/**
 * The starter events among those of some CSV texts: each id in its last version, with its Flinn-Engdahl region (the
 * official list, where USGS's place names a town), in the order of time.
 */
export function selectStarter(texts: readonly string[]): CatalogueEntry[] {
  const events = new Map<string, CatalogueEntry>();
  for (const event of texts.flatMap(parseUsgsCsv)) {
    const { originTimeMs, magnitude, latitudeDeg, longitudeDeg } = event;
    if (magnitude === null || magnitude.value < MAGNITUDE_MIN) continue;
    if (originTimeMs < FROM_MS || originTimeMs >= TO_MS) continue;
    events.set(event.id, { ...event, starter: true, region: toRegionName(latitudeDeg, longitudeDeg) });
  }
  return [...events.values()].sort((a, b) => a.originTimeMs - b.originTimeMs || (a.id < b.id ? -1 : 1));
}

/** The starter catalogue's file: a chunk whose cursor is of no log. */
export function encodeStarter(events: readonly CatalogueEntry[]): Uint8Array {
  const catalogue = createCatalogue();
  for (const event of events) catalogue.upsertEntry(event);
  return encodeChunk(catalogue, catalogue.timeOrder, { cursor: 'starter:-1' });
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (!folder) {
    console.error('usage: node scripts/make-starter.ts <folder with USGS CSV files>');
    process.exit(2);
  }
  const files = readdirSync(folder).filter((file) => /\.csv(\.gz)?$/.test(file));
  const texts = files.sort().map((file) => {
    const bytes = readFileSync(join(folder, file));
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  });
  const events = selectStarter(texts);
  const bytes = encodeStarter(events);
  writeFileSync('assets/starter.qwc', bytes);
  const day = (event: CatalogueEntry | undefined) =>
    new Date(event?.originTimeMs ?? 0).toISOString().slice(0, 10);
  console.log(`${events.length} events, ${day(events[0])} to ${day(events.at(-1))}, ${bytes.length} bytes`);
}
