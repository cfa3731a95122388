// When each recorded change is published again. A revision log knows it to the hour only (the look that
// found it); a plausible instant between that look and the one before is made here, always the same. Pure.

import type { RevlogRow } from './revlog.ts';

export type PublishedAction = 'create' | 'update' | 'remove';

export interface TimelineEntry {
  /** When the replayed agency publishes it, ms since the epoch UTC. */
  readonly atMs: number;
  readonly action: PublishedAction;
  readonly row: RevlogRow;
}

const MINUTE_MS = 60_000;
/** Assumed time between the first look of a recording and the one before it. */
const FIRST_LOOK_MS = 3_600_000;

/**
 * The rows as publications, by ascending time. A row goes out at its `lastupdate` where that lies between the
 * look before and the look that found it, else at an instant spread over that time by its identifier; never
 * before its earthquake, and never before the same event's row ahead of it.
 */
export function toTimeline(rows: readonly RevlogRow[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const lastAtMs = new Map<string, number>();
  let lookMs = Number.NaN;
  let lookBeforeMs = Number.NaN;
  for (const row of rows) {
    if (row.observedAtMs !== lookMs) {
      lookBeforeMs = Number.isNaN(lookMs) ? row.observedAtMs - FIRST_LOOK_MS : lookMs;
      lookMs = row.observedAtMs;
    }
    const earliestMs = Math.max(
      row.op === 'D' ? lookBeforeMs : row.originTimeMs,
      (lastAtMs.get(row.unid) ?? Number.NEGATIVE_INFINITY) + 1,
    );
    const atMs = Math.max(toInstant(row, lookBeforeMs), earliestMs);
    lastAtMs.set(row.unid, atMs);
    entries.push({ atMs, action: toAction(row), row });
  }
  return entries.sort((a, b) => a.atMs - b.atMs);
}

function toAction(row: RevlogRow): PublishedAction {
  if (row.op === 'D') return 'remove';
  return row.op === 'N' ? 'create' : 'update';
}

function toInstant(row: RevlogRow, lookBeforeMs: number): number {
  const share = toShare(`${row.unid}/${row.observedAtMs}`);
  // Until 2023-03-03 `lastupdate` was cut to the minute: such a row gets a place within its minute.
  const resolutionMs = row.lastUpdateMs % MINUTE_MS === 0 ? MINUTE_MS : 0;
  const updatedMs = row.lastUpdateMs + share * resolutionMs;
  if (row.op !== 'D' && updatedMs > lookBeforeMs && row.lastUpdateMs <= row.observedAtMs)
    return Math.min(updatedMs, row.observedAtMs);
  return lookBeforeMs + share * (row.observedAtMs - lookBeforeMs);
}

/** A number in [0, 1) that depends on the text alone (FNV-1a with a last mix). */
function toShare(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
