// The judge of a fault run: from a recorded history (what the log acknowledged, what readers were sent, what
// stands at the end) to a table of violated promises. Pure; a run is good when every count is 0.

import type { QuakeEvent } from '../../src/event/types.ts';
import type { LiveRecord } from '../support/live-client.ts';

export interface History {
  /** Reports that the running process said the log had taken: offset and key, in the order of the words. */
  readonly acknowledged: readonly { readonly offset: number; readonly key: string }[];
  /** What `quake.reports.v1` holds at the end: key by offset. */
  readonly logged: ReadonlyMap<number, string>;
  /** What `quake.events.v1` holds at the end, in order. */
  readonly revisions: readonly QuakeEvent[];
  /** The database at the end. */
  readonly stored: ReadonlyMap<string, QuakeEvent>;
  /** The events of a run that nothing disturbed. */
  readonly undisturbed: ReadonlyMap<string, QuakeEvent>;
  /** Per reader: all it was sent, over all its connections. */
  readonly readers: readonly (readonly LiveRecord[])[];
}

export interface Verdict {
  readonly lostReports: number;
  readonly doubledEvents: number;
  readonly revisionGaps: number;
  readonly differingEvents: number;
  readonly storeDiffers: number;
  readonly revisionsBackwards: number;
  readonly revisionsTwice: number;
  readonly readersBehind: number;
  readonly cursorsBackwards: number;
}

/** What a person would see of an event; how many revisions led there may differ under faults. */
export function toSolution(event: QuakeEvent): string {
  const { origin, magnitude, region, eventType, author, state, updatedAtMs } = event;
  return JSON.stringify({ origin, magnitude, region, eventType, author, state, updatedAtMs });
}

export function judge(history: History): Verdict {
  const verdict = { lostReports: 0, doubledEvents: 0, revisionGaps: 0, differingEvents: 0, storeDiffers: 0 };
  const reading = { revisionsBackwards: 0, revisionsTwice: 0, readersBehind: 0, cursorsBackwards: 0 };

  for (const { offset, key } of history.acknowledged)
    if (history.logged.get(offset) !== key) verdict.lostReports++;

  const newest = new Map<string, QuakeEvent>();
  const founders = new Map<string, string>();
  for (const event of history.revisions) {
    if (event.revision !== (newest.get(event.id)?.revision ?? 0) + 1) verdict.revisionGaps++;
    newest.set(event.id, event);
    for (const { agency, agencyEventId } of event.reports) {
      const key = `${agency}/${agencyEventId}`;
      if ((founders.get(key) ?? event.id) !== event.id) verdict.doubledEvents++;
      founders.set(key, event.id);
    }
  }

  verdict.differingEvents = countDifferences(newest, history.undisturbed, toSolution);
  verdict.storeDiffers = countDifferences(history.stored, newest, (event) => JSON.stringify(event));

  for (const records of history.readers) {
    const known = new Map<string, QuakeEvent>();
    let offset = -1;
    for (const record of records) {
      if (record.kind === 'reset') known.clear();
      if (record.cursor !== null) {
        const next = Number(record.cursor.split(':')[1]);
        if (next < offset && record.kind !== 'reset') reading.cursorsBackwards++;
        offset = next;
      }
      if (!record.event) continue;
      const before = known.get(record.event.id)?.revision ?? 0;
      if (record.event.revision < before) reading.revisionsBackwards++;
      if (record.event.revision === before) reading.revisionsTwice++;
      known.set(record.event.id, record.event);
    }
    reading.readersBehind += countDifferences(known, newest, (event) => JSON.stringify(event));
  }
  return { ...verdict, ...reading };
}

/** Events that only one side has or that the two sides show differently. */
function countDifferences(
  left: ReadonlyMap<string, QuakeEvent>,
  right: ReadonlyMap<string, QuakeEvent>,
  show: (event: QuakeEvent) => string,
): number {
  let count = 0;
  for (const id of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(id), right.get(id)];
    if (!one || !other || show(one) !== show(other)) count++;
  }
  return count;
}
