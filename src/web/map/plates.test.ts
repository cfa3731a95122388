import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawTooth, PLATE_KINDS, type PlateLines, toPlateShapes } from './plates.ts';

const lines = JSON.parse(
  readFileSync(new URL('../../../assets/plates.json', import.meta.url), 'utf8'),
) as PlateLines;
const shapes = toPlateShapes(lines);
const linesOf = (kind: string) =>
  shapes.features.find(({ properties }) => properties?.['kind'] === kind)!.geometry.coordinates;

test('each kind has lines, none of them jumps across the map', () => {
  expect(shapes.features.map(({ properties }) => properties?.['kind'])).toEqual([...PLATE_KINDS]);
  for (const kind of PLATE_KINDS) {
    expect(linesOf(kind).length).toBeGreaterThan(20);
    for (const line of linesOf(kind))
      for (let i = 1; i < line.length; i++)
        expect(Math.abs(line[i]![0]! - line[i - 1]![0]!)).toBeLessThan(90);
  }
});

/** Where a line of a kind passes a parallel within two meridians, and whether it runs north there. */
function crossing(
  kind: string,
  latitudeDeg: number,
  fromDeg: number,
  toDeg: number,
): 'north' | 'south' | null {
  for (const line of linesOf(kind))
    for (let i = 1; i < line.length; i++) {
      const [[lonA, latA], [lonB, latB]] = [line[i - 1]!, line[i]!] as [[number, number], [number, number]];
      const lon = (((((lonA + lonB) / 2 + 540) % 360) + 360) % 360) - 180;
      if (lon < fromDeg || lon > toDeg || latA > latitudeDeg === latB > latitudeDeg) continue;
      return latB > latA ? 'north' : 'south';
    }
  return null;
}

test('known boundaries are of their kind, and the teeth of trenches are on the upper plate', () => {
  expect(crossing('spreading', 0.5, -32, -10)).not.toBeNull();
  expect(crossing('transform', 36, -122, -119)).not.toBeNull();
  // The left of the line is the upper plate: South America east of its trench, so the line runs south; Honshu west of it.
  expect(crossing('subduction', -25, -73, -70)).toBe('south');
  expect(crossing('subduction', 38, 142, 146)).toBe('north');
});

test('a tooth is broad at its foot, pointed at its tip, alpha alone', () => {
  const { width, height, data } = drawTooth(2);
  const alphaAt = (x: number, y: number) => data[4 * (y * width + x) + 3]!;
  expect(alphaAt(Math.floor(width / 2), height - 1)).toBe(255);
  expect(alphaAt(1, height - 1)).toBeGreaterThan(100);
  expect(alphaAt(1, 0)).toBe(0);
});
