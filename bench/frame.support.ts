// A frame as EMSC sends it: a recorded one, made that of another event of this moment.

import { readFileSync } from 'node:fs';

/** As recorded; its own event and update are replaced in each frame. */
export const template = readFileSync('fixtures/emsc/websocket/create-20250305_0000090.json', 'utf8');
let counter = 0;

/** A frame of an event that was not there before. */
export function createFrame(): { frame: string; unid: string } {
  const unid = `20250305_${String(1_000_000 + counter++)}`;
  const now = new Date().toISOString();
  return {
    unid,
    frame: template.replaceAll('20250305_0000090', unid).replace('2025-03-05T10:06:56.102425Z', now),
  };
}
