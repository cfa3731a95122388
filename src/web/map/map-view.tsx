// The place of the map on the page: loads the map's code after the list is usable, and keeps it in step with the
// signals. Its controls, legend and scale lie on it, clear of what covers its edges.

import { effect, type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Legend } from '../panel/legend.tsx';
import type { App, Selection } from '../state/app.ts';
import { MapControls } from './map-controls.tsx';
import { MapScale } from './map-scale.tsx';
import { MapTipLater } from './map-tip-later.tsx';
import { placeInAddress } from './place-in-address.ts';
import type { Camera, Insets, QuakeMap } from './quake-map.ts';

export interface MapViewProps {
  readonly app: App;
  readonly insets: Signal<Insets>;
  readonly reducedMotion: () => boolean;
  /** The map once it is there, for the debugging handle; null when it is gone. */
  readonly onMap: (map: QuakeMap | null) => void;
}

export function MapView({ app, insets, reducedMotion, onMap }: MapViewProps) {
  const { text } = app;
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<QuakeMap | null>(null);
  const camera = useSignal<Camera | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let stopped = false;
    let stop = () => {};
    import('./quake-map.ts')
      .then(({ QuakeMap }) => {
        if (stopped) return;
        const created = new QuakeMap({
          container: container.current!,
          catalogue: app.catalogue,
          scheme: app.scheme.peek(),
          colorMode: app.map.colorMode.peek(),
          projection: app.map.projection.peek(),
          plates: app.map.plates.peek(),
          language: document.documentElement.lang || 'en',
          insets: insets.peek(),
          title: text.map,
          reducedMotion,
          start: placeInAddress(),
          onPick: (row) => {
            app.selection.value = row === -1 ? null : { id: app.catalogue.current.idAt(row), from: 'map' };
          },
          onHover: ({ row, others }, { x, y }) => {
            const id = row === -1 ? null : app.catalogue.current.idAt(row);
            app.hovered.value = id;
            app.pointed.value = id === null ? null : { id, x, y, others };
          },
          onScale: (scale) => {
            app.symbolScale.value = scale;
          },
          onCamera: (moved) => {
            camera.value = moved;
          },
          onView: (view) => {
            app.view.value = view;
          },
        });
        map.current = created;
        stop = keepInStep(created, app, insets);
        onMap(created);
      })
      .catch(() => setFailed(true));
    return () => {
      stopped = true;
      stop();
      map.current?.destroy();
      map.current = null;
      onMap(null);
    };
  }, []);

  const { left, bottom } = insets.value;
  return (
    <div
      class="map-area"
      data-testid="map"
      style={{ '--inset-left': `${left}px`, '--inset-bottom': `${bottom}px` }}
    >
      <div class="map" ref={container} />
      <MapTipLater app={app} />
      {failed ? <p class="map-failed">{text.mapFailed}</p> : null}
      {failed ? null : <MapControls app={app} camera={camera} map={() => map.current} />}
      <div class="map-foot">
        <MapScale app={app} camera={camera} />
        <Legend app={app} />
      </div>
    </div>
  );
}

/** From the signals to the map; gives a function that ends it. */
function keepInStep(map: QuakeMap, app: App, insets: Signal<Insets>): () => void {
  const rowOf = (id: Parameters<typeof app.catalogue.current.rowOf>[0] | undefined) =>
    id === undefined ? -1 : app.catalogue.current.rowOf(id);
  /** The selection that the map has gone to. */
  let shown: Selection | null = null;
  const stops = [
    effect(() => {
      app.present.tick.value;
      map.setView(app.bounds.value, app.present.nowMs());
    }),
    effect(() => map.setShown(app.facets.value.total)),
    effect(() => map.setScheme(app.scheme.value)),
    effect(() => map.setColorMode(app.map.colorMode.value)),
    effect(() => map.showPlates(app.map.plates.value)),
    effect(() => map.showNamed(app.named.value)),
    effect(() => map.setProjection(app.map.projection.value)),
    effect(() => map.setInsets(insets.value)),
    effect(() => {
      app.catalogue.version.value;
      map.setMarked(rowOf(app.selection.value?.id), rowOf(app.hovered.value ?? undefined));
    }),
    effect(() => {
      const selection = app.selection.value;
      app.catalogue.version.value; // a link may name an event that is still being loaded
      if (selection === null || selection.from === 'map' || selection === shown) return;
      const row = rowOf(selection.id);
      if (row === -1) return;
      shown = selection;
      map.flyToRow(row);
    }),
    effect(() => {
      const arrival = app.arrival.value;
      if (arrival !== null) map.announce(arrival.row, arrival.arrival);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
