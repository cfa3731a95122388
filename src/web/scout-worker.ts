// Goes ahead of the page's main thread, in a thread of its own; ./scout.ts says what for.

import { nameRenderer } from './map/renderer.ts';
import type { ScoutAnswer, ScoutQuestion } from './scout.ts';

self.onmessage = ({ data }: MessageEvent<ScoutQuestion>) => {
  // Where a worker has no canvas this throws, which is an answer, too.
  const answer: ScoutAnswer =
    data.ask === 'renderer' ? nameRenderer(new OffscreenCanvas(1, 1)) : makeFormats(data.locale);
  postMessage(answer);
};

/** What the browser sets up for these, numbers within the first, serves the page's own. */
function makeFormats(locale: string): null {
  new Intl.RelativeTimeFormat(locale).format(0, 'day');
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long' }).format(0);
  return null;
}
