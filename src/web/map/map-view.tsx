// The place of the map on the page: loads the map's code once the page is calm, or leaves the drawing where it is until
// the reader reaches for it (./map-start.ts), and keeps the map in step with the signals. Its controls, legend and scale
// lie on it, clear of what covers its edges.

import { effect, type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { CALM_WAIT_MAX_MS, whenCalm, whenIdle } from '../idle.ts';
import { RETRY_MS } from '../panel/later.ts';
import type { App } from '../state/app.ts';
import {
  LegendLater,
  MapControlsLater,
  MapCreditLater,
  MapScaleLater,
  MapTipLater,
  StillMapLater,
  type StillPhase,
  useAroundMap,
} from './around-map-later.tsx';
import type { Camera, Insets, QuakeMap } from './quake-map.ts';

export interface MapViewProps {
  readonly app: App;
  readonly insets: Signal<Insets>;
  /** How much the page is enlarged as a whole: so many more pixels the map draws. */
  readonly scale: number;
  readonly reducedMotion: () => boolean;
  /** What draws WebGL 2; null: not known. */
  readonly askRenderer: () => Promise<string | null>;
  /** The map once it is there, for the debugging handle; null when it is gone. */
  readonly onMap: (map: QuakeMap | null) => void;
}

/** Between loading the map's code and building it. */
const BUILD_WAIT_MAX_MS = 500;

export function MapView({ app, insets, scale, reducedMotion, askRenderer, onMap }: MapViewProps) {
  const { text } = app;
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<QuakeMap | null>(null);
  const starting = useRef<Promise<void> | null>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const camera = useSignal<Camera | null>(null);
  const latestScale = useRef(scale);
  latestScale.current = scale;
  /** Of the drawing in the map's place; null: not decided yet, or the map is there. */
  const phase = useSignal<StillPhase | null>(null);
  const ended = useRef(new AbortController());

  useEffect(() => {
    const { signal } = ended.current;
    void begin(signal);
    return () => {
      ended.current.abort();
      clearTimeout(pause.current);
      map.current?.destroy();
      map.current = null;
      onMap(null);
    };
  }, []);

  /** By itself: when all that the page needs has come and nothing else is to be done. */
  async function begin(signal: AbortSignal): Promise<void> {
    await whenCalm(CALM_WAIT_MAX_MS);
    if (signal.aborted || starting.current !== null) return;
    const drawn = document.getElementById('dots') !== null;
    const around = drawn ? await useAroundMap.load().catch(() => null) : null;
    if (around === null || !(await around.standsStill(app, askRenderer))) return start();
    if (signal.aborted || starting.current !== null) return;
    phase.value = 'still';
    const stop = effect(() => {
      if (around.needsMap(app)) void start();
    });
    signal.addEventListener('abort', stop);
  }

  /** Resolves when the map is there, or cannot be. `again`: nobody asks just now; what is said stays until the code is there. */
  function start(again = false): Promise<void> {
    starting.current ??= build(ended.current.signal, again).catch(() => {
      phase.value = 'failed';
    });
    return starting.current;
  }

  async function build(signal: AbortSignal, again: boolean): Promise<void> {
    if (phase.peek() !== null && !again) phase.value = 'coming';
    const code = await Promise.all([import('./quake-map.ts'), import('./in-step.ts')]).catch(() => null);
    if (code === null) {
      // Whoever reaches for the map next asks again, and so does the page.
      starting.current = null;
      phase.value = 'unloaded';
      clearTimeout(pause.current);
      if (!signal.aborted) pause.current = setTimeout(() => void start(true), RETRY_MS);
      return;
    }
    const [{ QuakeMap }, { keepInStep, readContrast, readStart }] = code;
    await whenIdle(BUILD_WAIT_MAX_MS);
    if (signal.aborted) return;
    const linked = readStart();
    const created = new QuakeMap({
      container: container.current!,
      catalogue: app.catalogue,
      scheme: app.scheme.peek(),
      contrast: readContrast(),
      colorMode: app.map.colorMode.peek(),
      projection: app.map.projection.peek(),
      plates: app.map.plates.peek(),
      language: app.language,
      insets: insets.peek(),
      title: text.map,
      reducedMotion,
      onPick: (row) => {
        app.selection.value = row === -1 ? null : { id: app.catalogue.current.idAt(row), from: 'map' };
      },
      start: linked,
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
    if (latestScale.current !== 1) created.setScale(latestScale.current);
    signal.addEventListener('abort', keepInStep(created, app, insets, linked !== null));
    onMap(created);
    // The drawing stays true until it is covered.
    if (phase.peek() !== null) await created.whenDrawn();
    phase.value = null;
  }

  /** What the reader does to the map: where none moves yet, it is started for it. */
  const act = (action: (map: QuakeMap) => void) => {
    void start().then(() => {
      if (map.current !== null) action(map.current);
    });
  };
  const touch = () => void start();

  useEffect(() => {
    if (scale !== 1) map.current?.setScale(scale);
  }, [scale]);
  const { left, bottom, foot } = insets.value;
  return (
    <div
      class="map-area"
      data-testid="map"
      style={{ '--inset-left': `${left}px`, '--inset-bottom': `${bottom - foot}px` }}
    >
      <div
        class="map"
        data-projection={app.map.projection.value}
        ref={container}
        onPointerDown={touch}
        onWheel={touch}
      />
      <MapTipLater app={app} />
      {phase.value === 'failed' ? null : <MapControlsLater app={app} camera={camera} act={act} />}
      <div class="map-foot">
        <div class="map-words">
          {phase.value === null ? (
            <MapScaleLater app={app} camera={camera} />
          ) : (
            <StillMapLater app={app} phase={phase.value} onStart={touch} />
          )}
          <MapCreditLater app={app} />
        </div>
        <LegendLater app={app} />
      </div>
    </div>
  );
}
