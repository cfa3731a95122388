// Distances on the globe, as the FDSN web services measure them: degrees of arc on a sphere.
// Pure, browser-safe.

const RADIANS_PER_DEGREE = Math.PI / 180;

/**
 * Great-circle distance of two points, degrees of arc, 0 to 180, on a sphere (the ellipsoid's flattening changes
 * it by less than 0.6 %). Haversine formula, exact enough for near points: R. W. Sinnott, "Virtues of the
 * Haversine", Sky and Telescope 68 (1984) 159.
 */
export function distanceDeg(
  latitude1Deg: number,
  longitude1Deg: number,
  latitude2Deg: number,
  longitude2Deg: number,
): number {
  const halfNorth = Math.sin(((latitude2Deg - latitude1Deg) * RADIANS_PER_DEGREE) / 2);
  const halfEast = Math.sin(((longitude2Deg - longitude1Deg) * RADIANS_PER_DEGREE) / 2);
  const cosines = Math.cos(latitude1Deg * RADIANS_PER_DEGREE) * Math.cos(latitude2Deg * RADIANS_PER_DEGREE);
  const haversine = halfNorth * halfNorth + cosines * halfEast * halfEast;
  // Rounding can carry it past 1 for antipodes.
  return (2 * Math.asin(Math.sqrt(Math.min(1, haversine)))) / RADIANS_PER_DEGREE;
}

/** Degrees east in −180 … 180; of a difference of longitudes the short way. */
export function wrapDeg(longitudeDeg: number): number {
  return ((((longitudeDeg + 180) % 360) + 360) % 360) - 180;
}
