// Large cities for the map: Natural Earth names few where a country has many, so those it lacks come from the gazetteer
// (assets/cities.json, GeoNames), and all of them are named where a country is looked at.

import { distanceDeg } from '../../src/event/geodesy.ts';

/** `[name, longitude, latitude, zoom, inhabitants in thousands, …]` */
export type PlaceRow = (string | number)[];

/** Columns of assets/cities.json that matter here. */
export interface CityColumns {
  readonly names: string;
  readonly latitudesE2: readonly number[];
  readonly longitudesE2: readonly number[];
  readonly populationsK: readonly number[];
}

const LARGE_K = 500;
/** At this zoom a country fills a screen. */
const LARGE_ZOOM = 5;
/** As near as this to a large place it is a part of that one's city. */
const SUBURB_DEG = 0.4;
/** As near as this to any place it is that place, perhaps in another spelling. */
const SAME_DEG = 0.12;

/** No large place waits longer than until LARGE_ZOOM. */
export function raiseLarge(places: readonly PlaceRow[]): PlaceRow[] {
  return places.map((place) => {
    const [name, lon, lat, zoom, populationK, ...others] = place;
    return Number(populationK) < LARGE_K
      ? place
      : [name!, lon!, lat!, Math.min(Number(zoom), LARGE_ZOOM), populationK!, ...others];
  });
}

/** The large cities of a gazetteer that are not among the places, the most populous first. */
export function findMissing(places: readonly PlaceRow[], cities: CityColumns): PlaceRow[] {
  const { latitudesE2, longitudesE2, populationsK } = cities;
  const missing: PlaceRow[] = [];
  for (const [i, name] of cities.names.split('\n').entries()) {
    if (populationsK[i]! < LARGE_K) continue;
    const [lat, lon] = [latitudesE2[i]! / 100, longitudesE2[i]! / 100];
    const known = [...places, ...missing].some((place) => {
      const apartDeg = distanceDeg(lat, lon, Number(place[2]), Number(place[1]));
      return apartDeg < (Number(place[4]) < LARGE_K ? SAME_DEG : SUBURB_DEG);
    });
    if (!known) missing.push([name, lon, lat, LARGE_ZOOM, populationsK[i]!]);
  }
  return missing;
}
