// The one imperative class around MapLibre: basemap, event layer, camera, picking. Everything outside speaks of rows
// and places; nothing outside knows MapLibre. Loaded on its own, after the list is usable.

import { Map as MapLibreMap, type MapMouseEvent, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import fineWorldUrl from 'world-atlas/countries-50m.json?url';
import coarseWorldUrl from 'world-atlas/countries-110m.json?url';
import type { Arrival, SharedCatalogue } from '../state/shared-catalogue.ts';
import type { RowBounds } from '../state/visibility.ts';
import { createStyle, listPaints, toBasemapData, type WorldTopology } from './basemap.ts';
import { PALETTES, RADIUS_MAX_PX, type Scheme } from './encodings.ts';
import { EVENT_LAYER_ID, EventLayer } from './event-layer.ts';
import { boxAround, pickRow } from './pick.ts';
import './map.css';

setWorkerUrl(workerUrl);

export type Projection = 'mercator' | 'globe';

/** What covers the map at its edges, CSS pixels: the middle of what is left is the map's middle. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface QuakeMapOptions {
  readonly container: HTMLElement;
  readonly catalogue: SharedCatalogue;
  readonly scheme: Scheme;
  readonly projection: Projection;
  readonly insets: Insets;
  /** Name of the canvas for screen readers. */
  readonly title: string;
  readonly reducedMotion: () => boolean;
  /** A click or tap: the row under it, or −1. */
  readonly onPick: (row: number) => void;
  /** The pointer moved onto another row, or −1. */
  readonly onHover: (row: number) => void;
  /** The factor on every dot's radius has changed: the legend's too. */
  readonly onScale: (scale: number) => void;
}

/** Beyond this, epicentres are not known well enough to look closer. */
const ZOOM_MAX = 11;
/** Closest that choosing an event in the list brings the map. */
const ZOOM_EVENT = 5;
const CENTRE_START: [number, number] = [25, 22];
/** How far beside a dot still counts. */
const SLOP_POINTER_PX = 4;
const SLOP_TOUCH_PX = 14;

export class QuakeMap {
  readonly #map: MapLibreMap;
  readonly #layer: EventLayer;
  readonly #options: QuakeMapOptions;
  readonly #stop = new AbortController();
  readonly #stopListening: () => void;
  #scheme: Scheme;
  #hoverFrame = 0;

  /** Throws Error when the browser offers no WebGL 2. */
  constructor(options: QuakeMapOptions) {
    this.#options = options;
    this.#scheme = options.scheme;
    const palette = PALETTES[options.scheme];
    this.#layer = new EventLayer({
      catalogue: options.catalogue,
      palette,
      now: () => performance.now(),
      reducedMotion: options.reducedMotion,
    });
    this.#map = new MapLibreMap({
      container: options.container,
      style: createStyle(palette, options.projection),
      center: CENTRE_START,
      zoom: worldZoom(options.container, options.insets, options.projection),
      maxZoom: ZOOM_MAX,
      maxPitch: 0,
      dragRotate: false,
      touchPitch: false,
      attributionControl: false,
      fadeDuration: 0,
      locale: { 'Map.Title': options.title },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.setPadding(options.insets);
    // Also after a lost WebGL context: MapLibre then builds the style anew, without layers that are not its own.
    this.#map.on('style.load', () => {
      if (!this.#map.getLayer(EVENT_LAYER_ID)) this.#map.addLayer(this.#layer);
    });
    this.#map.on('click', (event) => options.onPick(this.#rowAt(event, isTouch(event))));
    this.#map.on('mousemove', (event) => this.#hover(event));
    this.#map.on('mouseout', () => this.#showHover(-1));
    this.#map.on('zoom', () => options.onScale(this.#layer.scale));
    this.#stopListening = options.catalogue.onChange((change) => this.#layer.takeChange(change));
    void this.#loadWorld(coarseWorldUrl).then(() => this.#loadWorld(fineWorldUrl));
  }

  get projection(): Projection {
    return this.#map.getProjection()?.type === 'globe' ? 'globe' : 'mercator';
  }

  /** Frames of the event layer since the start. */
  get frames(): number {
    return this.#layer.frames;
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

  setScheme(scheme: Scheme): void {
    if (scheme === this.#scheme) return;
    this.#scheme = scheme;
    const palette = PALETTES[scheme];
    this.#layer.setPalette(palette);
    for (const [layer, property, color] of listPaints(palette))
      this.#map.setPaintProperty(layer, property, color);
  }

  setProjection(projection: Projection): void {
    this.#map.setProjection({ type: projection });
  }

  setInsets(insets: Insets): void {
    const { top, right, bottom, left } = this.#map.getPadding();
    if (top === insets.top && right === insets.right && bottom === insets.bottom && left === insets.left)
      return;
    this.#map.easeTo({ padding: insets, duration: this.#options.reducedMotion() ? 0 : 250 });
  }

  zoomBy(steps: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, ...this.#motion(250) });
  }

  showWorld(): void {
    const { container } = this.#options;
    const padding = this.#map.getPadding();
    this.#map.easeTo({
      center: CENTRE_START,
      zoom: worldZoom(container, padding as Insets, this.projection),
      ...this.#motion(900),
    });
  }

  /** Brings an event to the middle; moves no further than needed when it is in view and close enough already. */
  flyToRow(row: number): void {
    const { longitudeDeg, latitudeDeg } = this.#placeOf(row);
    const zoom = Math.max(this.#map.getZoom(), ZOOM_EVENT);
    this.#map.flyTo({
      center: [longitudeDeg, latitudeDeg],
      zoom,
      speed: 1.1,
      maxDuration: 2400,
      ...this.#motion(),
    });
  }

  /** Where a row is drawn, CSS pixels from the map's corner; null when it is on the far side of the globe. */
  projectRow(row: number): { x: number; y: number } | null {
    const { longitudeDeg, latitudeDeg } = this.#placeOf(row);
    return this.#projectPlace(longitudeDeg, latitudeDeg, this.#map.getCenter().lng);
  }

  /** For tinkerers: puts the camera somewhere at once. */
  jumpTo(longitudeDeg: number, latitudeDeg: number, zoom: number): void {
    this.#map.jumpTo({ center: [longitudeDeg, latitudeDeg], zoom });
  }

  destroy(): void {
    this.#stop.abort();
    this.#stopListening();
    cancelAnimationFrame(this.#hoverFrame);
    this.#map.remove();
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
    const lng = longitudeDeg + 360 * Math.round((nearLng - longitudeDeg) / 360);
    const { x, y } = this.#map.project([lng, latitudeDeg]);
    if (this.projection === 'mercator') return { x, y };
    // What the screen shows at that point is the place itself, or the near side in front of it.
    const back = this.#map.unproject([x, y]);
    const apartDeg = Math.abs(back.lat - latitudeDeg) + Math.abs(((back.lng - lng + 540) % 360) - 180);
    return apartDeg < 1 ? { x, y } : null;
  }

  #rowAt(event: MapMouseEvent, touch: boolean): number {
    const { current } = this.#options.catalogue;
    const { x, y } = event.point;
    const { scale } = this.#layer;
    const slopPx = touch ? SLOP_TOUCH_PX : SLOP_POINTER_PX;
    const reach = RADIUS_MAX_PX * scale + slopPx;
    const around = [event.lngLat];
    for (const dx of [-reach, 0, reach])
      for (const dy of [-reach, 0, reach]) around.push(this.#map.unproject([x + dx, y + dy]));
    return pickRow({
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

  /** Once per frame at most: a pointer tells more often than anything is drawn. */
  #hover(event: MapMouseEvent): void {
    cancelAnimationFrame(this.#hoverFrame);
    this.#hoverFrame = requestAnimationFrame(() => this.#showHover(this.#rowAt(event, false)));
  }

  #showHover(row: number): void {
    this.#map.getCanvas().style.cursor = row === -1 ? '' : 'pointer';
    this.#options.onHover(row);
  }

  /** Land and borders; a failure leaves the graticule, and the events on it. */
  async #loadWorld(url: string): Promise<void> {
    try {
      const response = await fetch(url, { signal: this.#stop.signal });
      const data = toBasemapData((await response.json()) as WorldTopology);
      if (this.#stop.signal.aborted) return;
      for (const [id, shapes] of Object.entries(data)) {
        const source = this.#map.getSource(id);
        if (source !== undefined && 'setData' in source)
          (source as { setData(data: unknown): void }).setData(shapes);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted && !(error instanceof TypeError)) throw error;
    }
  }
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
