// What takes the browser tens of milliseconds the first time, done in a thread of its own while the page's goes on: the
// tables behind formats of numbers and dates (in Chromium the first format made costs as much as all else of the start,
// and the threads of a page share them), and asking the graphics for their name.

export type ScoutQuestion =
  | { readonly ask: 'formats'; readonly locale: string }
  | { readonly ask: 'renderer' };

/** To `renderer`: its name, null where a worker has no WebGL 2, which says nothing of the page. To `formats`: null. */
export type ScoutAnswer = string | null;

export interface Scout {
  /** Resolves when the formats are quick to make, or cannot be made so. */
  readonly formatsMade: Promise<void>;
  /** What draws WebGL 2, as the browser names it; null: not known. To be asked once. */
  nameRenderer(): Promise<string | null>;
}

/** What takes longer is done without it. */
const PATIENCE_MS = 2000;

/** `locale` of the formats, BCP 47. */
export function sendScout(locale: string): Scout {
  let worker: Worker | null = null;
  try {
    worker = new Worker(new URL('./scout-worker.ts', import.meta.url), { type: 'module' });
  } catch {
    // Forbidden: the page does it itself.
  }
  const ask = (question: ScoutQuestion) =>
    new Promise<ScoutAnswer>((resolve) => {
      const giveUp = () => resolve(null);
      if (worker === null) return giveUp();
      setTimeout(giveUp, PATIENCE_MS);
      worker.onmessage = ({ data }: MessageEvent<ScoutAnswer>) => resolve(data);
      worker.onerror = giveUp;
      worker.postMessage(question);
    });
  const formatsMade = ask({ ask: 'formats', locale }).then(() => {});
  return {
    formatsMade,
    async nameRenderer() {
      await formatsMade;
      const renderer = await ask({ ask: 'renderer' });
      worker?.terminate();
      worker = null;
      return renderer;
    },
  };
}
