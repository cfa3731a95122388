// The point of an area that is furthest from its edge, where a name has most room: cells are halved while they may hold
// a better one (after the idea of polylabel: Agafonkin, "A new algorithm for finding a visual center of a polygon").

import type { Position } from 'geojson';

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly half: number;
  /** From the centre to the edge; negative outside. */
  readonly radius: number;
}

/** Rings on a plane, the first around, the others holes; found to a hundredth of the area's shorter side. */
export function findInnermost(rings: readonly Position[][]): { x: number; y: number; radius: number } {
  const outer = rings[0]!;
  const [west, east] = range(outer.map(([x]) => x!));
  const [south, north] = range(outer.map(([, y]) => y!));
  const size = Math.min(east - west, north - south);
  let cells: Cell[] = [];
  for (let x = west; x < east; x += size)
    for (let y = south; y < north; y += size) cells.push(toCell(x + size / 2, y + size / 2, size / 2, rings));
  let best = toCell((west + east) / 2, (south + north) / 2, 0, rings);
  while (cells.length > 0) {
    for (const cell of cells) if (cell.radius > best.radius) best = cell;
    cells = cells
      .filter(({ radius, half }) => radius + half * Math.SQRT2 > best.radius + size / 100)
      .flatMap(({ x, y, half }) =>
        [-1, 1].flatMap((dx) =>
          [-1, 1].map((dy) => toCell(x + (dx * half) / 2, y + (dy * half) / 2, half / 2, rings)),
        ),
      );
  }
  return best;
}

function range(values: readonly number[]): [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
}

function toCell(x: number, y: number, half: number, rings: readonly Position[][]): Cell {
  let inside = false;
  let nearest = Number.POSITIVE_INFINITY;
  for (const ring of rings)
    for (let i = 1; i < ring.length; i++) {
      const [ax, ay] = ring[i - 1] as [number, number];
      const [bx, by] = ring[i] as [number, number];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      nearest = Math.min(nearest, distance(x, y, ax, ay, bx, by));
    }
  return { x, y, half, radius: inside ? nearest : -nearest };
}

function distance(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length2));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
