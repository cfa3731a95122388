// Brings the shapes of the ground into the map: the coarse world at once, then the names; the fine world when the reader
// comes close, the plates when asked for. What cannot be loaded is missing until it can, the events are not.

import type { GeoJSON } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap, VectorTileSource } from 'maplibre-gl';
import fineWorldUrl from 'world-atlas/countries-50m.json?url';
import coarseWorldUrl from 'world-atlas/countries-110m.json?url';
import labelsUrl from '../../../assets/labels.json?url';
import platesUrl from '../../../assets/plates.json?url';
import { whenIdle } from '../idle.ts';
import type { NamedPlace, Pin } from '../state/named-places.ts';
import { toTileAddress } from './ground-tiles.ts';
import { type Labels, type LabelTable, toLabels } from './labels.ts';
import { listSameLabels, toNamedShapes } from './named-places.ts';
import { drawPin } from './pins.ts';
import { drawTooth, type PlateLines, toPlateShapes } from './plates.ts';
import {
  GROUND_SOURCE,
  NAME_LAYERS,
  PIN_IMAGE,
  PLACE_IMAGE,
  PLATE_LAYERS,
  ROOM_IMAGE,
  ROOM_IMAGE_PX,
  TOOTH_IMAGE,
  toLabelFilter,
} from './style.ts';

/** From here on the coarse world's corners would be seen. */
const ZOOM_FINE = 2.5;
const PLACE_PX = 4;
const NAMES: ReadonlySet<string> = new Set(NAME_LAYERS);
const NAMES_WAIT_MAX_MS = 1000;
/** Ground that could not be loaded is asked for again after this. */
const RETRY_MS = 10_000;

export interface Ground {
  /** Resolves when the land has been drawn, or cannot be. */
  readonly drawn: Promise<void>;
  showPlates(shown: boolean): void;
  /** Places with a line from the event, and pins without one. */
  showNamed(places: readonly NamedPlace[], pins: readonly Pin[]): void;
  /** `language`: BCP 47 tag of the names. */
  setLanguage(language: string): void;
  destroy(): void;
}

/** `language`: BCP 47 tag of the names. */
export function createGround(map: MapLibreMap, language: string): Ground {
  const stop = new AbortController();
  const ready = new Promise<void>((resolve) => map.once('style.load', () => resolve()));
  let platesAsked = false;
  let namesSet: Promise<void> = Promise.resolve();
  let table: LabelTable | null = null;
  let labels: Labels | null = null;
  /** What is named above the labels. */
  let named: readonly Pin[] = [];
  let spoken = language;

  // Each time a style has come: also after a lost WebGL context.
  map.on('style.load', () => {
    const pixelRatio = Math.max(2, devicePixelRatio);
    if (!map.hasImage(TOOTH_IMAGE))
      map.addImage(TOOTH_IMAGE, drawTooth(pixelRatio), { pixelRatio, sdf: true });
    if (!map.hasImage(PLACE_IMAGE))
      map.addImage(PLACE_IMAGE, drawPlace(pixelRatio), { pixelRatio, sdf: true });
    if (!map.hasImage(PIN_IMAGE)) map.addImage(PIN_IMAGE, drawPin(pixelRatio), { pixelRatio, sdf: true });
    if (!map.hasImage(ROOM_IMAGE)) map.addImage(ROOM_IMAGE, drawNothing(ROOM_IMAGE_PX));
    hideSameLabels();
  });
  let isFine = false;
  let shown: Promise<void> = ready;
  const drawn = bring(coarseWorldUrl, () => !isFine).then(() => shown.then(() => untilDrawn(map)));
  void drawn.then(() =>
    load<LabelTable>(labelsUrl, (loaded) => {
      table = loaded;
      writeNames();
    }),
  );
  const onZoom = () => {
    if (map.getZoom() < ZOOM_FINE) return;
    map.off('zoom', onZoom);
    void bring(fineWorldUrl, () => true);
  };
  map.on('zoom', onZoom);
  // A link may have placed the map near.
  onZoom();

  /**
   * Has the tiles cut out of this world. It comes here first, so that what is drawn stays where it cannot be had: then it is
   * asked for again, as long as it is wanted. Resolves after the first time.
   */
  async function bring(worldUrl: string, isWanted: () => boolean): Promise<void> {
    if (await isThere(worldUrl)) {
      // A tile that is on its way at this moment would keep what it was asked for: MapLibre does not ask again.
      shown = shown
        .then(() => untilDrawn(map))
        .then(() => {
          if (stop.signal.aborted || !isWanted()) return;
          isFine ||= worldUrl === fineWorldUrl;
          map.getSource<VectorTileSource>(GROUND_SOURCE)?.setTiles([toTileAddress(worldUrl)]);
        });
    } else
      again(() => {
        if (isWanted()) void bring(worldUrl, isWanted);
      });
  }

  function again(ask: () => void): void {
    const timer = setTimeout(ask, RETRY_MS);
    stop.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  async function isThere(url: string): Promise<boolean> {
    try {
      const response = await fetch(url, { signal: stop.signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  function writeNames(): void {
    if (table === null) return;
    const { countries, seas, places } = toLabels(table, spoken);
    set('countries', countries);
    set('seas', seas);
    set('places', places);
    labels = places;
    hideSameLabels();
  }

  /** A place that is named already keeps no label of its own. */
  function hideSameLabels(): void {
    if (labels === null || !map.getLayer('places')) return;
    map.setFilter('places', toLabelFilter(named.length === 0 ? [] : listSameLabels(labels, named)));
  }

  /** Names wait for a calm moment, one kind after another: MapLibre draws each of their letters, a millisecond or more. */
  function set(id: string, shapes: GeoJSON): void {
    const put = () => map.getSource<GeoJSONSource>(id)?.setData(shapes);
    if (!NAMES.has(id)) put();
    else
      namesSet = namesSet
        .then(() => whenIdle(NAMES_WAIT_MAX_MS))
        .then(() => {
          if (!stop.signal.aborted) put();
        });
  }

  /** Asks until it has come. */
  async function load<T>(url: string, use: (answer: T) => void): Promise<void> {
    const answer = await read<T>(url);
    await ready;
    if (stop.signal.aborted) return;
    if (answer === null) again(() => void load(url, use));
    else use(answer);
  }

  /** Null when it cannot be had. */
  async function read<T>(url: string): Promise<T | null> {
    try {
      const response = await fetch(url, { signal: stop.signal });
      return response.ok ? ((await response.json()) as T) : null;
    } catch {
      return null;
    }
  }

  return {
    drawn,
    showPlates(shown) {
      if (shown && !platesAsked) {
        platesAsked = true;
        void load<PlateLines>(platesUrl, (lines) => set('plates', toPlateShapes(lines)));
      }
      void ready.then(() => {
        for (const layer of PLATE_LAYERS)
          map.setLayoutProperty(layer, 'visibility', shown ? 'visible' : 'none');
      });
    },
    showNamed(places, pins) {
      const shapes = toNamedShapes(places, pins);
      named = [...places, ...pins];
      void ready.then(() => {
        set('named-lines', shapes.lines);
        set('named', shapes.names);
        set('pins', shapes.pins);
        set('sight', shapes.sights);
        hideSameLabels();
      });
    },
    setLanguage(next) {
      if (next === spoken) return;
      spoken = next;
      writeNames();
    },
    destroy() {
      stop.abort();
    },
  };
}

/** Resolves when a frame has been drawn with all of the ground that was asked for. */
function untilDrawn(map: MapLibreMap): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!map.isSourceLoaded(GROUND_SOURCE)) return;
      map.off('render', look);
      resolve();
    };
    map.on('render', look);
    map.triggerRepaint();
  });
}

/** A small square beside a place's name. */
function drawPlace(pixelRatio: number): { width: number; height: number; data: Uint8Array } {
  const side = Math.round(PLACE_PX * pixelRatio);
  const data = new Uint8Array(side * side * 4);
  for (let i = 0; i < side * side; i++) data[4 * i + 3] = 255;
  return { width: side, height: side, data };
}

/** Seen by nobody, and yet in the way of names. */
function drawNothing(sidePx: number): { width: number; height: number; data: Uint8Array } {
  return { width: sidePx, height: sidePx, data: new Uint8Array(4 * sidePx * sidePx) };
}
