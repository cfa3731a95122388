// Makes assets/plates.json, the plate boundaries by kind, from the steps of Bird's model PB2002 as kept in
// fraxen/tectonicplates (original/PB2002_steps.csv, ODC-By 1.0): node scripts/make-plates.ts <that folder>
// Steps of one kind that follow each other become one line; subduction zones run with the overriding plate at their left.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simplify } from '../src/web/first/simplify.ts';

/** Bird's seven classes of step, as the four kinds of the map. */
const KIND_OF_CLASS = {
  OSR: 'spreading',
  CRB: 'spreading',
  OTF: 'transform',
  CTF: 'transform',
  SUB: 'subduction',
  OCB: 'convergent',
  CCB: 'convergent',
} as const;
type Kind = (typeof KIND_OF_CLASS)[keyof typeof KIND_OF_CLASS];

/** Furthest that a line may be from the model's, degrees: below a pixel up to zoom 5. */
const TOLERANCE_DEG = 0.03;

type Point = readonly [longitudeDeg: number, latitudeDeg: number];
interface Line {
  readonly kind: Kind;
  readonly reversed: boolean;
  readonly points: Point[];
}

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('Usage: node scripts/make-plates.ts <folder with PB2002_steps.csv>');
const [, ...rows] = readFileSync(join(folder, 'PB2002_steps.csv'), 'utf8').trim().split(/\r?\n/);
const lines: Line[] = [];
for (const row of rows) {
  const cells = row.split(',');
  const boundary = cells[1]!;
  const kind = KIND_OF_CLASS[cells[15]! as keyof typeof KIND_OF_CLASS];
  // "AF/EU": the right-hand plate subducts under the left-hand one; "AF\EU": the other way round.
  const reversed = kind === 'subduction' && boundary[2] === '\\';
  const [from, to] = [toPoint(cells[3]!, cells[4]!), toPoint(cells[5]!, cells[6]!)];
  const last = lines.at(-1);
  const end = last?.points.at(-1);
  if (last !== undefined && last.kind === kind && last.reversed === reversed && isSame(end!, from))
    last.points.push(onward(end!, to));
  else lines.push({ kind, reversed, points: [from, onward(from, to)] });
}

const coded: Record<Kind, number[][]> = { spreading: [], transform: [], subduction: [], convergent: [] };
for (const { kind, reversed, points } of lines)
  coded[kind].push(encode(simplify(reversed ? points.toReversed() : points, TOLERANCE_DEG)));
const kinds = Object.entries(coded).map(
  ([kind, paths]) => `"${kind}": [\n${paths.map((path) => JSON.stringify(path)).join(',\n')}\n]`,
);
const text = `{"source": "Bird (2003), PB2002; Ahlenius, Nordpil; ODC-By 1.0; made by scripts/make-plates.ts",\n${kinds.join(',\n')}}\n`;
writeFileSync('assets/plates.json', text);
console.log(`assets/plates.json: ${lines.length} lines, ${text.length} bytes`);

function toPoint(longitude: string, latitude: string): Point {
  const point: Point = [Number(longitude), Number(latitude)];
  if (!point.every(Number.isFinite)) throw new Error(`Cannot read the step at "${longitude}, ${latitude}"`);
  return point;
}

/** The same place, written from the side on which the line is: on beyond ±180° rather than across the map. */
function onward([fromLongitude]: Point, [longitude, latitude]: Point): Point {
  return [longitude + 360 * Math.round((fromLongitude - longitude) / 360), latitude];
}

function isSame(a: Point, b: Point): boolean {
  return Math.abs(onward(a, b)[0] - a[0]) < 0.002 && Math.abs(a[1] - b[1]) < 0.002;
}

/** Hundredths of a degree: the first point, then each as its difference from the one before. */
function encode(points: readonly Point[]): number[] {
  let [x, y] = [0, 0];
  return points.flatMap(([longitude, latitude]) => {
    const [nextX, nextY] = [Math.round(longitude * 100), Math.round(latitude * 100)];
    const step = [nextX - x, nextY - y];
    [x, y] = [nextX, nextY];
    return step;
  });
}
