// The buttons on the map once their code is there: the list is usable sooner without it.

import { createLater } from '../panel/later.ts';
import type { MapControlsProps } from './map-controls.tsx';

const useControls = createLater(() => import('./map-controls.tsx'));

export function MapControlsLater(props: MapControlsProps) {
  const controls = useControls().module;
  return controls === null ? null : <controls.MapControls {...props} />;
}
