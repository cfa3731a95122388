// The place of the map on the page: loads the map's code after the list is usable, and keeps it in step with the
// signals. Its controls are ours, so that they look and speak like the rest.

import { effect, type Signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { App, Selection } from '../state/app.ts';
import type { Insets, Projection, QuakeMap } from './quake-map.ts';

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
  const [projection, setProjection] = useState<Projection>('mercator');
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
          projection: 'mercator',
          insets: insets.peek(),
          title: text.map,
          reducedMotion,
          onPick: (row) => {
            app.selection.value = row === -1 ? null : { id: app.catalogue.current.idAt(row), from: 'map' };
          },
          onHover: (row) => {
            app.hovered.value = row === -1 ? null : app.catalogue.current.idAt(row);
          },
          onScale: (scale) => {
            app.symbolScale.value = scale;
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

  const toggle = () => {
    const next = projection === 'globe' ? 'mercator' : 'globe';
    map.current?.setProjection(next);
    map.current?.showWorld();
    setProjection(next);
  };
  return (
    <div class="map-area" data-testid="map">
      <div class="map" ref={container} />
      {failed ? <p class="map-failed">{text.mapFailed}</p> : null}
      <div class="controls" hidden={failed}>
        <ControlButton label={text.zoomIn} path="M8 3v10M3 8h10" onClick={() => map.current?.zoomBy(1)} />
        <ControlButton label={text.zoomOut} path="M3 8h10" onClick={() => map.current?.zoomBy(-1)} />
        <ControlButton
          label={text.wholeWorld}
          path="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"
          onClick={() => map.current?.showWorld()}
        />
        <ControlButton
          label={projection === 'globe' ? text.flat : text.globe}
          path={
            projection === 'globe'
              ? 'M2 4l4-1.5 4 1.5 4-1.5v9.5L10 13.5 6 12l-4 1.5zM6 2.5V12M10 4v9.5'
              : 'M8 2a6 6 0 100 12A6 6 0 008 2zM2 8h12M8 2c-4 4-4 8 0 12M8 2c4 4 4 8 0 12'
          }
          onClick={toggle}
          testid="projection"
        />
      </div>
    </div>
  );
}

function ControlButton(props: { label: string; path: string; onClick: () => void; testid?: string }) {
  return (
    <button
      type="button"
      class="control"
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
      data-testid={props.testid}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={props.path} />
      </svg>
    </button>
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
    effect(() => map.setShown(app.listed.value.total)),
    effect(() => map.setScheme(app.scheme.value)),
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
