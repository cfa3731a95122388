// Recordings for runs in which messages are missed. Pure.

import { revise } from '../../src/associate/associate.ts';
import { toEventId } from '../../src/event/identity.ts';
import type { QuakeEvent } from '../../src/event/types.ts';
import { encodeFrame } from '../../src/replay/frame.ts';
import type { RevlogRow } from '../../src/replay/revlog.ts';
import { toTimeline } from '../../src/replay/timeline.ts';
import { parseEmscMessage } from '../../src/sources/emsc/parse.ts';

/**
 * The rows without those that speak of another earthquake than their identifier stood for until then. An agency's service
 * lists the newest solution of an identifier alone: a revision that was missed and stands before such a row can be asked for
 * nowhere, and what would then be missing is no fault of who missed it.
 */
export function keepToOneEarthquake(rows: readonly RevlogRow[]): RevlogRow[] {
  const events = new Map<string, QuakeEvent>();
  const foreign = new Set<RevlogRow>();
  for (const { action, row } of toTimeline(rows)) {
    if (action === 'remove') continue;
    const message = parseEmscMessage(encodeFrame(action, row.featureText), 0);
    if (message.kind === 'rejection') continue;
    const id = toEventId(message.report.agency, message.report.agencyEventId);
    const { event, unchanged } = revise(events.get(id) ?? null, message.report);
    if (event) events.set(id, event);
    if (unchanged === 'foreign') foreign.add(row);
  }
  return rows.filter((row) => !foreign.has(row));
}
