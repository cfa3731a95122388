// A message of EMSC that was buried, read once more as its source would read it today: for `quakewire dead-letters
// redrive`. Pure.

import type { Report } from '../../event/types.ts';
import { parseEmscFeature, reject } from './feature.ts';
import { parseEmscMessage } from './parse.ts';

/** `via`: a whole frame of the websocket, or one Feature out of an answer of the FDSN service. */
export function reparseEmsc(
  raw: Uint8Array,
  via: 'websocket' | 'fdsn',
  receivedAtMs: number,
): { readonly report: Report } | { readonly reason: string } {
  if (via === 'websocket') return parseEmscMessage(raw, receivedAtMs);
  const text = new TextDecoder().decode(raw);
  try {
    return parseEmscFeature(JSON.parse(text), receivedAtMs);
  } catch {
    return reject(null, text.slice(0, 80), 'JSON');
  }
}
