// What draws WebGL 2 here: a graphics card, or the processor in its place. Browser-safe, in a worker too.

/** What browsers call the software that stands in for graphics hardware. */
const SOFTWARE_RENDERER = /swiftshader|llvmpipe|softpipe|software|basic render|gdi generic/i;

/** As the browser names it; null: no WebGL 2. The canvas is of no use afterwards. */
export function nameRenderer(canvas: HTMLCanvasElement | OffscreenCanvas): string | null {
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext | null;
  if (gl === null) return null;
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  const name = String(gl.getParameter(unmasked ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return name;
}

/** One that the browser does not name is taken for hardware. */
export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE_RENDERER.test(name);
}
