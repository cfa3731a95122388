// The judge of a distributed fault run: from its history to a table of violated promises. Pure; a run is good when every
// count is 0. The promises are those of ARCHITECTURE.md.

import { revise } from '../../../src/associate/associate.ts';
import { type CatalogueEntry, createCatalogue } from '../../../src/catalogue/catalogue.ts';
import { decodeDeadLetter, decodeEvent, decodeReport, encodeEvent } from '../../../src/event/encode.ts';
import { toCursor, toEventId, toReportId } from '../../../src/event/identity.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import type { LogRecord } from '../../../src/log/log.ts';
import { toSolution } from '../checker.ts';
import { FOLLOWED, type FollowedTopic, type History, type ReaderHistory } from './history.ts';

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

/** A record of quake.events.v1 that can be read. */
interface Known {
  readonly offset: number;
  readonly event: QuakeEvent;
  readonly json: string;
  readonly appendedAtMs: number;
}

function toKnown({ offset, value, appendedAtMs }: LogRecord): Known[] {
  const { value: event } = decodeEvent(value);
  return event ? [{ offset, event, json: Buffer.from(value).toString(), appendedAtMs }] : [];
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

interface ReaderFindings {
  gaps: number;
  repeats: number;
  backwards: number;
  contentAmiss: number;
}

/**
 * At a cursor a reader has every event at its newest revision up to there. A revision may only be left out when a newer
 * one of the same event stood in the log already when the reader's cursor passed it: then that one is still to come, and
 * whether it came is seen at the end.
 */
function judgeReader({ steps }: ReaderHistory, events: readonly Known[]): ReaderFindings {
  const found = { gaps: 0, repeats: 0, backwards: 0, contentAmiss: 0 };
  const byOffset = new Map(events.map((each) => [each.offset, each]));
  const successors = toSuccessors(events);
  let known: Map<string, number> | null = null;
  let cursor = -1;
  /** Of the first record in `events` that the cursor has not passed. */
  let next = 0;

  const pass = (offset: number, atMs: number) => {
    for (; next < events.length && events[next]!.offset <= offset; next++) {
      const { event } = events[next]!;
      if ((known!.get(event.id) ?? 0) >= event.revision) continue;
      const later = successors.get(events[next]!);
      if (!later || later.appendedAtMs > atMs) found.gaps++;
    }
    cursor = offset;
  };

  for (const step of steps) {
    if (step.kind === 'reset') {
      known = null;
    } else if (step.kind === 'snapshot') {
      known = new Map(step.revisions);
      // The snapshot owes each event's newest revision up to its cursor, however old.
      next = 0;
      pass(step.offset, step.atMs);
    } else if (known) {
      if (step.offset < cursor) found.backwards++;
      if (step.kind === 'event') {
        const before = known.get(step.id) ?? 0;
        if (step.revision < before) found.backwards++;
        if (step.revision === before) found.repeats++;
        known.set(step.id, Math.max(before, step.revision));
        if (byOffset.get(step.offset)?.json !== step.json) found.contentAmiss++;
      }
      if (step.offset > cursor) pass(step.offset, step.atMs);
    }
  }
  return found;
}

/** The record of the same event that follows each one, where there is one. */
function toSuccessors(events: readonly Known[]): ReadonlyMap<Known, Known> {
  const successors = new Map<Known, Known>();
  const last = new Map<string, Known>();
  for (const each of events) {
    const before = last.get(each.event.id);
    if (before) successors.set(before, each);
    last.set(each.event.id, each);
  }
  return successors;
}

/** Events that a reader's catalogue shows otherwise than the log's newest records, rounded alike. */
function countShown(shown: readonly CatalogueEntry[], newest: ReadonlyMap<string, Known>): number {
  const catalogue = createCatalogue();
  for (const { event } of newest.values()) catalogue.upsert(event, -1);
  const wanted = Array.from({ length: catalogue.count }, (_, row) => catalogue.entryAt(row));
  const show = (entry: CatalogueEntry) => JSON.stringify({ ...entry, offset: -1 });
  return countDifferences(shown.map(show).toSorted(), wanted.map(show).toSorted());
}

function judgeLetters(history: History): Pick<Verdict, 'lettersMissing' | 'lettersTwice' | 'lettersAmiss'> {
  const count = { lettersMissing: 0, lettersTwice: 0, lettersAmiss: 0 };
  /** Reason by `topic/offset` of a record, or by the text of a frame. */
  const written = new Map<string, string[]>();
  for (const { value } of history.letters) {
    const { value: letter } = decodeDeadLetter(value);
    if (!letter) {
      count.lettersAmiss++;
      continue;
    }
    const place = letter.record
      ? `${letter.record.topic}/${letter.record.offset}`
      : Buffer.from(letter.rawBase64, 'base64').toString();
    written.set(place, [...(written.get(place) ?? []), letter.reason]);
  }
  const expect = (place: string, reason: string | null, isOwed: boolean) => {
    const reasons = written.get(place) ?? [];
    if (isOwed && reasons.length === 0) count.lettersMissing++;
    if (reasons.length > 1) count.lettersTwice++;
    if (reason !== null) count.lettersAmiss += reasons.filter((each) => each !== reason).length;
    written.delete(place);
  };
  for (const { offset, value } of history.reports) {
    const { rejection } = decodeReport(value);
    if (rejection) expect(`quake.reports.v1/${offset}`, rejection.reason, true);
  }
  for (const { offset, value } of history.events) {
    const { rejection } = decodeEvent(value);
    if (rejection) expect(`quake.events.v1/${offset}`, rejection.reason, true);
  }
  // A frame sent while the source was away never reached us: the agency does not repeat it.
  for (const { text, calm } of history.frames) expect(text, null, calm);
  count.lettersAmiss += written.size;
  return count;
}

/** Places at which two lists differ; a record too many or too few counts once. */
function countDifferences(left: readonly string[], right: readonly string[]): number {
  if (left.length === right.length) return left.filter((each, i) => each !== right[i]).length;
  const counts = new Map<string, number>();
  for (const each of left) counts.set(each, (counts.get(each) ?? 0) + 1);
  for (const each of right) counts.set(each, (counts.get(each) ?? 0) - 1);
  return [...counts.values()].reduce((total, count) => total + Math.abs(count), 0);
}
