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

/** Where the page is never calm, what every page has comes after this all the same. */
export const CALM_WAIT_MAX_MS = 3000;

/** Two frames within this: what draws the page keeps up. */
const CALM_FRAMES_MS = 100;

/**
 * Resolves when the document is loaded, nothing else waits to be done, and frames follow one another quickly: whoever then
 * asks for graphics does not wait for those that are still starting. After `patienceMs` in any case.
 */
export async function whenCalm(patienceMs: number): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  await whenLoaded();
  for (;;) {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) return;
    await whenIdle(leftMs);
    const fromMs = performance.now();
    await nextFrame(leftMs);
    await nextFrame(leftMs);
    if (performance.now() - fromMs <= CALM_FRAMES_MS) return;
  }
}

/** A hidden page draws none: then after `patienceMs`. */
function nextFrame(patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Resolves when the document with all that it names has been loaded. */
function whenLoaded(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState === 'complete') resolve();
    else addEventListener('load', () => resolve(), { once: true });
  });
}

/** Goes on in a task of its own, after what the browser holds to be more urgent: input, drawing. */
export function nextTask(): Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: { yield?(): Promise<void> } };
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve, 0));
}
