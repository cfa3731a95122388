// What lies on the map and around it once its code is there: buttons, scale, legend, what the pointer is on, the words of the
// drawing that stands in the map's place. The list is usable sooner without it.

import { CALM_WAIT_MAX_MS, whenCalm } from '../idle.ts';
import { createLater } from '../panel/later.ts';
import type { App } from '../state/app.ts';
import type { MapControlsProps } from './map-controls.tsx';
import type { MapScaleProps } from './map-scale.tsx';

export const useAroundMap = createLater(async () => {
  await whenCalm(CALM_WAIT_MAX_MS);
  return import('./around-map.ts');
});

export function MapControlsLater(props: MapControlsProps) {
  const around = useAroundMap().module;
  return around === null ? null : <around.MapControls {...props} />;
}

export function LegendLater({ app }: { app: App }) {
  const around = useAroundMap().module;
  return around === null ? null : <around.Legend app={app} />;
}

/**
 * still: the drawing stays until the map is asked for; coming: it has been; unloaded: its code could not be had, may be
 * asked for again, and is in any case; failed: it cannot be drawn here.
 */
export type StillPhase = 'still' | 'coming' | 'unloaded' | 'failed';

export interface StillMapProps {
  readonly app: App;
  readonly phase: StillPhase;
  readonly onStart: () => void;
}

export function StillMapLater(props: StillMapProps) {
  const around = useAroundMap().module;
  return around === null ? null : <around.StillMap {...props} />;
}

export function MapScaleLater(props: MapScaleProps) {
  const around = useAroundMap().module;
  return around === null ? null : <around.MapScale {...props} />;
}

export function MapCreditLater({ app }: { app: App }) {
  const around = useAroundMap().module;
  return around === null ? null : <around.MapCredit app={app} />;
}

export function MapTipLater({ app }: { app: App }) {
  const around = useAroundMap().module;
  const pointed = app.pointed.value;
  return around === null || pointed === null ? null : <around.MapTip app={app} pointed={pointed} />;
}
