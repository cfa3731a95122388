// A million real events for the benches that ask about a full catalogue: recorded from EMSC, USGS, the Southern
// California Earthquake Data Center and GeoNet, each event once, in its last version seen.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseUsgsCsv, parseUsgsCsvRows, type UsgsCsvRow } from '../scripts/usgs-csv.ts';
import type { CatalogueEntry } from '../src/catalogue/catalogue.ts';
import { toEventId } from '../src/event/identity.ts';
import { toRegionName } from '../src/event/region.ts';
import { toEventType } from '../src/sources/emsc/event-type.ts';

/** The folder of recordings, or the end of the process with a sentence: a bench without data measures nothing. */
export function findRecordings(): string {
  const folder = resolve(process.env['QUAKEWIRE_RECORDINGS'] ?? '../shared/data');
  if (existsSync(join(folder, 'emsc/revlog'))) return folder;
  console.error(`No recordings in ${folder}: name their folder in QUAKEWIRE_RECORDINGS`);
  process.exit(1);
}

/** What `loadRealEvents` gives, in words. */
export const COMPOSITION =
  'real events, the newest of: EMSC 2021-05 to 2024-04 (each unid in its last version, its revisions counted), ' +
  'USGS 2022-06 to 2025-06, 2019-11, 2021-05 and the 1960s, SCEDC 1932 to 2009, GeoNet 2024 and 2025. Regions as the ' +
  'agency gives them (USGS: the nearest town), Flinn-Engdahl for SCEDC and GeoNet, which give none';

/** The newest `count` recorded events, newest first; each id once, lines without a place or time left out. */
export function loadRealEvents(folder: string, count: number): CatalogueEntry[] {
  const events = new Map<string, CatalogueEntry>();
  for (const read of [readEmsc, readUsgs, readScedc, readGeonet]) {
    for (const event of read(folder)) {
      const { originTimeMs, latitudeDeg, longitudeDeg, depthKm } = event;
      if (Number.isFinite(originTimeMs + latitudeDeg + longitudeDeg + (depthKm ?? 0)))
        events.set(event.id, event);
    }
  }
  if (events.size < count) throw new Error(`${events.size} recorded events, ${count} wanted`);
  return [...events.values()].sort((a, b) => b.originTimeMs - a.originTimeMs).slice(0, count);
}

const AS_RECORDED = { state: 'live', starter: false, offset: -1 } as const;

function* readEmsc(folder: string): Generator<CatalogueEntry> {
  const events = new Map<string, CatalogueEntry>();
  for (const line of readLines(join(folder, 'emsc/revlog'))) {
    const [, operation, json] = line.split('\t');
    const { properties: own } = JSON.parse(json!) as { properties: Record<string, string & number> };
    const before = events.get(own['unid']!);
    events.set(own['unid']!, {
      ...AS_RECORDED,
      id: toEventId('EMSC', own['unid']!),
      revision: (before?.revision ?? 0) + 1,
      state: operation === 'D' ? 'withdrawn' : 'live',
      originTimeMs: Date.parse(own['time']!),
      latitudeDeg: own['lat']!,
      longitudeDeg: own['lon']!,
      depthKm: own['depth']!,
      magnitude: { value: own['mag']!, type: own['magtype']! },
      region: own['flynn_region']!,
      eventType: toEventType(own['evtype']!).eventType,
      agency: 'EMSC',
      author: own['auth']!,
    });
  }
  yield* events.values();
}

/** USGS; revisions counted where its feed was recorded poll by poll, 1 elsewhere. */
function* readUsgs(folder: string): Generator<CatalogueEntry> {
  const revisions = new Map<string, number>();
  for (const line of readLines(join(folder, 'usgs/revlog'))) {
    const id = /,[a-z]+,([a-z0-9]+),\d{4}-/.exec(line)?.[1];
    if (id) revisions.set(id, (revisions.get(id) ?? 0) + 1);
  }
  const ids = new Set<string>();
  for (const part of ['usgs/catalogue', 'usgs/comcat-csv']) {
    for (const file of readdirSync(join(folder, part)).filter((name) => name.endsWith('.csv.gz'))) {
      for (const event of parseUsgsCsv(readText(join(folder, part, file)))) {
        if (ids.has(event.id)) continue;
        ids.add(event.id);
        yield { ...event, revision: revisions.get(event.id.slice('usgs-'.length)) ?? 1 };
      }
    }
  }
}

/** The lines of USGS's own catalogue files, 2022-06 to 2025-06, with all that USGS said of each event. */
export function readUsgsRows(folder: string): UsgsCsvRow[] {
  const files = readdirSync(join(folder, 'usgs/catalogue')).filter((name) => name.endsWith('.csv.gz'));
  return files.sort().flatMap((file) => parseUsgsCsvRows(readText(join(folder, 'usgs/catalogue', file))));
}

/** Southern California; columns of SCEDC's format separated by blanks, lines of # are comments. */
function* readScedc(folder: string): Generator<CatalogueEntry> {
  const types: Readonly<Record<string, string>> = { eq: 'earthquake', qb: 'quarry blast', sn: 'sonic boom' };
  for (const line of readLines(join(folder, 'scedc'))) {
    if (!/^\d/.test(line)) continue;
    const [date, time, type, , value, magnitudeType, latitude, longitude, depth, , id] = line.split(/\s+/);
    const [hour, minute, second] = time!.split(':').map(Number);
    const dayMs = Date.parse(`${date!.replaceAll('/', '-')}T00:00:00Z`);
    yield {
      ...AS_RECORDED,
      ...place(Number(latitude), Number(longitude)),
      id: toEventId('SCEDC', id!),
      revision: 1,
      originTimeMs: dayMs + ((hour! * 60 + minute!) * 60 + second!) * 1000,
      depthKm: Number(depth),
      magnitude: magnitudeType === 'n' ? null : { value: Number(value), type: `m${magnitudeType}` },
      eventType: types[type!] ?? null,
      agency: 'SCEDC',
      author: null,
    };
  }
}

function* readGeonet(folder: string): Generator<CatalogueEntry> {
  for (const line of readLines(join(folder, 'geonet'), 'Events_202[45].csv.gz')) {
    const [id, time, latitude, longitude, depth, , , value] = line.split(',');
    if (id === '#ID') continue;
    yield {
      ...AS_RECORDED,
      ...place(Number(latitude), Number(longitude)),
      id: toEventId('GEONET', id!),
      revision: 1,
      originTimeMs: Date.parse(time!),
      depthKm: Number(depth),
      magnitude: value ? { value: Number(value), type: 'MLv' } : null,
      eventType: 'earthquake',
      agency: 'GEONET',
      author: null,
    };
  }
}

function place(latitudeDeg: number, longitudeDeg: number) {
  return { latitudeDeg, longitudeDeg, region: toRegionName(latitudeDeg, longitudeDeg) };
}

/** The lines of all gzipped files of a folder whose names match, in the order of their names. */
function* readLines(folder: string, name = 'gz$'): Generator<string> {
  for (const file of readdirSync(folder).sort()) {
    if (new RegExp(name).test(file)) yield* readText(join(folder, file)).split('\n').filter(Boolean);
  }
}

function readText(path: string): string {
  return gunzipSync(readFileSync(path)).toString('utf8');
}
