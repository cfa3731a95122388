// Identity of events, reports and places in the log: how their ids are made and read.
// Pure, browser-safe.

import type { Cursor, EventId, Report, ReportId } from './types.ts';

/**
 * The id of the event founded by an agency's own event: lower-case agency, a hyphen, the agency's id
 * unchanged. The same reports give the same ids on every installation, so links can be shared.
 */
export function toEventId(agency: string, agencyEventId: string): EventId {
  return `${agency.toLowerCase()}-${agencyEventId}` as EventId;
}

/** The key of an agency's own event in `quake.reports.v1`: `EMSC/20230206_0000008`. */
export function toReportKey(report: { agency: string; agencyEventId: string }): string {
  return `${report.agency}/${report.agencyEventId}`;
}

/**
 * Identity of a report's content: equal for two deliveries of the same message, whenever they arrived
 * (`receivedAtMs` does not take part). The last part is a 53-bit hash of the content, in hexadecimal.
 */
export function toReportId(report: Report): ReportId {
  const { receivedAtMs: _, ...content } = report;
  return `${toReportKey(report)}/${report.updatedAtMs}/${hashText(JSON.stringify(content))}` as ReportId;
}

/** A cursor from the log's epoch and the offset of the last record seen (−1: none yet). */
export function toCursor(epoch: string, offset: number): Cursor {
  return `${epoch}:${offset}` as Cursor;
}

/** Epoch and offset of a cursor, or null when the text is not one. Epoch: 1–64 of `[A-Za-z0-9_-]`. */
export function parseCursor(text: string): { epoch: string; offset: number } | null {
  const match = /^([A-Za-z0-9_-]{1,64}):(-1|\d{1,15})$/.exec(text);
  return match ? { epoch: match[1]!, offset: Number(match[2]) } : null;
}

/** Two 32-bit multiply-xor lanes folded to 53 bits (the cyrb53 construction); not for secrets. */
function hashText(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, '0');
}
