// One worker draws all cards, one after another, and rests as long as it worked: cards take half a core at most, however
// many are asked for, and never the event loop. Without work it ends.

import { Worker } from 'node:worker_threads';
import type { CardDrawing } from '../map/card.ts';

/** Cards that may wait; each takes about 100 ms of a core. */
const WAITING_MAX = 16;
/** A worker that takes longer than this is not coming back; one without work waits for longer than the rest of the last card. */
const ANSWER_MAX_MS = 20_000;
const IDLE_MAX_MS = 30_000;

/** Gives the PNG of a drawing; null: as many wait as may. */
export type DrawCard = (drawing: CardDrawing) => Promise<Buffer> | null;

export function createCardDrawer(): DrawCard {
  let worker: Worker | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function draw(drawing: CardDrawing): Promise<{ png: Buffer; tookMs: number }> {
    clearTimeout(idleTimer);
    worker ??= new Worker(new URL('../map/card-worker.ts', import.meta.url));
    worker.unref();
    const startedAt = performance.now();
    try {
      const png = await ask(worker, drawing);
      return { png, tookMs: performance.now() - startedAt };
    } catch (error) {
      endWorker();
      throw error;
    } finally {
      waiting--;
      idleTimer = setTimeout(endWorker, IDLE_MAX_MS).unref();
    }
  }

  function endWorker(): void {
    void worker?.terminate();
    worker = null;
  }

  return (drawing) => {
    if (waiting >= WAITING_MAX) return null;
    waiting++;
    const turn = last.then(() => draw(drawing));
    last = turn.then(
      ({ tookMs }) => new Promise((resolve) => setTimeout(resolve, tookMs).unref()),
      () => {},
    );
    return turn.then(({ png }) => png);
  };
}

function ask(worker: Worker, drawing: CardDrawing): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => finish(() => reject(new Error('A card was not drawn in time'))),
      ANSWER_MAX_MS,
    );
    const onMessage = (png: Uint8Array) => finish(() => resolve(Buffer.from(png)));
    const onError = (error: Error) => finish(() => reject(error));
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('error', onError);
      settle();
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(drawing);
  });
}
