// Douglas and Peucker: a line with the points left out that nobody would miss. Pure.

export type Point = readonly [x: number, y: number];

/** `points` without those nearer than `tolerance` (their unit) to what is left; the ends stay. */
export function simplify(points: readonly Point[], tolerance: number): readonly Point[] {
  if (points.length < 3) return points;
  const [first, last] = [points[0]!, points.at(-1)!];
  let furthest = 0;
  let furthestAway = 0;
  for (let i = 1; i < points.length - 1; i++) {
    const away = distance(points[i]!, first, last);
    if (away > furthestAway) [furthest, furthestAway] = [i, away];
  }
  if (furthestAway <= tolerance) return [first, last];
  const before = simplify(points.slice(0, furthest + 1), tolerance).slice(0, -1);
  return [...before, ...simplify(points.slice(furthest), tolerance)];
}

/** From a point to the straight piece a–b. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length2));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
