// What a run leaves behind for the judge: the log's topics as they stand at the end, what the roles said, what the database
// holds, what every reader was given. The judge is ./checker.ts.

import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import type { CatalogueEntry } from '../../../src/catalogue/catalogue.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import { createKafkaLog } from '../../../src/log/kafka.ts';
import type { EventLog, LogRecord } from '../../../src/log/log.ts';
import type { Topic } from '../../../src/log/topics.ts';

/** One thing that happened to a reader. `atMs`: by the wall clock of the run. */
export type ReaderStep =
  /** It began anew: all events it was given, by id, true at this offset. */
  | {
      readonly kind: 'snapshot';
      readonly atMs: number;
      readonly offset: number;
      readonly revisions: ReadonlyMap<string, number>;
    }
  | {
      readonly kind: 'event';
      readonly atMs: number;
      readonly offset: number;
      readonly id: string;
      readonly revision: number;
      /** As it came. */
      readonly json: string;
    }
  /** Its cursor moved without an event. */
  | { readonly kind: 'cursor'; readonly atMs: number; readonly offset: number }
  /** It was told to start over; what follows before the next snapshot does not count. */
  | { readonly kind: 'reset'; readonly atMs: number; readonly reason: string };

export interface ReaderHistory {
  readonly name: string;
  readonly steps: readonly ReaderStep[];
  /** What it would draw at the end. */
  readonly shown: readonly CatalogueEntry[];
}

export interface Acknowledgement {
  readonly topic: string;
  readonly offset: number;
  readonly key: string;
}

export interface StoredEventRow {
  readonly json: string;
  readonly offset: number;
}

/** How long after the last fault of a round somebody had everything. */
export interface Recovery {
  readonly who: string;
  readonly tookMs: number;
}

export interface History {
  readonly reportsEpoch: string;
  readonly reports: readonly LogRecord[];
  readonly events: readonly LogRecord[];
  readonly letters: readonly LogRecord[];
  /** What a reader of the log that lived through all faults was given, by topic. */
  readonly followed: Readonly<Record<FollowedTopic, readonly LogRecord[]>>;
  /** What the source said the log had taken, over all its lives. */
  readonly acknowledged: readonly Acknowledgement[];
  /** Every event at the newest solution that the agency published. */
  readonly published: ReadonlyMap<string, QuakeEvent>;
  /** Frames sent that are no reports, each with a text of its own; `calm`: while nothing was broken. */
  readonly frames: readonly { readonly text: string; readonly calm: boolean }[];
  readonly stored: { readonly events: readonly StoredEventRow[]; readonly reports: readonly string[] };
  readonly readers: readonly ReaderHistory[];
  /** Roles that ended though nobody ended them, with their last words. */
  readonly ends: readonly string[];
  readonly recoveries: readonly Recovery[];
}

export type FollowedTopic = Extract<Topic, 'quake.reports.v1' | 'quake.events.v1' | 'quake.dead-letters.v1'>;
export const FOLLOWED: readonly FollowedTopic[] = [
  'quake.reports.v1',
  'quake.events.v1',
  'quake.dead-letters.v1',
];

/** All records of the topics, read anew. */
export async function readTopics(brokers: readonly string[]) {
  const log = createKafkaLog({ brokers: [...brokers], clientId: 'quakewire-fault' });
  try {
    return {
      reportsEpoch: await log.epoch('quake.reports.v1'),
      reports: await readTopic(log, 'quake.reports.v1'),
      events: await readTopic(log, 'quake.events.v1'),
      letters: await readTopic(log, 'quake.dead-letters.v1'),
    };
  } finally {
    await log.close();
  }
}

async function readTopic(log: EventLog, topic: Topic): Promise<LogRecord[]> {
  const until = await log.end(topic);
  const records: LogRecord[] = [];
  for await (const record of log.read(topic, 0, { signal: new AbortController().signal, until }))
    records.push(record);
  return records;
}

/** The database's events and reports, as the text that stands there. */
export async function readStored(url: string): Promise<History['stored']> {
  const sql = postgres(url, { max: 1 });
  try {
    const events = await sql`SELECT event_json::text AS json, log_offset FROM quakewire.events`;
    const reports = await sql`SELECT report_json::text AS json FROM quakewire.reports ORDER BY arrival`;
    return {
      events: events.map(({ json, log_offset: offset }) => ({ json: String(json), offset: Number(offset) })),
      reports: reports.map(({ json }) => String(json)),
    };
  } finally {
    await sql.end();
  }
}

/** What a source wrote to its log file at level debug. A line that a kill cut in two is passed over. */
export function readAcknowledged(logPath: string): Acknowledgement[] {
  const found: Acknowledgement[] = [];
  for (const line of readFileSync(logPath, 'utf8').split('\n')) {
    if (!line.includes('"acknowledged"')) continue;
    try {
      const { acknowledged, offset, key } = JSON.parse(line) as Record<string, unknown>;
      found.push({ topic: String(acknowledged), offset: Number(offset), key: String(key) });
    } catch {
      // cut off
    }
  }
  return found;
}
