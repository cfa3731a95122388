// Where the map is, in the page's address, while the list shows only what the map shows: a shared link then shows the same
// events. `?at=-21.2,-175.2,4.6`: latitude, longitude in degrees, zoom. Browser-safe.

import { effect } from '@preact/signals';
import type { App } from '../state/app.ts';
import type { MapPlace } from './quake-map.ts';

/** Null where there is none, or none that can be read. */
export function parsePlaceQuery(query: string): MapPlace | null {
  const match = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(
    new URLSearchParams(query).get('at') ?? '',
  );
  if (match === null) return null;
  const [latitudeDeg, longitudeDeg, zoom] = match.slice(1).map(Number) as [number, number, number];
  return Math.abs(latitudeDeg) <= 90 && Math.abs(longitudeDeg) <= 360 && zoom <= 24
    ? { latitudeDeg, longitudeDeg, zoom }
    : null;
}

/** The query string with the place, or without one; other parameters are kept. */
export function toPlaceQuery(place: MapPlace | null, query: string): string {
  const params = new URLSearchParams(query);
  params.delete('at');
  if (place !== null) {
    const { latitudeDeg, longitudeDeg, zoom } = place;
    params.set('at', `${latitudeDeg.toFixed(3)},${longitudeDeg.toFixed(3)},${zoom.toFixed(2)}`);
  }
  // A comma needs no escape, and reads better.
  const text = params.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** The place that the address names now. */
export const placeInAddress = (): MapPlace | null => parsePlaceQuery(location.search);

/** Keeps the address in step; gives a function that ends it. Until there is a map it stays as it came. */
export function keepPlaceInAddress(app: App): () => void {
  return effect(() => {
    const inView = app.filter.value.inView;
    const view = app.view.value;
    if (inView && view === null) return;
    const place = inView && view !== null ? { ...view.centre, zoom: view.zoom } : null;
    const query = toPlaceQuery(place, location.search);
    if (query !== location.search) history.replaceState(history.state, '', location.pathname + query);
  });
}
