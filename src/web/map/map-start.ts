// Whether the moving map starts by itself. Where a graphics card draws, it does, once the page is calm. Where the
// processor would have to draw every frame of it (a virtual machine, a blocked driver), or the reader asked the browser
// to save data, the drawing of the world that came with the page stays until the reader reaches for the map or chooses
// what the drawing cannot show: the list is then as quick as ever, and nothing is withheld.

import type { App } from '../state/app.ts';
import { isSoftwareRenderer, nameRenderer } from './renderer.ts';

/**
 * True when the drawing is to stay; asks the graphics only when that decides. `askRenderer`: what draws WebGL 2, null where
 * that is not known: then the page's own thread asks, and waits for the answer.
 */
export async function standsStill(app: App, askRenderer: () => Promise<string | null>): Promise<boolean> {
  const start = app.map.start.peek();
  if (start !== 'auto') return start === 'asked';
  if (savesData()) return true;
  const renderer = (await askRenderer()) ?? nameRenderer(document.createElement('canvas'));
  return renderer !== null && isSoftwareRenderer(renderer);
}

function savesData(): boolean {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}

/** What the drawing cannot show: read within an effect, it tells when that is chosen. */
export function needsMap(app: App): boolean {
  const { projection, colorMode, plates } = app.map;
  return (
    // Nobody is there to touch it.
    app.wall ||
    projection.value !== 'mercator' ||
    colorMode.value !== 'age' ||
    plates.value ||
    app.filter.value.inView ||
    app.order.value === 'centre' ||
    app.selection.value?.from === 'list'
  );
}
