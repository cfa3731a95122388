// The drawing that stays in the map's place, once its code is there; see ./map-start.ts.

import { createLater } from '../panel/later.ts';
import type { App } from '../state/app.ts';

const useStillMap = createLater(() => import('./still-map.tsx'));

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
  const still = useStillMap().module;
  return still === null ? null : <still.StillMap {...props} />;
}
