// USGS names a place by its nearest town, "12 km NNW of Cobb, CA": a hundred thousand texts of a few thousand
// towns. Split, they cost a chunk less than half. Pure, browser-safe.

/** The points of the compass; 0 is kept for a text that names none. */
const DIRECTIONS = [
  ...['', 'N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE'],
  ...['S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW'],
];

/** A longer town is not split off: a chunk could otherwise make a little text fill a lot of memory. */
export const TOWN_LENGTH_MAX = 256;

export const DIRECTION_MAX = DIRECTIONS.length - 1;

/** A region's text in parts; when `direction` is 0 the whole text is the town. */
export interface Place {
  readonly town: string;
  /** Index of the compass point, 0 to DIRECTION_MAX. */
  readonly direction: number;
  /** Whole kilometres, 0 to 9999; 0 without a direction. */
  readonly distanceKm: number;
}

/** Splits any text in the one way that `joinPlace` undoes. */
export function splitPlace(text: string): Place {
  const match = /^(0|[1-9]\d{0,3}) km ([NESW]{1,3}) of (.*)$/s.exec(text);
  const direction = match ? DIRECTIONS.indexOf(match[2]!) : -1;
  if (direction === -1 || match![3]!.length > TOWN_LENGTH_MAX)
    return { town: text, direction: 0, distanceKm: 0 };
  return { town: match![3]!, direction, distanceKm: Number(match![1]) };
}

export function joinPlace({ town, direction, distanceKm }: Place): string {
  return direction === 0 ? town : `${distanceKm} km ${DIRECTIONS[direction]} of ${town}`;
}
