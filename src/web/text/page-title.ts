// Title and description of a page, for the tab, for search engines and for previews of links. Pure, browser-safe.

import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import type { Text } from './english.ts';
import type { Formats } from './formats.ts';

/** `entry` undefined: the front page; null: an event that is not known. */
export function toPageTitle(entry: CatalogueEntry | null | undefined, text: Text, formats: Formats): string {
  if (entry === undefined) return text.pageTitle;
  if (entry === null) return text.eventUnknownTitle;
  const { magnitude, region, state } = entry;
  const size =
    magnitude === null
      ? text.noMagnitude
      : text.magnitudeInTitle(formats.magnitude(magnitude.value), toMagnitudeTypeName(magnitude.type));
  const place = region === null ? text.noRegion : toSentenceCase(region);
  return state === 'withdrawn' ? text.eventTitleWithdrawn(size, place) : text.eventTitle(size, place);
}

/** As above; the time is UTC. */
export function toPageDescription(
  entry: CatalogueEntry | null | undefined,
  text: Text,
  formats: Formats,
): string {
  if (entry === undefined) return text.pageDescription;
  if (entry === null) return text.eventUnknown;
  const { depthKm, originTimeMs, agency, revision } = entry;
  const depth =
    depthKm === null
      ? text.noDepth
      : depthKm < 0
        ? text.aboveSeaLevel(formats.kilometres(-depthKm))
        : text.depth(formats.kilometres(depthKm));
  const revised = revision === 1 ? '' : text.revisedLong(revision - 1, formats.integer(revision - 1));
  return text.eventDescription(formats.dateTimeUtc(originTimeMs), depth, agency, revised);
}
