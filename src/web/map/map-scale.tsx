// The scale bar and the credits of the ground, at the map's foot.

import type { ReadonlySignal } from '@preact/signals';
import type { App } from '../state/app.ts';
import type { Camera } from './quake-map.ts';
import { roundLength } from './scale-bar.ts';

const BAR_MAX_PX = 96;

/** Holds for the middle of the map: a flat world is larger towards the poles, a globe smaller towards its rim. */
export function MapScale({ app, camera }: { app: App; camera: ReadonlySignal<Camera | null> }) {
  const { text, formats } = app;
  const metresPerPixel = camera.value?.metresPerPixel;
  if (metresPerPixel === undefined) return null;
  const kilometres = roundLength((metresPerPixel * BAR_MAX_PX) / 1000);
  const words = text.scaleBar(formats.integer(kilometres));
  return (
    <div class="scale" title={text.scaleBarHolds} data-testid="scale">
      <span class="scale-length">{words}</span>
      <span class="scale-bar" style={{ width: `${Math.round((kilometres * 1000) / metresPerPixel)}px` }} />
    </div>
  );
}
