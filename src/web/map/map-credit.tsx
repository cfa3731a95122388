// Whose data it is, on the map: the panel's foot, which has it in full, may be covered or left out.

import { EMSC, GEONAMES, link, NATURAL_EARTH, USGS } from '../panel/credits.tsx';
import type { App } from '../state/app.ts';

export function MapCredit({ app: { text } }: { app: App }) {
  return (
    <p class="credit" data-testid="credit">
      {text.attribution}: {link(EMSC, 'EMSC')} {link(USGS, 'USGS')} {link(NATURAL_EARTH, 'Natural Earth')}{' '}
      {link(GEONAMES, 'GeoNames')}
    </p>
  );
}
