// After a restart: what the log already has of an agency's events, so that nothing is appended twice and what
// vanished while we were away is noticed.

import { decodeReport } from '../event/encode.ts';
import type { EventLog } from '../log/log.ts';
import type { KnownEvents } from './known-events.ts';

/** Reading 20,000 records takes a tenth of a second. */
const RECALL_TIMEOUT_MS = 10_000;

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
  const end = await log.end(topic);
  const start = Math.max(await log.start(topic), end - recordsMax);
  if (start >= end) return;
  // Should the last records leave while we read, the time ends the wait for them.
  const limit = AbortSignal.any([signal, AbortSignal.timeout(RECALL_TIMEOUT_MS)]);
  for await (const { offset, value } of log.read(topic, start, { signal: limit })) {
    const report = decodeReport(value).value;
    if (report?.agency === agency) known.note(report);
    if (offset >= end - 1) return;
  }
}
