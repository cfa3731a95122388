// Title and description of a page, for the tab, for search engines and for previews of links. Pure, browser-safe.

import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import type { Text } from './english.ts';
import { type Formats, formatMagnitude } from './formats.ts';
import type { ServedText } from './served.ts';

/** `entry` undefined: the front page; null: an event that is not known. */
export function toPageTitle(entry: CatalogueEntry | null | undefined, text: Text, formats: Formats): string {
  if (entry === undefined) return text.pageTitle;
  if (entry === null) return text.eventUnknownTitle;
  const { magnitude, region, state } = entry;
  const size = magnitude === null ? text.noMagnitude : formatMagnitude(magnitude, formats);
  const place = region === null ? text.noRegion : toSentenceCase(region);
  return state === 'withdrawn' ? text.eventTitleWithdrawn(size, place) : text.eventTitle(size, place);
}

/** As above, as the server writes it; the time is UTC. `replayed`: what it tells of is a recording. */
export function toPageDescription(
  entry: CatalogueEntry | null | undefined,
  replayed: boolean,
  served: ServedText,
  text: Text,
  formats: Formats,
): string {
  const recording = replayed ? `${served.replayOfRecording} ` : '';
  if (entry === undefined) return recording + served.pageDescription;
  if (entry === null) return text.eventUnknown;
  const { depthKm, originTimeMs, agency, revision } = entry;
  const depth =
    depthKm === null
      ? text.noDepth
      : depthKm < 0
        ? text.aboveSea(formats.distance(-depthKm))
        : text.deep(formats.distance(depthKm));
  const revised = revision === 1 ? '' : text.revised(revision - 1, formats.integer(revision - 1));
  const time = formats.dateTimeUtc(originTimeMs);
  return recording + served.eventDescription(time, depth, agency, revised);
}
