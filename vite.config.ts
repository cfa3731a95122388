// Builds the page from src/web into dist/web, which the gateway serves. Everything comes from our own origin, so that a
// strict content security policy can hold: no inlined assets, no blob workers, no preload shim.

import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/web',
  base: '/',
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The map's library is large and loads after the page is usable.
    chunkSizeWarningLimit: 1200,
  },
});
