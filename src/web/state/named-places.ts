// Places that the map names because the open event is measured from them. Written by the event's panel, read by the map.
// Pure, browser-safe: a type alone.

import type { Place } from './order.ts';

export interface NamedPlace extends Place {
  readonly name: string;
  /** How far it is from the event, in the reader's unit. */
  readonly distance: string;
  /** The event it is measured from. */
  readonly from: Place;
}
