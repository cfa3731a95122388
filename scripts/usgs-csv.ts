// USGS's CSV of events (feeds and fdsnws-event, 22 columns) as entries of a catalogue. Pure.

import type { CatalogueEntry } from '../src/catalogue/catalogue.ts';
import { EVENT_TYPES } from '../src/event/event-types.ts';
import { toEventId } from '../src/event/identity.ts';

const KNOWN_TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);
/** Spellings of older files that are no words of QuakeML. */
const OLD_TYPES: Readonly<Record<string, string>> = {
  quarry: 'quarry blast',
  quarry_blast: 'quarry blast',
  nuke: 'nuclear explosion',
  rockburst: 'rock burst',
  sonicboom: 'sonic boom',
};

/** One line by the names of the header line; null where a cell is empty. */
export type UsgsCsvRow = Readonly<Record<string, string | null>>;

/** The events of a CSV with USGS's header line; region is USGS's `place`, author its `net`, revision 1. */
export function parseUsgsCsv(text: string): CatalogueEntry[] {
  return parseUsgsCsvRows(text).map(toEntry);
}

export function parseUsgsCsvRows(text: string): UsgsCsvRow[] {
  const [header, ...lines] = text.split('\n').filter((line) => line !== '');
  const names = splitCsvLine(header ?? '');
  return lines.map((line) => {
    const cells = splitCsvLine(line);
    return Object.fromEntries(names.map((name, i) => [name, cells[i] || null]));
  });
}

export function toEntry(row: UsgsCsvRow): CatalogueEntry {
  const magnitude = toNumber(row['mag']);
  return {
    id: toEventId('USGS', row['id']!),
    revision: 1,
    state: 'live',
    starter: false,
    originTimeMs: Date.parse(row['time']!),
    latitudeDeg: Number(row['latitude']),
    longitudeDeg: Number(row['longitude']),
    depthKm: toNumber(row['depth']),
    magnitude: magnitude === null ? null : { value: magnitude, type: row['magType'] ?? null },
    region: row['place'] ?? null,
    eventType: toQuakemlType(row['type'] ?? null),
    agency: 'USGS',
    author: row['net'] ?? null,
    offset: -1,
  };
}

function toNumber(cell: string | null | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}

/** null when USGS's word is neither one of QuakeML nor an old spelling of one. */
function toQuakemlType(word: string | null): string | null {
  if (word === null) return null;
  return KNOWN_TYPES.has(word) ? word : (OLD_TYPES[word] ?? null);
}

/** The cells of one line; a quoted cell may hold commas, and "" for a quote. */
function splitCsvLine(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/y;
  while (cell.lastIndex < line.length) {
    const [, quoted, bare] = cell.exec(line)!;
    cells.push(quoted === undefined ? bare! : quoted.replaceAll('""', '"'));
  }
  return cells;
}
