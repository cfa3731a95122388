// The Flinn-Engdahl region of an epicentre: for sources that name none themselves. The world in squares of one
// degree, 757 names, 1995 revision. Pure, browser-safe; only the server needs its 60 kB of tables.

import { QUADRANTS, REGION_NAMES } from './flinn-engdahl/tables.ts';

const names = REGION_NAMES.split('\n');
const quadrants = {
  ne: toRows(QUADRANTS.ne),
  nw: toRows(QUADRANTS.nw),
  se: toRows(QUADRANTS.se),
  sw: toRows(QUADRANTS.sw),
};

/** Rows of pairs by whole degrees of latitude off the equator, 0 to 90. */
function toRows(table: string): number[][] {
  return table
    .split('\n')
    .slice(1)
    .map((row) => row.split(' ').map(Number));
}

/**
 * Region number, 1 to 757, of an epicentre: degrees north, −90 to 90, and east, −180 to 180. The equator belongs
 * to the north, Greenwich and the date line (±180) to the east.
 */
export function toRegionNumber(latitudeDeg: number, longitudeDeg: number): number {
  const isEast = longitudeDeg >= 0 || longitudeDeg === -180;
  const quadrant = quadrants[`${latitudeDeg >= 0 ? 'n' : 's'}${isEast ? 'e' : 'w'}`];
  const row = quadrant[Math.floor(Math.abs(latitudeDeg))]!;
  const degree = Math.floor(Math.abs(longitudeDeg));
  let region = row[1]!;
  for (let i = 2; i < row.length && row[i]! <= degree; i += 2) region = row[i + 1]!;
  return region;
}

/** Region name in its official upper-case spelling, at most 32 characters; arguments as for `toRegionNumber`. */
export function toRegionName(latitudeDeg: number, longitudeDeg: number): string {
  return names[toRegionNumber(latitudeDeg, longitudeDeg)]!;
}
