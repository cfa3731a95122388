// Makes the icons of src/web/public that cannot be SVG, with the rasteriser of the cards: the mark of favicon.svg.

import { writeFileSync } from 'node:fs';
import { encodePng } from '../src/gateway/map/png.ts';
import { createCanvas, toCircle, toRing } from '../src/gateway/map/raster.ts';

for (const side of [180, 192, 512]) {
  const unit = side / 32;
  const canvas = createCanvas(side, side, [15, 23, 30]);
  const ring = (radius: number, width: number) =>
    toRing(16 * unit, 16 * unit, (radius + width / 2) * unit, width * unit);
  canvas.fill([toCircle(16 * unit, 16 * unit, 4 * unit)], [255, 192, 77]);
  canvas.fill(ring(8.5, 1.8), [245, 128, 62]);
  canvas.fill(ring(13, 1.4), [185, 96, 95], 0.8);
  writeFileSync(`src/web/public/icon-${side}.png`, await encodePng(canvas.pixels, side, side));
}
