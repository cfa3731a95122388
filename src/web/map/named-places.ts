// The places that the open event is measured from, as shapes: names, and a line from each to the epicentre; and those that
// the reader asked for, names alone. Pure, browser-safe.

import type { Feature, FeatureCollection, LineString, Point } from 'geojson';
import type { NamedPlace, Pin } from '../state/named-places.ts';

export interface NamedShapes {
  readonly lines: FeatureCollection<LineString>;
  readonly names: FeatureCollection<Point, { name: string }>;
}

/** The lines are straight on the flat map and take the short way over the date line. */
export function toNamedShapes(places: readonly NamedPlace[], pins: readonly Pin[] = []): NamedShapes {
  const lines = places.map(({ latitudeDeg, longitudeDeg, from }): Feature<LineString> => {
    const turns = Math.round((longitudeDeg - from.longitudeDeg) / 360);
    const coordinates = [
      [from.longitudeDeg, from.latitudeDeg],
      [longitudeDeg - 360 * turns, latitudeDeg],
    ];
    return { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } };
  });
  const named = places.map((place) => ({ ...place, name: `${place.name}\n${place.distance}` }));
  const names = [...pins, ...named].map(
    ({ name, latitudeDeg, longitudeDeg }): Feature<Point, { name: string }> => ({
      type: 'Feature',
      properties: { name },
      geometry: { type: 'Point', coordinates: [longitudeDeg, latitudeDeg] },
    }),
  );
  return {
    lines: { type: 'FeatureCollection', features: lines },
    names: { type: 'FeatureCollection', features: names },
  };
}
