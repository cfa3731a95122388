// The largest earthquake of a stretch of time. The catalogue's time order limits it: a day's rows are looked at, however many
// are older. Pure, browser-safe.

import { type Catalogue, FLAG_WITHDRAWN } from '../../catalogue/catalogue.ts';
import { isOfKind, listRowsBetween } from './visibility.ts';

/**
 * The row of the largest earthquake from `fromS` to `toS`, both included, in seconds as the column `originTimeS`; of equals
 * the latest. −1: none of at least `minMagnitudeE2` hundredths. What was withdrawn, and what is no earthquake, is left out.
 */
export function findLargest(
  catalogue: Catalogue,
  fromS: number,
  toS: number,
  minMagnitudeE2: number,
): number {
  const { eventType, flags, magnitudeE2 } = catalogue.columns;
  const earthquakeType = catalogue.dictionaries.eventType.indexOf('earthquake');
  let largest = -1;
  for (const row of listRowsBetween(catalogue, fromS, toS)) {
    const least = largest === -1 ? minMagnitudeE2 : magnitudeE2[largest]!;
    if (magnitudeE2[row]! < least || (flags[row]! & FLAG_WITHDRAWN) !== 0) continue;
    if (isOfKind(eventType[row]!, flags[row]!, 'earthquake', earthquakeType)) largest = row;
  }
  return largest;
}
