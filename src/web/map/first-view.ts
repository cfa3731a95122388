// Where the map begins. The drawing that stands in its place until it is there (../first/world.ts and
// styles/first-paint.css) begins at the same place. Pure, browser-safe.

/** Degrees east and north in the middle of what the panel leaves free. */
export const CENTRE_START: [longitudeDeg: number, latitudeDeg: number] = [25, 22];
