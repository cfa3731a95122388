// The drawing that stays in the map's place, once its code is there; see ./map-start.ts.

import { createLater } from '../panel/later.ts';
import type { App } from '../state/app.ts';

const useStillMap = createLater(() => import('./still-map.tsx'));

export interface StillMapProps {
  readonly app: App;
  /** The map has been asked for and is on its way. */
  readonly starting: boolean;
  readonly onStart: () => void;
}

export function StillMapLater(props: StillMapProps) {
  const still = useStillMap().module;
  return still === null ? null : <still.StillMap {...props} />;
}
