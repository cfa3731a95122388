// EMSC's two-letter event type (IMS/ISF style: certainty, kind) as QuakeML's event type and certainty.
// Pure. Source: the ISC's list of codes; EMSC's own `u` ("not reviewed") as measured in its catalogue.

import type { SolutionReport } from '../../event/types.ts';

type EventTypeAndCertainty = Pick<SolutionReport, 'eventType' | 'typeCertainty'>;

/** First letter. `f` felt and `d` damaging imply known; `u` is EMSC's "not reviewed", which is no certainty. */
const CERTAINTY: Readonly<Record<string, SolutionReport['typeCertainty']>> = {
  k: 'known',
  f: 'known',
  d: 'known',
  s: 'suspected',
  u: null,
};

/** Second letter. */
const KIND: Readonly<Record<string, string>> = {
  e: 'earthquake',
  i: 'induced or triggered event',
  r: 'rock burst',
  m: 'mining explosion',
  h: 'chemical explosion',
  x: 'experimental explosion',
  n: 'nuclear explosion',
};

/**
 * QuakeML 1.2 event type and its certainty; both null when EMSC says unknown (`uk`), says nothing, or
 * uses a code that is in no list. `ue` is an earthquake of no stated certainty: it mostly becomes `ke` later.
 */
export function toEventType(code: string | null): EventTypeAndCertainty {
  if (code === 'ls') return { eventType: 'landslide', typeCertainty: null };
  const [first, second] = code?.length === 2 ? [code[0]!, code[1]!] : ['', ''];
  const eventType = Object.hasOwn(CERTAINTY, first) && Object.hasOwn(KIND, second) ? KIND[second]! : null;
  return { eventType, typeCertainty: eventType === null ? null : CERTAINTY[first]! };
}
