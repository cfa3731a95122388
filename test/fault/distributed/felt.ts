// What shows in the logs of a run that its faults were felt.

import { readFileSync } from 'node:fs';
import type { Cluster } from '../../../scripts/cluster/cluster.ts';
import type { PartKind } from '../../../scripts/cluster/view.ts';

/** How often each was felt: a fault that nobody felt proves nothing. */
export function readFelt(cluster: Cluster): Record<string, number> {
  const count = (kind: PartKind, words: RegExp) =>
    cluster.of(kind).reduce((sum, { plan }) => {
      return sum + [...readFileSync(plan.logPath, 'utf8').matchAll(words)].length;
    }, 0);
  return {
    'an associate took the lead': count('associate', /This process leads/g),
    'PostgreSQL found its disk full': count('postgres', /No space left on device/g),
    'PostgreSQL recovered from a crash': count('postgres', /automatic recovery in progress/g),
    'the store waited for log or database': count('store', /The store waits/g),
    'a gateway waited for its log': count('gateway', /Gateway waits for its log/g),
    'the source lost its connection': count('source', /"message":"EMSC: waiting"/g),
  };
}
