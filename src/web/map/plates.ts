// Plate boundaries by kind, from assets/plates.json (scripts/make-plates.ts; Bird 2003, ODC-By). Told apart by the form of
// the line, as geological maps do: a double line where plates part, a plain one where they slide, teeth on the plate that
// overrides, dashes where continents collide. Pure, browser-safe.

import type { Feature, FeatureCollection, MultiLineString, Position } from 'geojson';

export const PLATE_KINDS = ['spreading', 'transform', 'subduction', 'convergent'] as const;
export type PlateKind = (typeof PLATE_KINDS)[number];

/** Each line as hundredths of a degree: longitude and latitude, then differences from the point before. */
export type PlateLines = Readonly<Record<PlateKind, readonly (readonly number[])[]>>;

/** One feature a kind, with the property `kind`. */
export function toPlateShapes(plates: PlateLines): FeatureCollection<MultiLineString> {
  const features = PLATE_KINDS.map((kind): Feature<MultiLineString> => {
    const coordinates = plates[kind].map(decodeLine);
    return { type: 'Feature', properties: { kind }, geometry: { type: 'MultiLineString', coordinates } };
  });
  return { type: 'FeatureCollection', features };
}

function decodeLine(steps: readonly number[]): Position[] {
  const points: Position[] = [];
  let [x, y] = [0, 0];
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i]!;
    y += steps[i + 1]!;
    points.push([x / 100, y / 100]);
  }
  return points;
}

/** The tooth of a subduction zone: a triangle whose foot lies on the line and whose tip points to its left. */
export const TOOTH = { width: 9, height: 6 } as const;

/** The same as an image for the map: alpha alone counts, the colour comes from the style. */
export function drawTooth(pixelRatio: number): { width: number; height: number; data: Uint8Array } {
  const [width, height] = [Math.round(TOOTH.width * pixelRatio), Math.round(TOOTH.height * pixelRatio)];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const half = ((y + 0.5) / height) * (width / 2);
      const covered = Math.min(1, Math.max(0, half - Math.abs(x + 0.5 - width / 2) + 0.5));
      data.set([0, 0, 0, Math.round(255 * covered)], (y * width + x) * 4);
    }
  return { width, height, data };
}
