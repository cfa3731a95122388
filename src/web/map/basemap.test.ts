import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { toBasemapData, unwrapLine, unwrapRing, type WorldTopology } from './basemap.ts';

const path = createRequire(import.meta.url).resolve('world-atlas/countries-110m.json');
const world = JSON.parse(readFileSync(path, 'utf8')) as WorldTopology;

describe('unwrapLine()', () => {
  test('goes on beyond the date line, both ways', () => {
    expect(
      unwrapLine([
        [179, 1],
        [-179, 2],
        [-170, 3],
      ]),
    ).toEqual([
      [179, 1],
      [181, 2],
      [190, 3],
    ]);
    expect(
      unwrapLine([
        [-179, 1],
        [179, 2],
      ]),
    ).toEqual([
      [-179, 1],
      [-181, 2],
    ]);
  });
});

describe('unwrapRing()', () => {
  test('closes a ring around the south pole along the map’s edge', () => {
    const ring = unwrapRing([
      [-120, -70],
      [0, -70],
      [120, -70],
      [-120, -70],
    ]);
    expect(ring).toEqual([
      [-120, -70],
      [0, -70],
      [120, -70],
      [240, -70],
      [240, -89.9],
      [-120, -89.9],
      [-120, -70],
    ]);
  });
});

describe('toBasemapData()', () => {
  test('leaves no line that jumps across the map', () => {
    const { land, borders, coast } = toBasemapData(world);
    const lines = [...borders.geometry.coordinates, ...coast.geometry.coordinates];
    for (const polygon of land.geometry.coordinates) lines.push(polygon[0]!.slice(0, -3));
    for (const line of lines)
      for (let i = 1; i < line.length; i++)
        expect(Math.abs(line[i]![0]! - line[i - 1]![0]!)).toBeLessThan(180);
  });
});
