// After a restart: what the log already has of an agency's events, so that nothing is appended twice and what
// vanished while we were away is noticed.

import { decodeReport } from '../event/encode.ts';
import type { EventLog } from '../log/log.ts';
import type { KnownEvents } from './known-events.ts';

/** Fills `known` from the newest `recordsMax` reports. Rejects as the log does, or when the signal fires. */
export async function recallKnown(options: {
  readonly log: EventLog;
  readonly known: KnownEvents;
  readonly agency: string;
  readonly recordsMax: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { log, known, agency, recordsMax, signal } = options;
  const topic = 'quake.reports.v1';
  const until = await log.end(topic);
  for await (const { value } of log.read(topic, until - recordsMax, { signal, until })) {
    const report = decodeReport(value).value;
    if (report?.agency === agency) known.note(report);
  }
}
