// What arrives by the stream, for those who show that it has just come: rings on the map, a large one on a wall. Pure,
// browser-safe.

import type { ReadonlySignal } from '@preact/signals';
import type { Arrival } from './shared-catalogue.ts';

/** An event that has come or changed: its row in the catalogue, and what happened to it. */
export interface Arrived {
  readonly row: number;
  readonly arrival: Arrival;
}

/** Calls back for each from now on; what had come before, however short a time ago, is no news to who begins now. Gives a function that ends it. */
export function followArrivals(
  arrivals: ReadonlySignal<Arrived | null>,
  take: (arrived: Arrived) => void,
): () => void {
  const before = arrivals.peek();
  return arrivals.subscribe((arrived) => {
    if (arrived !== null && arrived !== before) take(arrived);
  });
}
