// Draws cards off the event loop: a drawing in, a PNG out. Started by page/card-drawer.ts.

import { parentPort } from 'node:worker_threads';
import { CARD, type CardDrawing, drawCard } from './card.ts';
import { encodePng } from './png.ts';

parentPort!.on('message', async (drawing: CardDrawing) => {
  const { pixels } = drawCard(drawing);
  parentPort!.postMessage(await encodePng(pixels, CARD.width, CARD.height));
});
