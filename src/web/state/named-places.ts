// Places that the map names above its own: those that the open event is measured from, written by the event's panel, and
// those that the reader asked for. Pure, browser-safe: types alone.

import type { Place } from './order.ts';

/** A place that the reader asked for. */
export interface Pin extends Place {
  readonly name: string;
}

export interface NamedPlace extends Pin {
  /** How far it is from the event, in the reader's unit. */
  readonly distance: string;
  /** The event it is measured from, and how large it is; null: not known. */
  readonly from: Place & { readonly magnitude: number | null };
}
