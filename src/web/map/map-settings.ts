// How the reader wants the map: what colour tells, the plates, flat or globe, the legend open or not. Kept in the page's
// address, so that a link shows the same map, and in the browser's storage for the next visit. Browser-safe.

import { effect, type Signal, signal } from '@preact/signals';
import { COLOR_MODES, type ColorMode } from './encodings.ts';

export type Projection = 'mercator' | 'globe';
export const PROJECTIONS: readonly Projection[] = ['mercator', 'globe'];

/**
 * When the moving map takes the place of the drawing: `auto` by itself where graphics hardware draws it (./map-start.ts),
 * `always` by itself, `asked` only when the reader reaches for it.
 */
export type MapStart = 'auto' | 'always' | 'asked';
const MAP_STARTS: readonly MapStart[] = ['auto', 'always', 'asked'];

export interface MapSettings {
  readonly colorMode: Signal<ColorMode>;
  readonly plates: Signal<boolean>;
  readonly projection: Signal<Projection>;
  /** null: not chosen, as the screen has room. Kept in storage alone. */
  readonly legendOpen: Signal<boolean | null>;
  /** Kept in storage alone. */
  readonly start: Signal<MapStart>;
}

export function createMapSettings(): MapSettings {
  return {
    colorMode: signal<ColorMode>('age'),
    plates: signal(false),
    projection: signal<Projection>('mercator'),
    legendOpen: signal<boolean | null>(null),
    start: signal<MapStart>('auto'),
  };
}

/** Sets what a query string says; what it does not say or cannot be read stays. */
export function readMapQuery(settings: MapSettings, query: string): void {
  const params = new URLSearchParams(query);
  const colour = COLOR_MODES.find((mode) => mode === params.get('colour'));
  const projection = PROJECTIONS.find((known) => known === params.get('map'));
  const plates = params.get('plates');
  const legend = params.get('legend');
  const start = MAP_STARTS.find((known) => known === params.get('mapstart'));
  if (colour !== undefined) settings.colorMode.value = colour;
  if (projection !== undefined) settings.projection.value = projection;
  if (plates === '1' || plates === '0') settings.plates.value = plates === '1';
  if (legend === '1' || legend === '0') settings.legendOpen.value = legend === '1';
  if (start !== undefined) settings.start.value = start;
}

/** The query string with what differs from the usual map; other parameters are kept. */
export function toMapQuery(settings: MapSettings, query: string): string {
  const params = new URLSearchParams(query);
  const set = (name: string, value: string, usual: string) => {
    if (value === usual) params.delete(name);
    else params.set(name, value);
  };
  set('colour', settings.colorMode.value, 'age');
  set('map', settings.projection.value, 'mercator');
  set('plates', settings.plates.value ? '1' : '0', '0');
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

const STORAGE_KEY = 'quakewire.map';

/** Takes the settings from storage and then from the address, and keeps them in storage from then on. */
export function keepMapSettings(settings: MapSettings, storage: Storage | null): void {
  readMapQuery(settings, storage?.getItem(STORAGE_KEY) ?? '');
  readMapQuery(settings, location.search);
  effect(() => {
    const own = new URLSearchParams(toMapQuery(settings, ''));
    if (settings.legendOpen.value !== null) own.set('legend', settings.legendOpen.value ? '1' : '0');
    if (settings.start.value !== 'auto') own.set('mapstart', settings.start.value);
    try {
      storage?.setItem(STORAGE_KEY, own.toString());
    } catch {
      // Full or forbidden: the address still has them.
    }
  });
}
