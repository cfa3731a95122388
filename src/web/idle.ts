// Moments in which the page has nothing else to do. Browser-safe.

/** Where the browser does not tell of such moments, one is taken to come after this. */
const TAKEN_AS_IDLE_MS = 100;

/** Resolves when nothing else waits to be done, or after `patienceMs`. */
export function whenIdle(patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function')
      requestIdleCallback(() => resolve(), { timeout: patienceMs });
    else setTimeout(resolve, Math.min(TAKEN_AS_IDLE_MS, patienceMs));
  });
}

/** Resolves when the document with all that it names has been loaded. */
export function whenLoaded(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState === 'complete') resolve();
    else addEventListener('load', () => resolve(), { once: true });
  });
}
