// The Natural Earth projection on the canvas of /map.svg, in its polynomial form (Šavrič, Jenny, Patterson, Petrovič,
// Hurni: "A polynomial equation for the Natural Earth projection", 2011). Pure.

/** Canvas of the map: the proportions of a link preview. */
export const CANVAS = { width: 1200, height: 630, centreX: 600, centreY: 322 } as const;

/** Pixels of the canvas for one radian at the equator: the whole globe is 1,128 wide and 587 high. */
const SCALE = 206.2;
const RADIANS = Math.PI / 180;

/** Canvas coordinates, x to the right and y down, of degrees east and north (WGS84). */
export function project(longitudeDeg: number, latitudeDeg: number): [x: number, y: number] {
  const longitude = longitudeDeg * RADIANS;
  const latitude = latitudeDeg * RADIANS;
  const p2 = latitude * latitude;
  const p4 = p2 * p2;
  const x = longitude * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4)));
  const y = latitude * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)));
  return [CANVAS.centreX + x * SCALE, CANVAS.centreY - y * SCALE];
}
