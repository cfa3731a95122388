// Web Mercator, as MapLibre's shaders take it: 0 to 1 from the north-west corner. Pure, browser-safe.

/** Web Mercator ends here, degrees; what lies beyond is drawn at the edge. */
const LATITUDE_MAX_E4 = 850_511;

/**
 * Mercator y of a latitude in 1e-4 degrees. Computed here and not on the GPU, whose sine and logarithm may be good for
 * 1e-4 only (some phones): visible when zoomed in.
 */
export function toMercatorY(latitudeE4: number): number {
  const clamped = Math.min(LATITUDE_MAX_E4, Math.max(-LATITUDE_MAX_E4, latitudeE4));
  const sine = Math.sin((clamped * Math.PI) / 1_800_000);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
