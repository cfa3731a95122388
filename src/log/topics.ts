// The topics: their names and what is kept of them. The one table that the embedded log, Kafka's
// topic creation and the operations guide go by.

export type Topic = 'quake.reports.v1' | 'quake.events.v1' | 'quake.dead-letters.v1' | 'quake.sources.v1';

export interface TopicPolicy {
  /** `compact`: the last record of each key stays for ever; `delete`: records leave by age and size. */
  readonly cleanup: 'compact' | 'delete';
  /** delete: age at which a record may go. compact: age until which no record is compacted away. Milliseconds. */
  readonly retentionMs: number;
  /** delete: bytes of keys and values kept at most; the oldest go first. null: no such bound. */
  readonly retentionBytes: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const TOPICS: Readonly<Record<Topic, TopicPolicy>> = {
  // A year of EMSC is about 140,000 reports of 0.5 kB; the bound is a brake for a flood, not for the world.
  'quake.reports.v1': { cleanup: 'delete', retentionMs: 365 * DAY_MS, retentionBytes: 2 * 1024 ** 3 },
  // Every revision stays for a week, so that a browser that was away sees the steps; then the last one of each event.
  'quake.events.v1': { cleanup: 'compact', retentionMs: 7 * DAY_MS, retentionBytes: null },
  'quake.dead-letters.v1': { cleanup: 'delete', retentionMs: 30 * DAY_MS, retentionBytes: 64 * 1024 ** 2 },
  // What each source remembers and says of itself (src/sources/record.ts): only the last word of each counts.
  'quake.sources.v1': { cleanup: 'compact', retentionMs: HOUR_MS, retentionBytes: null },
};

export const TOPIC_NAMES = Object.keys(TOPICS) as readonly Topic[];
