// Whether the moving map starts by itself. Where a graphics card draws, it does, once the page is calm. Where the
// processor would have to draw every frame of it (a virtual machine, a blocked driver), or the reader asked the browser
// to save data, the drawing of the world that came with the page stays until the reader reaches for the map or chooses
// what the drawing cannot show: the list is then as quick as ever, and nothing is withheld.

import type { App } from '../state/app.ts';

/** What browsers call the software that stands in for graphics hardware. */
const SOFTWARE_RENDERER = /swiftshader|llvmpipe|softpipe|software|basic render|gdi generic/i;

/** `none`: no WebGL 2 at all. A renderer that the browser does not name is taken for hardware. */
export function findGraphics(): 'hardware' | 'software' | 'none' {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) return 'none';
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  const name = String(gl.getParameter(unmasked ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return isSoftwareRenderer(name) ? 'software' : 'hardware';
}

export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE_RENDERER.test(name);
}

/** True when the drawing is to stay; asks the graphics only when that decides. */
export function standsStill(app: App): boolean {
  const start = app.map.start.peek();
  if (start !== 'auto') return start === 'asked';
  return savesData() || findGraphics() === 'software';
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
