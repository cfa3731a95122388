// The places that the open event is measured from, as shapes: names, a line from each to the epicentre, and the room that
// the event's sight takes; and those that the reader asked for, as pins. Pure, browser-safe.

import type { Feature, FeatureCollection, LineString, Point } from 'geojson';
import { ABSENT_INT16 } from '../../catalogue/columns.ts';
import { distanceDeg, wrapDeg } from '../../event/geodesy.ts';
import type { NamedPlace, Pin } from '../state/named-places.ts';
import { KM_PER_DEGREE, type Place } from '../state/order.ts';
import { MARK_REACH_PX, radiusPx } from './encodings.ts';
import type { Labels } from './labels.ts';

/** Of the event, where a place lies: its name goes on to that side, so that it is never taken for one beyond. */
export type Side = (typeof SIDES)[number];
export const SIDES = ['north', 'east', 'south', 'west'] as const;

export interface NamedShapes {
  readonly lines: FeatureCollection<LineString>;
  readonly names: FeatureCollection<Point, { name: string; side: Side }>;
  readonly pins: FeatureCollection<Point, { name: string }>;
  /** Of the open event: no name is to lie within `radiusPx` of it. */
  readonly sights: FeatureCollection<Point, { radiusPx: number }>;
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
  const names = places.map((place) =>
    toPoint(place, { name: `${place.name}\n${place.distance}`, side: toSide(place.from, place) }),
  );
  // What is written already, with its distance, is not written once more below the pin.
  const asPins = pins.map((pin) => toPoint(pin, { name: places.some(isSameAs(pin)) ? '' : pin.name }));
  const event = places[0]?.from;
  const sights = event === undefined ? [] : [toPoint(event, { radiusPx: toSightPx(event.magnitude) })];
  return { lines: collect(lines), names: collect(names), pins: collect(asPins), sights: collect(sights) };
}

/** On the flat map, by the short way over the date line. */
function toSide(from: Place, to: Place): Side {
  const north = to.latitudeDeg - from.latitudeDeg;
  const east = wrapDeg(to.longitudeDeg - from.longitudeDeg) * Math.cos((from.latitudeDeg * Math.PI) / 180);
  if (Math.abs(east) > Math.abs(north)) return east > 0 ? 'east' : 'west';
  return north > 0 ? 'north' : 'south';
}

/** Around the event's dot at its largest, which it has where the map is looked at closely. */
function toSightPx(magnitude: number | null): number {
  return radiusPx(magnitude === null ? ABSENT_INT16 : magnitude * 100) + MARK_REACH_PX;
}

/** Two tables seldom put a city at the same point: so far apart it is one whatever it is called, and of one name so far. */
const SAME_PLACE_KM = 12;
const SAME_NAME_KM = 60;

/** Ranks of the labels that would name one of these places once more. */
export function listSameLabels(labels: Labels, places: readonly Pin[]): number[] {
  return labels.features
    .filter(({ geometry: { coordinates }, properties: { name } }) =>
      places.some(isSameAs({ name, longitudeDeg: coordinates[0]!, latitudeDeg: coordinates[1]! })),
    )
    .map(({ properties: { rank } }) => rank);
}

function isSameAs(one: Pin): (other: Pin) => boolean {
  return (other) => {
    const km =
      distanceDeg(one.latitudeDeg, one.longitudeDeg, other.latitudeDeg, other.longitudeDeg) * KM_PER_DEGREE;
    return km <= (one.name === other.name ? SAME_NAME_KM : SAME_PLACE_KM);
  };
}

function toPoint<P extends object>({ latitudeDeg, longitudeDeg }: Place, properties: P): Feature<Point, P> {
  return {
    type: 'Feature',
    properties,
    geometry: { type: 'Point', coordinates: [longitudeDeg, latitudeDeg] },
  };
}

function collect<F extends Feature>(features: F[]): { type: 'FeatureCollection'; features: F[] } {
  return { type: 'FeatureCollection', features };
}
