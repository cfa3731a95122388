// The judge of a distributed fault run: from its history to a table of violated promises. Pure; a run is good when every
// count is 0. The promises are those of ARCHITECTURE.md.

import { revise } from '../../../src/associate/associate.ts';
import { type CatalogueEntry, createCatalogue } from '../../../src/catalogue/catalogue.ts';
import { decodeReport, encodeEvent } from '../../../src/event/encode.ts';
import { toCursor, toEventId, toReportId } from '../../../src/event/identity.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import type { LogRecord } from '../../../src/log/log.ts';
import { toSolution } from '../checker.ts';
import { FOLLOWED, type FollowedTopic, type History } from './history.ts';
import { judgeLetters } from './judge-letters.ts';
import { judgeReader, type Known, type ReaderFindings, toKnown } from './judge-reader.ts';

/** Everything unseen is visible so long after the last fault at the latest. */
export const RECOVERY_MAX_MS = 30_000;

/** What each count means, in the words of the table. */
export const PROMISES = {
  reportsLost: 'acknowledged reports and dead letters that are not in the log',
  publicationsMissed: 'events whose newest publication is not what the log says of them',
  eventsAmiss:
    'records of quake.events.v1 that association of quake.reports.v1 alone would not give, in this order',
  revisionsAmiss: 'revisions in quake.events.v1 that do not follow their predecessor by 1',
  followerAmiss:
    'records that one who read the log through all faults was given otherwise than they stand there',
  storedEventsAmiss: "events of which the database and the log's newest record differ",
  storedReportsAmiss: 'reports of which the database and the log differ',
  readerGaps: 'revisions that a reader was not given before its cursor passed them',
  readerRepeats: 'revisions that a reader was given twice',
  readerBackwards: 'revisions older than what the reader had, and cursors that went back',
  readerContentAmiss: "stream events whose bytes are not the log's",
  readersAmiss: 'events that a reader shows otherwise than the database at the end',
  lettersMissing: 'unreadable records and frames without a dead letter',
  lettersTwice: 'unreadable records and frames with more than one',
  lettersAmiss: 'dead letters with another reason, or about a record that can be read',
  endsUnasked: 'processes of ours that ended though nobody ended them',
  lateRecoveries: 'times that somebody did not have everything 30 s after the last fault',
} as const;

export type Promised = keyof typeof PROMISES;
export type Verdict = Readonly<Record<Promised, number>>;

export function judge(history: History): Verdict {
  const events = history.events.flatMap(toKnown);
  const newest = new Map(events.map((each) => [each.event.id as string, each]));
  const readers = history.readers.map((reader) => judgeReader(reader, events));
  const sum = (pick: (found: ReaderFindings) => number) =>
    readers.reduce((total, found) => total + pick(found), 0);
  return {
    reportsLost: countLost(history),
    publicationsMissed: [...history.published].filter(([id, event]) => {
      const known = newest.get(id)?.event;
      return !known || toSolution(known) !== toSolution(event);
    }).length,
    eventsAmiss: countDifferences(
      associateAnew(history),
      events.map(({ json }) => json),
    ),
    revisionsAmiss: countUnsteady(events.map(({ event }) => event)),
    followerAmiss: FOLLOWED.reduce((total, topic) => total + countMisread(history, topic), 0),
    storedEventsAmiss: countStoredEvents(history, newest),
    storedReportsAmiss: countDifferences(toDistinctReports(history), history.stored.reports),
    readerGaps: sum(({ gaps }) => gaps),
    readerRepeats: sum(({ repeats }) => repeats),
    readerBackwards: sum(({ backwards }) => backwards),
    readerContentAmiss: sum(({ contentAmiss }) => contentAmiss),
    readersAmiss: history.readers.reduce((total, { shown }) => total + countShown(shown, newest), 0),
    ...judgeLetters(history),
    endsUnasked: history.ends.length,
    lateRecoveries: history.recoveries.filter(({ tookMs }) => tookMs > RECOVERY_MAX_MS).length,
  };
}

function countLost({ acknowledged, reports, letters }: History): number {
  const keys = {
    'quake.reports.v1': new Map(reports.map(({ offset, key }) => [offset, key])),
    'quake.dead-letters.v1': new Map(letters.map(({ offset, key }) => [offset, key])),
  };
  return acknowledged.filter(
    ({ topic, offset, key }) => topic in keys && keys[topic as keyof typeof keys].get(offset) !== key,
  ).length;
}

/** What quake.events.v1 must hold, record by record, as JSON. */
function associateAnew({ reports, reportsEpoch }: History): string[] {
  const events = new Map<string, QuakeEvent>();
  const said: string[] = [];
  for (const { offset, value } of reports) {
    const { value: report } = decodeReport(value);
    if (!report) continue;
    const id = toEventId(report.agency, report.agencyEventId);
    const { event } = revise(events.get(id) ?? null, report);
    if (!event) continue;
    const caused: QuakeEvent = { ...event, cause: toCursor(reportsEpoch, offset) };
    events.set(id, caused);
    said.push(Buffer.from(encodeEvent(caused)).toString());
  }
  return said;
}

function countUnsteady(events: readonly QuakeEvent[]): number {
  const revisions = new Map<string, number>();
  let count = 0;
  for (const { id, revision } of events) {
    if (revision !== (revisions.get(id) ?? 0) + 1) count++;
    revisions.set(id, revision);
  }
  return count;
}

function countMisread(history: History, topic: FollowedTopic): number {
  const there = {
    'quake.reports.v1': history.reports,
    'quake.events.v1': history.events,
    'quake.dead-letters.v1': history.letters,
  }[topic];
  const show = ({ offset, key, value }: LogRecord) =>
    `${offset} ${key} ${Buffer.from(value).toString('base64')}`;
  return countDifferences(history.followed[topic].map(show), there.map(show));
}

function countStoredEvents({ stored }: History, newest: ReadonlyMap<string, Known>): number {
  const show = (event: QuakeEvent, offset: number) => `${offset} ${JSON.stringify(event)}`;
  const inLog = [...newest.values()].map(({ event, offset }) => show(event, offset));
  const inStore = stored.events.map(({ json, offset }) => show(JSON.parse(json) as QuakeEvent, offset));
  return countDifferences(inStore.toSorted(), inLog.toSorted());
}

/** The log's reports in the order of arrival, a repeated one once: as its first delivery. */
function toDistinctReports({ reports }: History): string[] {
  const distinct = new Map<string, string>();
  for (const { value } of reports) {
    const { value: report } = decodeReport(value);
    if (!report) continue;
    const id = toReportId(report);
    if (!distinct.has(id)) distinct.set(id, JSON.stringify(report));
  }
  return [...distinct.values()];
}

/** Events that a reader's catalogue shows otherwise than the log's newest records, rounded alike. */
function countShown(shown: readonly CatalogueEntry[], newest: ReadonlyMap<string, Known>): number {
  const catalogue = createCatalogue();
  for (const { event } of newest.values()) catalogue.upsert(event, -1);
  const wanted = Array.from({ length: catalogue.count }, (_, row) => catalogue.entryAt(row));
  const show = (entry: CatalogueEntry) => JSON.stringify({ ...entry, offset: -1 });
  return countDifferences(shown.map(show).toSorted(), wanted.map(show).toSorted());
}

/** Places at which two lists differ; a record too many or too few counts once. */
function countDifferences(left: readonly string[], right: readonly string[]): number {
  if (left.length === right.length) return left.filter((each, i) => each !== right[i]).length;
  const counts = new Map<string, number>();
  for (const each of left) counts.set(each, (counts.get(each) ?? 0) + 1);
  for (const each of right) counts.set(each, (counts.get(each) ?? 0) - 1);
  return [...counts.values()].reduce((total, count) => total + Math.abs(count), 0);
}
