// What the routes of a gateway share: the parts it is made of, as one object.

import type { Clock } from '../clock.ts';
import type { EventLog } from '../log/log.ts';
import type { SourceStatus } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Hub } from './live/hub.ts';
import type { Recent } from './live/recent.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import type { Stage } from './stage.ts';

export interface GatewayParts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly log: EventLog;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly sources: () => readonly SourceStatus[];
  readonly stage: Stage;
  readonly hub: Hub;
  readonly recent: Recent;
  readonly snapshot: Snapshot;
  /** Folder of the built web app; null: there is none to show. */
  readonly webRoot: string | null;
  /** What pages say of where they are, such as `https://quakes.example`; null: what the request says. */
  readonly publicOrigin: string | null;
}
