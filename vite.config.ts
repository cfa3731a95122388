// Builds the page from src/web into dist/web, which the gateway serves. Everything comes from our own origin, so that a
// strict content security policy can hold: no inlined assets, no blob workers, no preload shim.

import { defineConfig, type Plugin } from 'vite';

export default defineConfig({
  plugins: [yieldToPage()],
  root: 'src/web',
  base: '/',
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  worker: { format: 'es', plugins: () => [keepMapWorker()] },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Tells the gateway which style sheet an event's page needs besides the first (src/gateway/page/shell.ts).
    manifest: true,
    // Asked for by who looks into the code, and by nobody else.
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the first view shares with parts that load later stays in one piece: small files compress badly. Not in it: what
    // those parts alone have, which would be paid for before the list is usable.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /node_modules\/(preact|@preact)\/|src\/event\/(?!same-earthquake)|src\/catalogue\/|src\/web\/state\/(?!arrivals|is-news|largest|news-shown|visible-rows|withdrawn)|src\/web\/text\/(english\.ts|formats|region-name|words|languages)|src\/web\/live\/|src\/web\/idle|src\/web\/panel\/(ago|credits|status-pill|sheet-head|later)|src\/web\/map\/(encodings|mercator|first-view|map-settings)/,
            },
          ],
        },
      },
    },
    // The map's library is large and loads after the page is usable.
    chunkSizeWarningLimit: 1200,
  },
});

/** MapLibre's package calls its worker free of effects, which it is not: src/web/map/map-worker.ts is nothing without. */
function keepMapWorker(): Plugin {
  return {
    name: 'keep-map-worker',
    transform(code, id) {
      return id.includes('maplibre-gl-worker') ? { code, map: null, moduleSideEffects: true } : null;
    },
  };
}

/** The page can be read without its script (src/web/first/): while it arrives, the script's bytes stand back. */
function yieldToPage(): Plugin {
  return {
    name: 'yield-to-page',
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        html.replace(/<(script type="module"|link rel="modulepreload")/g, '<$1 fetchpriority="low"'),
    },
  };
}
