// The back-fill of a first start: the last days, newest first, one day after the other. What is left of it
// is a small value that survives a kill. Pure.

export interface Backfill {
  /** Instant of the first start, ms since the epoch UTC: day 0 ends here. */
  readonly endMs: number;
  readonly days: number;
  /** Days done, from the newest; equals `days` when all is done. */
  readonly daysDone: number;
}

const DAY_MS = 86_400_000;

/** The window of the next day to fetch; null when all is done. */
export function toNextWindow({ endMs, days, daysDone }: Backfill): { startMs: number; endMs: number } | null {
  return daysDone < days
    ? { startMs: endMs - (daysDone + 1) * DAY_MS, endMs: endMs - daysDone * DAY_MS }
    : null;
}

export function encodeBackfill({ endMs, days, daysDone }: Backfill): string {
  return `${endMs} ${days} ${daysDone}`;
}

/** What `encodeBackfill` wrote; null for nothing, or for what it cannot have written. */
export function decodeBackfill(text: string | null): Backfill | null {
  const match = /^(\d{1,15}(?:\.\d+)?) (\d{1,4}) (\d{1,4})$/.exec(text ?? '');
  return match ? { endMs: Number(match[1]), days: Number(match[2]), daysDone: Number(match[3]) } : null;
}
