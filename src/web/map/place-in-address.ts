// Where the map is, in the page's address, while the list shows only what the map shows: a shared link then shows the same
// events. `?at=-21.2,-175.2,4.6`: latitude, longitude in degrees, zoom. Pure, browser-safe.

/** Where the camera is. */
export interface MapPlace {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  readonly zoom: number;
}

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

/** A place as `at` has it. */
export function toPlaceText({ latitudeDeg, longitudeDeg, zoom }: MapPlace): string {
  return `${latitudeDeg.toFixed(3)},${longitudeDeg.toFixed(3)},${zoom.toFixed(2)}`;
}
