// Reports for the benches that need many: seeded, over thirty years, along nothing in particular; sizes of fields as EMSC's.

import type { SolutionReport } from '../src/event/types.ts';
import { createRandom } from '../src/replay/faults.ts';

/** The i-th report of a sequence that is the same in every run; each speaks of an event of its own. */
export function createSeededReports(): (i: number) => SolutionReport {
  const random = createRandom(1);
  return (i) => {
    const originTimeMs = Date.UTC(1996, 0, 1) + i * 946_000 + Math.floor(random() * 900_000);
    return {
      schemaVersion: 1,
      kind: 'solution',
      agency: 'EMSC',
      agencyEventId: `${new Date(originTimeMs).toISOString().slice(0, 10).replaceAll('-', '')}_${String(i).padStart(7, '0')}`,
      updatedAtMs: originTimeMs + 900_000,
      receivedAtMs: originTimeMs + 900_100,
      origin: {
        originTimeMs,
        latitudeDeg: Math.round((random() * 180 - 90) * 1e4) / 1e4,
        longitudeDeg: Math.round((random() * 360 - 180) * 1e4) / 1e4,
        depthKm: Math.round(random() * 1000) / 10,
        evaluationMode: null,
      },
      magnitude: { value: Math.round((2 - Math.log10(1 - random())) * 10) / 10, type: 'ml' },
      region: `REGION ${Math.floor(random() * 700)}`,
      eventType: 'earthquake',
      typeCertainty: 'known',
      author: 'EMSC',
    };
  };
}
