// What the replayed agency lists at the replayed instant, and the queries its FDSN service answers from it.
// Pure but for its own state.

import type { RevlogRow } from './revlog.ts';
import type { TimelineEntry } from './timeline.ts';

/** A query of the FDSN event service, long names; absent members do not filter. Instants in ms since the epoch UTC. */
export interface CatalogueQuery {
  readonly starttime?: number;
  readonly endtime?: number;
  readonly updatedafter?: number;
  readonly minlatitude?: number;
  readonly maxlatitude?: number;
  readonly minlongitude?: number;
  readonly maxlongitude?: number;
  readonly mindepth?: number;
  readonly maxdepth?: number;
  readonly minmagnitude?: number;
  readonly maxmagnitude?: number;
  readonly eventid?: string;
  readonly orderby?: 'time' | 'time-asc' | 'magnitude' | 'magnitude-asc';
  /** At least 1. */
  readonly limit?: number;
  /** Counts from 1. */
  readonly offset?: number;
}

export interface CatalogueAnswer {
  readonly rows: readonly RevlogRow[];
  /** How many match, whatever limit and offset are. */
  readonly total: number;
}

export interface ReplayCatalogue {
  apply(entry: TimelineEntry): void;
  query(query: CatalogueQuery): CatalogueAnswer;
}

interface Listed {
  readonly row: RevlogRow;
  /**
   * When the agency changed it, for `updatedafter`: its `lastupdate`, but not before it was published. A recording
   * shows some changes long after the `lastupdate` they bear, and a client that was away must be able to ask for them.
   */
  readonly changedAtMs: number;
}

export function createReplayCatalogue(): ReplayCatalogue {
  const listed = new Map<string, Listed>();
  return {
    apply({ action, atMs, row }) {
      if (action === 'remove') listed.delete(row.unid);
      else listed.set(row.unid, { row, changedAtMs: Math.max(atMs, row.lastUpdateMs) });
    },
    query(query) {
      const candidates = query.eventid === undefined ? listed.values() : [listed.get(query.eventid)];
      const rows: RevlogRow[] = [];
      for (const one of candidates) if (one && matches(one, query)) rows.push(one.row);
      rows.sort(ORDERS[query.orderby ?? 'time']);
      const from = (query.offset ?? 1) - 1;
      return { rows: rows.slice(from, from + (query.limit ?? rows.length)), total: rows.length };
    },
  };
}

function matches({ row, changedAtMs }: Listed, query: CatalogueQuery): boolean {
  return (
    (query.updatedafter === undefined || changedAtMs > query.updatedafter) &&
    isWithin(row.originTimeMs, query.starttime, query.endtime) &&
    isWithin(row.latitudeDeg, query.minlatitude, query.maxlatitude) &&
    isWithin(row.longitudeDeg, query.minlongitude, query.maxlongitude) &&
    isWithin(row.depthKm, query.mindepth, query.maxdepth) &&
    isWithin(row.magnitude, query.minmagnitude, query.maxmagnitude)
  );
}

/** Limits are inclusive (FDSN); what is absent lies within none. */
function isWithin(
  value: number | null,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
): boolean {
  if (value === null) return min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY;
  return value >= min && value <= max;
}

const byTime = (a: RevlogRow, b: RevlogRow) => a.originTimeMs - b.originTimeMs;
const byMagnitude = (a: RevlogRow, b: RevlogRow) => (a.magnitude ?? -10) - (b.magnitude ?? -10);

const ORDERS = {
  time: (a: RevlogRow, b: RevlogRow) => byTime(b, a),
  'time-asc': byTime,
  magnitude: (a: RevlogRow, b: RevlogRow) => byMagnitude(b, a),
  'magnitude-asc': byMagnitude,
} as const;
