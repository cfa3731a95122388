// What lies on the map and around it, in one piece: ./around-map-later.tsx loads it.

export { Legend } from '../panel/legend.tsx';
export { MapControls } from './map-controls.tsx';
export { MapCredit } from './map-credit.tsx';
export { MapScale } from './map-scale.tsx';
export { needsMap, standsStill } from './map-start.ts';
export { MapTip } from './map-tip.tsx';
export { StillMap } from './still-map.tsx';
