// The larger cities around an epicentre, from the gazetteer assets/cities.json (GeoNames). Pure, browser-safe.

import { distanceDeg } from '../../event/geodesy.ts';
import { KM_PER_DEGREE, type Place } from '../state/order.ts';

/** As scripts/make-cities.ts writes it: one entry a city, the most populous first. */
export interface Gazetteer {
  /** One a line. */
  readonly names: string;
  /** ISO 3166, two letters a city, without space. */
  readonly countries: string;
  /** Hundredths of a degree. */
  readonly latitudesE2: readonly number[];
  readonly longitudesE2: readonly number[];
  /** Thousands. */
  readonly populationsK: readonly number[];
}

export interface NearCity extends Place {
  readonly name: string;
  readonly country: string;
  readonly population: number;
  readonly distanceKm: number;
  /** Direction in which the epicentre lies, seen from the city: degrees clockwise from north, 0 to 360. */
  readonly bearingDeg: number;
}

/** Fewest people, thousands, of the nearest city named and of each further one. San Francisco, say, is very large. */
const LEAST_K = [0, 300, 750];

/** Up to three: the nearest of all, the nearest other large one, the nearest other very large one. */
export function findNearCities(gazetteer: Gazetteer, place: Place): NearCity[] {
  const { latitudesE2, longitudesE2, populationsK } = gazetteer;
  const distancesDeg = latitudesE2.map((latitudeE2, i) =>
    distanceDeg(place.latitudeDeg, place.longitudeDeg, latitudeE2 / 100, longitudesE2[i]! / 100),
  );
  const chosen: number[] = [];
  for (const leastK of LEAST_K) {
    let nearest = -1;
    for (let i = 0; i < distancesDeg.length; i++) {
      if (populationsK[i]! < leastK || chosen.includes(i)) continue;
      if (nearest === -1 || distancesDeg[i]! < distancesDeg[nearest]!) nearest = i;
    }
    if (nearest !== -1) chosen.push(nearest);
  }
  const names = gazetteer.names.split('\n');
  return chosen.map((i) => ({
    name: names[i]!,
    latitudeDeg: latitudesE2[i]! / 100,
    longitudeDeg: longitudesE2[i]! / 100,
    country: gazetteer.countries.slice(2 * i, 2 * i + 2),
    population: populationsK[i]! * 1000,
    distanceKm: distancesDeg[i]! * KM_PER_DEGREE,
    bearingDeg: toBearingDeg(
      { latitudeDeg: latitudesE2[i]! / 100, longitudeDeg: longitudesE2[i]! / 100 },
      place,
    ),
  }));
}

/** Initial bearing of the great circle from one place to another, degrees clockwise from north, 0 to 360. */
export function toBearingDeg(from: Place, to: Place): number {
  const rad = Math.PI / 180;
  const eastRad = (to.longitudeDeg - from.longitudeDeg) * rad;
  const [fromRad, toRad] = [from.latitudeDeg * rad, to.latitudeDeg * rad];
  const y = Math.sin(eastRad) * Math.cos(toRad);
  const x = Math.cos(fromRad) * Math.sin(toRad) - Math.sin(fromRad) * Math.cos(toRad) * Math.cos(eastRad);
  return (Math.atan2(y, x) / rad + 360) % 360;
}

/** Index into the eight points of the compass, from north clockwise. */
export function toCompassPoint(bearingDeg: number): number {
  return Math.round(bearingDeg / 45) % 8;
}
