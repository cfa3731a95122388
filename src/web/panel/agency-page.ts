// The agency's own page about an event. Pure, browser-safe.

import type { EventId } from '../../event/types.ts';

/** Null when the agency is not known to have one. Identifiers are the agency's, so they are escaped. */
export function toAgencyPage(event: { id: EventId; agency: string }): string | null {
  const agencyEventId = encodeURIComponent(event.id.slice(event.agency.length + 1));
  if (event.agency === 'EMSC') return `https://www.seismicportal.eu/eventdetails.html?unid=${agencyEventId}`;
  if (event.agency === 'USGS') return `https://earthquake.usgs.gov/earthquakes/eventpage/${agencyEventId}`;
  return null;
}
