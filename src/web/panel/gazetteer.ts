// The table of cities, loaded when it is first wanted: by an open event's surroundings (./surroundings.tsx) or by the search
// for a place (./place-results.tsx).

import citiesUrl from '../../../assets/cities.json?url';
import { createLater } from './later.ts';
import type { Gazetteer } from './nearby.ts';

export const useGazetteer = createLater(() => loadJson<Gazetteer>(citiesUrl));

/** Throws TypeError when it cannot be had. */
export async function loadJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new TypeError(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
