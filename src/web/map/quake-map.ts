// The one imperative class around MapLibre: basemap, event layer, camera, picking. Everything outside speaks of rows
// and places; nothing outside knows MapLibre. Loaded on its own, after the list is usable.

import { type JumpToOptions, Map as MapLibreMap, type MapMouseEvent, setWorkerUrl } from 'maplibre-gl';
import { wrapDeg } from '../../event/geodesy.ts';
import type { MapView } from '../state/app.ts';
import type { NamedPlace, Pin } from '../state/named-places.ts';
import type { Arrival, SharedCatalogue } from '../state/shared-catalogue.ts';
import type { RowBounds, ViewBox } from '../state/visibility.ts';
import { type ColorMode, RADIUS_MAX_PX } from './encodings.ts';
import { EVENT_LAYER_ID, EventLayer } from './event-layer.ts';
import { type Extent, extentOf } from './extent.ts';
import { CENTRE_START } from './first-view.ts';
import { createGround, type Ground } from './ground.ts';
import type { Projection } from './map-settings.ts';
import workerUrl from './map-worker.ts?worker&url';
import { type Contrast, choosePalette, type Palette, type Scheme } from './palettes.ts';
import { boxAround, chooseNext, NOTHING_POINTED, type Pointed, pickRows } from './pick.ts';
import { type MapPlace, toPlaceText } from './place-in-address.ts';
import { createStyle, FIRST_NAME_LAYER, listPaints, NAME_LAYERS, NAMED_LAYERS } from './style.ts';
import './map.css';

setWorkerUrl(workerUrl);

/** What covers the map at its edges, CSS pixels: the middle of what is left is the map's middle. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
  /** How much of `bottom` is taken by what lies on the map itself: scale and legend. */
  readonly foot: number;
}

export interface QuakeMapOptions {
  readonly container: HTMLElement;
  readonly catalogue: SharedCatalogue;
  readonly scheme: Scheme;
  readonly contrast: Contrast;
  readonly colorMode: ColorMode;
  readonly projection: Projection;
  readonly plates: boolean;
  /** BCP 47 tag of the names on the map. */
  readonly language: string;
  readonly insets: Insets;
  /** Name of the canvas for screen readers. */
  readonly title: string;
  readonly reducedMotion: () => boolean;
  /** Where the camera begins; null: the whole world. */
  readonly start: MapPlace | null;
  /** A click or tap: the row under it, or −1. Further clicks at the same spot go through all that lies there. */
  readonly onPick: (row: number) => void;
  /** The pointer moved: onto what, and where it is, CSS pixels from the map's corner. */
  readonly onHover: (pointed: Pointed, at: { readonly x: number; readonly y: number }) => void;
  /** The factor on every dot's radius has changed: the legend's too. */
  readonly onScale: (scale: number) => void;
  /** The camera has moved: once a frame while it does. */
  readonly onCamera: (camera: Camera) => void;
  /** The map has come to rest: what it shows beside what covers its edges. */
  readonly onView: (view: MapView) => void;
}

/** Where the camera is, to bring it back there. */
export type CameraPlace = Pick<JumpToOptions, 'center' | 'zoom' | 'bearing' | 'pitch'>;

/** What scale bar and compass show. */
export interface Camera {
  /** In the middle of the map. */
  readonly metresPerPixel: number;
  /** Degrees clockwise from north that the top of the map points to. */
  readonly bearingDeg: number;
  readonly pitchDeg: number;
}

/** Where the camera is on its way to, as far as the move names it. `durationMs`: null for a flight, which takes its time. */
interface Goal {
  readonly place: CameraPlace;
  readonly durationMs: number | null;
}

/** Names come and go, and are placed anew, within this. */
const NAMES_FADE_MS = 200;
const EQUATOR_M = 40_075_017;
/** So much room around all that is listed, CSS pixels. */
const FIT_MARGIN_PX = 48;
/** On a small screen no more than this share of what is free. */
const FIT_MARGIN_SHARE_MAX = 0.25;
/** An extent wider than this is the world. */
const FIT_WIDEST_DEG = 280;
/** The horizon would come into view beyond. */
const PITCH_MAX_DEG = 55;

/** Beyond this, epicentres are not known well enough to look closer. */
const ZOOM_MAX = 11;
/** Closest that choosing an event in the list brings the map. */
const ZOOM_EVENT = 5;
/** How far beside a dot still counts. */
const SLOP_POINTER_PX = 4;
const SLOP_TOUCH_PX = 14;
/** A click no further than this from the last one is at the same spot. */
const SAME_SPOT_PX = 6;

export class QuakeMap {
  readonly #map: MapLibreMap;
  readonly #layer: EventLayer;
  readonly #options: QuakeMapOptions;
  readonly #ground: Ground;
  readonly #stopListening: () => void;
  #palette: Palette;
  #colorMode: ColorMode;
  #projection: Projection;
  /** Where the camera was before it went to an open event; null: nowhere to go back to. */
  #aside: CameraPlace | null = null;
  /** Null: it rests, or a hand moves it. */
  #goal: Goal | null = null;
  #insets: Insets;
  #hoverFrame = 0;
  #picked = { row: -1, x: Number.NaN, y: Number.NaN };

  /** Throws Error when the browser offers no WebGL 2. */
  constructor(options: QuakeMapOptions) {
    this.#options = options;
    this.#insets = options.insets;
    const palette = choosePalette(options.scheme, options.contrast);
    this.#palette = palette;
    this.#colorMode = options.colorMode;
    this.#projection = options.projection;
    this.#layer = new EventLayer({
      catalogue: options.catalogue,
      palette,
      colorMode: options.colorMode,
      now: () => performance.now(),
      reducedMotion: options.reducedMotion,
    });
    this.#map = new MapLibreMap({
      container: options.container,
      style: createStyle(palette, options.projection, options.plates),
      center: CENTRE_START,
      zoom: worldZoom(options.container, options.insets, options.projection),
      maxZoom: ZOOM_MAX,
      maxPitch: PITCH_MAX_DEG,
      touchPitch: false,
      attributionControl: false,
      // Not 0: names would then be placed anew in every frame.
      fadeDuration: NAMES_FADE_MS,
      locale: { 'Map.Title': options.title },
    });
    this.#map.setPadding(options.insets);
    // Once more: the map kept its world within the window before it knew what covers the edges.
    const { start } = options;
    this.#map.jumpTo(
      start === null
        ? { center: CENTRE_START, zoom: worldZoom(options.container, options.insets, options.projection) }
        : { center: [start.longitudeDeg, start.latitudeDeg], zoom: start.zoom },
    );
    // Also after a lost WebGL context: MapLibre then builds the style anew, without layers that are not its own.
    this.#map.on('style.load', () => {
      if (!this.#map.getLayer(EVENT_LAYER_ID)) this.#map.addLayer(this.#layer, FIRST_NAME_LAYER);
      // Only now the layer knows the zoom.
      options.onScale(this.#layer.scale);
    });
    this.#map.on('click', (event) => this.#pick(event));
    this.#map.on('mousemove', (event) => this.#hover(event));
    this.#map.on('mouseout', () => this.#pointAway());
    this.#map.on('zoom', () => options.onScale(this.#layer.scale));
    this.#map.on('move', () => options.onCamera(this.#camera()));
    this.#stopListening = options.catalogue.onChange((change) => this.#layer.takeChange(change));
    this.#ground = createGround(this.#map, options.language);
    this.#map.on('moveend', () => {
      if (!this.#map.isMoving()) this.#goal = null;
      if (this.#aside === null) options.onView(this.#view());
    });
    this.#map.on('movestart', ({ originalEvent }) => {
      if (originalEvent === undefined) return;
      // A hand on the map: it is where the reader wants it.
      this.#aside = null;
      this.#goal = null;
      this.#pointAway();
    });
    options.onCamera(this.#camera());
    options.onView(this.#view());
  }

  get projection(): Projection {
    return this.#projection;
  }

  /** Frames of the event layer since the start. */
  get frames(): number {
    return this.#layer.frames;
  }

  /** Resolves when land and events have been drawn, or the reader has moved the map. */
  async whenDrawn(): Promise<void> {
    let stop = () => {};
    const moved = new Promise<void>((resolve) => {
      const { unsubscribe } = this.#map.on('movestart', ({ originalEvent }) => {
        if (originalEvent !== undefined) resolve();
      });
      stop = unsubscribe;
    });
    await Promise.race([moved, this.#ground.drawn]);
    stop();
  }

  /** Resolves when the next frame has been handed to the GPU. */
  nextFrame(): Promise<void> {
    return new Promise((resolve) => {
      this.#map.once('render', () => resolve());
      this.#map.triggerRepaint();
    });
  }

  setView(bounds: RowBounds, nowMs: number): void {
    this.#layer.setView(bounds, nowMs);
  }

  /** How many events the filter lets through. */
  setShown(count: number): void {
    this.#layer.setShown(count);
    this.#options.onScale(this.#layer.scale);
  }

  setMarked(selectedRow: number, hoveredRow: number): void {
    this.#layer.setMarked(selectedRow, hoveredRow);
  }

  announce(row: number, arrival: Arrival): void {
    this.#layer.announce(row, arrival);
  }

  setScheme(scheme: Scheme, contrast: Contrast): void {
    const palette = choosePalette(scheme, contrast);
    if (palette === this.#palette) return;
    this.#palette = palette;
    this.#layer.setColors(palette, this.#colorMode);
    for (const [layer, property, color] of listPaints(palette))
      this.#map.setPaintProperty(layer, property, color);
  }

  setColorMode(colorMode: ColorMode): void {
    this.#colorMode = colorMode;
    this.#layer.setColors(this.#palette, colorMode);
  }

  /** Names these places above all others, each with a line from the event, and pins without one. */
  showNamed(places: readonly NamedPlace[], pins: readonly Pin[]): void {
    this.#ground.showNamed(places, pins);
  }

  showPlates(shown: boolean): void {
    this.#ground.showPlates(shown);
  }

  /** So much larger than its container the map is seen: it draws as many pixels more. */
  setScale(scale: number): void {
    this.#map.setPixelRatio(devicePixelRatio * scale);
  }

  /** `language`: BCP 47 tag of the names on the map; `title`: the canvas's name for screen readers. */
  setLanguage(language: string, title: string): void {
    this.#ground.setLanguage(language);
    this.#map.getCanvas().setAttribute('aria-label', title);
  }

  setProjection(projection: Projection): void {
    if (projection === this.#projection) return;
    this.#projection = projection;
    this.#map.setProjection({ type: projection });
  }

  setInsets(insets: Insets): void {
    // A hand may have stopped the way to the last ones.
    const { top, right, bottom, left } = this.#goal === null ? this.#map.getPadding() : this.#insets;
    this.#insets = insets;
    if (top === insets.top && right === insets.right && bottom === insets.bottom && left === insets.left)
      return;
    this.#amend({}, 250);
  }

  zoomBy(steps: number): void {
    this.#aside = null;
    const zoom = (this.place.zoom ?? 0) + steps;
    this.#amend({ zoom: Math.min(ZOOM_MAX, Math.max(this.#map.getMinZoom(), zoom)) }, 250);
  }

  showWorld(): void {
    this.#aside = null;
    const zoom = worldZoom(this.#options.container, this.#insets, this.projection);
    this.#go({ center: CENTRE_START, zoom, bearing: 0, pitch: 0 }, 900);
  }

  /** North up, seen from above. */
  resetNorth(): void {
    this.#amend({ bearing: 0, pitch: 0 }, 400);
  }

  /** Moves so that all of these events are in view; without any, the whole world. */
  fitRows(rows: Iterable<number>): void {
    const extent = extentOf(this.#options.catalogue.current.columns, rows);
    if (extent === null) this.showWorld();
    else this.showExtent(extent);
  }

  /** Moves so that all of it is in view. */
  showExtent({ westDeg, southDeg, eastDeg, northDeg }: Extent, marginPx = FIT_MARGIN_PX): void {
    if (eastDeg - westDeg > FIT_WIDEST_DEG) {
      this.showWorld();
      return;
    }
    this.#aside = null;
    const camera = this.#map.cameraForBounds([westDeg, southDeg, eastDeg, northDeg], {
      padding: Math.min(marginPx, this.#freePx() * FIT_MARGIN_SHARE_MAX),
      maxZoom: ZOOM_EVENT + 2,
    });
    if (camera !== undefined) this.#go({ ...camera, bearing: 0, pitch: 0 }, 900);
  }

  /** Where the camera is, or will be when it has come to rest. */
  get place(): CameraPlace {
    const [bearing, pitch] = [this.#map.getBearing(), this.#map.getPitch()];
    return { center: this.#map.getCenter(), zoom: this.#map.getZoom(), bearing, pitch, ...this.#goal?.place };
  }

  returnTo(place: CameraPlace): void {
    // Ends a flight, of which nothing is told while it leads away.
    this.#map.stop();
    this.#aside = null;
    this.#go(place, 900);
  }

  /** What is in view now is what is told to be, until `stepBack` or a hand on the map: meanwhile an event is looked at. */
  stepAside(): void {
    this.#aside ??= this.place;
  }

  stepBack(): void {
    if (this.#aside !== null) this.returnTo(this.#aside);
  }

  /** Brings an event to the middle; moves no further than needed when it is in view and close enough already. */
  flyToRow(row: number): void {
    const { longitudeDeg, latitudeDeg } = this.#placeOf(row);
    const zoom = Math.max(this.place.zoom ?? 0, ZOOM_EVENT);
    this.#go({ center: [longitudeDeg, latitudeDeg], zoom }, null);
  }

  /** Where a row is drawn, CSS pixels from the map's corner; null when it is on the far side of the globe. */
  projectRow(row: number): { x: number; y: number } | null {
    const { longitudeDeg, latitudeDeg } = this.#placeOf(row);
    return this.#projectPlace(longitudeDeg, latitudeDeg, this.#map.getCenter().lng);
  }

  /** The names that are written just now; `around`: those that reach into a square of this reach, CSS pixels. */
  listNames(around?: { readonly x: number; readonly y: number; readonly reach: number }): string[] {
    const layers = [...NAME_LAYERS, ...NAMED_LAYERS];
    const found =
      around === undefined
        ? this.#map.queryRenderedFeatures({ layers })
        : this.#map.queryRenderedFeatures(
            [
              [around.x - around.reach, around.y - around.reach],
              [around.x + around.reach, around.y + around.reach],
            ],
            { layers },
          );
    return found.map(({ properties }) => String(properties['name']));
  }

  /** For tinkerers: puts the camera somewhere at once. */
  jumpTo(longitudeDeg: number, latitudeDeg: number, zoom: number): void {
    this.#aside = null;
    this.#map.jumpTo({ center: [longitudeDeg, latitudeDeg], zoom });
  }

  destroy(): void {
    this.#ground.destroy();
    this.#stopListening();
    cancelAnimationFrame(this.#hoverFrame);
    this.#map.remove();
  }

  #camera(): Camera {
    const { lat } = this.#map.getCenter();
    const worldPx = 512 * 2 ** this.#map.getZoom();
    return {
      metresPerPixel: (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / worldPx,
      bearingDeg: this.#map.getBearing(),
      pitchDeg: this.#map.getPitch(),
    };
  }

  #view(): MapView {
    const { lat, lng } = this.#map.getCenter();
    const centre = { latitudeDeg: lat, longitudeDeg: wrapDeg(lng) };
    const at = toPlaceText({ ...centre, zoom: this.#map.getZoom() });
    const { top, right, bottom, left } = this.#map.getPadding();
    const { clientWidth, clientHeight } = this.#options.container;
    if (this.projection === 'globe') {
      const bounds = this.#map.getBounds();
      return { box: toViewBox(bounds.getNorthWest(), bounds.getSouthEast()), centre, at };
    }
    const northWest = this.#map.unproject([left ?? 0, top ?? 0]);
    const southEast = this.#map.unproject([clientWidth - (right ?? 0), clientHeight - (bottom ?? 0)]);
    return { box: toViewBox(northWest, southEast), centre, at };
  }

  /** The shorter side of what is not covered. */
  #freePx(): number {
    const { top, right, bottom, left } = this.#insets;
    const { clientWidth, clientHeight } = this.#options.container;
    return Math.max(0, Math.min(clientWidth - left - right, clientHeight - top - bottom));
  }

  /** Moves there; what `place` does not name goes on to where it was on its way to. `durationMs`: as in `Goal`. */
  #go(place: CameraPlace, durationMs: number | null): void {
    const goal = { place: { ...this.#goal?.place, ...place }, durationMs };
    const target = { ...goal.place, padding: this.#insets };
    if (durationMs === null) this.#map.flyTo({ ...target, speed: 1.1, maxDuration: 2400, ...this.#motion() });
    else this.#map.easeTo({ ...target, ...this.#motion(durationMs) });
    // A move that takes no time has ended by now.
    this.#goal = this.#map.isMoving() ? goal : null;
  }

  /** Changes where the camera is, or where it is on its way to: there it goes on in the manner it went. */
  #amend(change: CameraPlace, durationMs: number): void {
    this.#go(change, this.#goal === null ? durationMs : this.#goal.durationMs);
  }

  #motion(durationMs?: number): { duration?: number } {
    if (this.#options.reducedMotion()) return { duration: 0 };
    return durationMs === undefined ? {} : { duration: durationMs };
  }

  #placeOf(row: number): { longitudeDeg: number; latitudeDeg: number } {
    const { columns } = this.#options.catalogue.current;
    return { longitudeDeg: columns.longitudeE4[row]! / 1e4, latitudeDeg: columns.latitudeE4[row]! / 1e4 };
  }

  #projectPlace(longitudeDeg: number, latitudeDeg: number, nearLng: number): { x: number; y: number } | null {
    const lng = nearLng + wrapDeg(longitudeDeg - nearLng);
    const { x, y } = this.#map.project([lng, latitudeDeg]);
    if (this.projection === 'mercator') return { x, y };
    // What the screen shows at that point is the place itself, or the near side in front of it.
    const back = this.#map.unproject([x, y]);
    const apartDeg = Math.abs(back.lat - latitudeDeg) + Math.abs(((back.lng - lng + 540) % 360) - 180);
    return apartDeg < 1 ? { x, y } : null;
  }

  #pick(event: MapMouseEvent): void {
    const { x, y } = event.point;
    const again = Math.hypot(x - this.#picked.x, y - this.#picked.y) <= SAME_SPOT_PX;
    const row = chooseNext(this.#rowsAt(event, isTouch(event)), again ? this.#picked.row : -1);
    this.#picked = { row, x, y };
    this.#options.onPick(row);
  }

  #rowsAt(event: MapMouseEvent, touch: boolean): number[] {
    const { current } = this.#options.catalogue;
    const { x, y } = event.point;
    const { scale } = this.#layer;
    const slopPx = touch ? SLOP_TOUCH_PX : SLOP_POINTER_PX;
    const reach = RADIUS_MAX_PX * scale + slopPx;
    const around = [event.lngLat];
    for (const dx of [-reach, 0, reach])
      for (const dy of [-reach, 0, reach]) around.push(this.#map.unproject([x + dx, y + dy]));
    return pickRows({
      columns: current.columns,
      count: current.count,
      bounds: this.#layer.bounds,
      box: boxAround(around),
      scale,
      slopPx,
      distancePx: (longitudeDeg, latitudeDeg) => {
        const place = this.#projectPlace(longitudeDeg, latitudeDeg, event.lngLat.lng);
        return place === null ? null : Math.hypot(place.x - x, place.y - y);
      },
    });
  }

  /** Once per frame at most: a pointer tells more often than anything is drawn. Who drags the map points at nothing. */
  #hover(event: MapMouseEvent): void {
    cancelAnimationFrame(this.#hoverFrame);
    if (this.#map.isMoving()) return;
    this.#hoverFrame = requestAnimationFrame(() => {
      const rows = this.#rowsAt(event, false);
      const row = rows[0];
      this.#showHover(row === undefined ? NOTHING_POINTED : { row, others: rows.length - 1 }, event.point);
    });
  }

  #pointAway(): void {
    cancelAnimationFrame(this.#hoverFrame);
    this.#showHover(NOTHING_POINTED, { x: 0, y: 0 });
  }

  #showHover(pointed: Pointed, at: { x: number; y: number }): void {
    this.#map.getCanvas().style.cursor = pointed.row === -1 ? '' : 'pointer';
    this.#options.onHover(pointed, at);
  }
}

/** Longitudes beyond ±180 are another turn of the world. */
function toViewBox(
  northWest: { lat: number; lng: number },
  southEast: { lat: number; lng: number },
): ViewBox {
  const whole = southEast.lng - northWest.lng >= 360;
  return {
    westDeg: whole ? -180 : wrapDeg(northWest.lng),
    southDeg: southEast.lat,
    eastDeg: whole ? 180 : wrapDeg(southEast.lng),
    northDeg: northWest.lat,
  };
}

/** Zoom at which the whole world fits what is left of the container. */
function worldZoom(container: HTMLElement, insets: Insets, projection: Projection): number {
  const width = Math.max(200, container.clientWidth - insets.left - insets.right);
  const height = Math.max(200, container.clientHeight - insets.top - insets.bottom);
  // The flat world is 512 px wide at zoom 0; the globe's diameter is then 512 / π.
  // Seen from near, its rim is further off than its middle and looks smaller: hence the factor.
  if (projection === 'globe') return Math.log2((Math.min(width, height) * 1.02 * Math.PI) / 512);
  return Math.max(0, Math.log2(width / 512));
}

function isTouch(event: MapMouseEvent): boolean {
  return 'pointerType' in event.originalEvent && event.originalEvent.pointerType === 'touch';
}
