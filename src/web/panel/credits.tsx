// Whose data it is, in full with the licences: in the panel's foot, and on a page without it. On the map: map/map-credit.tsx.

import type { App } from '../state/app.ts';

const CC_BY = link('https://creativecommons.org/licenses/by/4.0/', 'CC BY 4.0');
export const EMSC = 'https://www.seismicportal.eu/';
export const USGS = 'https://earthquake.usgs.gov/';
export const NATURAL_EARTH = 'https://www.naturalearthdata.com/';
export const GEONAMES = 'https://www.geonames.org/';

export function Credits({ app: { text } }: { app: App }) {
  return (
    <>
      {text.attribution}: {link(EMSC, 'EMSC-CSEM')} ({CC_BY}), {link(USGS, 'USGS')}.{' '}
      {link(NATURAL_EARTH, text.attributionBasemap)}. {link(GEONAMES, text.attributionCities)} ({CC_BY}).
    </>
  );
}

export function link(href: string, name: string) {
  return (
    <a href={href} rel="noreferrer" target="_blank">
      {name}
    </a>
  );
}
