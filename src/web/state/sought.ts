// The place that was searched for, while the list shows what the map shows and the map still shows it. Pure, browser-safe.

import { wrapDeg } from '../../event/geodesy.ts';
import type { App, MapTarget } from './app.ts';
import type { Place } from './order.ts';
import { isInBox, type ViewBox } from './visibility.ts';

/** Null: none, or the map has gone elsewhere. */
export function soughtInView({
  goTo,
  filter,
  view,
}: Pick<App, 'goTo' | 'filter' | 'view'>): MapTarget | null {
  const target = goTo.value;
  if (target === null || !filter.value.inView) return null;
  return isShown(target, view.value?.box ?? null) ? target : null;
}

/** The place that rows say their distance from: a city; a country or region lies at no one place. */
export function measuredFrom(app: Pick<App, 'goTo' | 'filter' | 'view'>): Place | null {
  const target = soughtInView(app);
  return target?.kind === 'city' ? target.pin : null;
}

/** True when its middle is within the box, or no map has told of one yet. */
function isShown({ extent }: MapTarget, box: ViewBox | null): boolean {
  if (box === null) return true;
  const { westDeg, southDeg, eastDeg, northDeg } = extent;
  return isInBox((southDeg + northDeg) / 2, wrapDeg((westDeg + eastDeg) / 2), box);
}
