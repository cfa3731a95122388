// The scale bar and the credits of the ground, at the map's foot.

import type { ReadonlySignal } from '@preact/signals';
import type { App } from '../state/app.ts';
import { KM_PER_MILE } from '../text/formats.ts';
import type { Camera } from './quake-map.ts';
import { roundLength } from './scale-bar.ts';

const BAR_MAX_PX = 96;

export interface MapScaleProps {
  readonly app: App;
  readonly camera: ReadonlySignal<Camera | null>;
}

/** Holds for the middle of the map: a flat world is larger towards the poles, a globe smaller towards its rim. */
export function MapScale({ app, camera }: MapScaleProps) {
  const { text, formats } = app;
  const metresPerPixel = camera.value?.metresPerPixel;
  if (metresPerPixel === undefined) return null;
  const metres = 1000 * (formats.units === 'mi' ? KM_PER_MILE : 1);
  const length = roundLength((metresPerPixel * BAR_MAX_PX) / metres);
  return (
    <div class="scale" title={text.scaleBarHolds} data-testid="scale">
      <span class="scale-length">{`${formats.integer(length)} ${formats.units}`}</span>
      <span class="scale-bar" style={{ width: `${Math.round((length * metres) / metresPerPixel)}px` }} />
    </div>
  );
}
