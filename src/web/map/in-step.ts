// The map kept in step with the signals, and where a search, an open event and the way back lead it. Loaded with the map's
// code (./map-view.tsx).

import { effect, type Signal, signal } from '@preact/signals';
import type { App, Selection } from '../state/app.ts';
import { followArrivals } from '../state/arrivals.ts';
import { extentAround } from './extent.ts';
import type { Contrast } from './palettes.ts';
import { listPins } from './pins.ts';
import { parsePlaceQuery } from './place-in-address.ts';
import type { CameraPlace, Insets, QuakeMap } from './quake-map.ts';

/** Around a circle that is to be in view. */
const PLACE_MARGIN_PX = 8;
/** So much around the reader is shown: there is an earthquake within that nearly anywhere people ask. */
const READER_RADIUS_KM = 600;

/** Where the page's address puts the map; null: it does not say. */
export const readStart = () => parsePlaceQuery(location.search);

/** From the signals to the map; gives a function that ends it. `placed`: the map is where the address has put it. */
export function keepInStep(map: QuakeMap, app: App, insets: Signal<Insets>, placed: boolean): () => void {
  const rowOf = (id: Parameters<typeof app.catalogue.current.rowOf>[0] | undefined) =>
    id === undefined ? -1 : app.catalogue.current.rowOf(id);
  const contrast = signal(readContrast());
  /** The selection that the map has gone to. */
  let shown: Selection | null = null;
  /** The place that the map has gone to, and where it was before the first. */
  let sought = placed ? app.goTo.peek() : null;
  let before: CameraPlace | null = null;
  const stops = [
    onMoreContrast(() => {
      contrast.value = readContrast();
    }),
    effect(() => {
      app.present.tick.value;
      map.setView(app.bounds.value, app.present.nowMs());
    }),
    effect(() => map.setShown(app.facets.value.total)),
    effect(() => map.setScheme(app.scheme.value, contrast.value)),
    effect(() => map.setColorMode(app.map.colorMode.value)),
    effect(() => map.showPlates(app.map.plates.value)),
    effect(() => map.showNamed(app.named.value, listPins(app))),
    effect(() => map.setLanguage(app.language, app.text.map)),
    effect(() => map.setProjection(app.map.projection.value)),
    effect(() => map.setInsets(insets.value)),
    effect(() => {
      app.catalogue.version.value;
      map.setMarked(rowOf(app.selection.value?.id), rowOf(app.hovered.value ?? undefined));
    }),
    effect(() => {
      const selection = app.selection.value;
      app.catalogue.version.value; // a link may name an event that is still being loaded
      if (selection === null && shown !== null) {
        if (app.wall) map.showWorld();
        else map.stepBack();
      }
      if (selection === null) shown = null;
      if (selection === null || selection.from === 'map' || selection === shown) return;
      const row = rowOf(selection.id);
      if (row === -1) return;
      // The list that follows the map is the same when the event is closed.
      if (shown === null && selection.from === 'list' && followsMap(app)) map.stepAside();
      shown = selection;
      map.flyToRow(row);
    }),
    effect(() => {
      const target = app.goTo.value;
      if (target === sought) return;
      if (sought === null) before = map.place;
      sought = target;
      if (target !== null) map.showExtent(target.extent, target.pin === null ? undefined : PLACE_MARGIN_PX);
      // Taken back; who lets the list show more than the map leaves the map where it is.
      else if (app.filter.peek().inView) before === null ? map.showWorld() : map.returnTo(before);
    }),
    effect(() => {
      const place = app.order.value === 'nearest' ? app.place.value : null;
      if (place !== null) map.showExtent(extentAround(place, READER_RADIUS_KM), PLACE_MARGIN_PX);
    }),
    // What came before the map was there gets no rings: who starts it an hour later would take it for new.
    followArrivals(app.arrival, ({ row, arrival }) => map.announce(row, arrival)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The system's wish, which the style sheet follows by itself (../styles/tokens.css). */
const moreContrast = matchMedia('(prefers-contrast: more)');

export const readContrast = (): Contrast => (moreContrast.matches ? 'more' : 'normal');

function onMoreContrast(callback: () => void): () => void {
  moreContrast.addEventListener('change', callback);
  return () => moreContrast.removeEventListener('change', callback);
}

function followsMap({ filter, order }: App): boolean {
  return filter.peek().inView || order.peek() === 'centre';
}
