// The four stages as a role begins them: each takes the ports it works on, ends with the role, and takes the role down
// with what no retry heals.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAssociate } from '../associate/stage.ts';
import { createStandby } from '../associate/standby.ts';
import { createGateway } from '../gateway/app.ts';
import { type Leadership, runLeading } from '../log/leadership.ts';
import type { EventLog } from '../log/log.ts';
import { createEmscSource } from '../sources/emsc/source.ts';
import { publishStatus } from '../sources/publish.ts';
import type { Source, SourceMemory, SourceStatus } from '../sources/source.ts';
import { runStore } from '../store/stage.ts';
import type { Store } from '../store/store.ts';
import { listen, type Role, untilAborted, work } from './setup.ts';

const WEB_ROOT = join(import.meta.dirname, '../../dist/web');
const STARTER_FILE = join(import.meta.dirname, '../../assets/starter.qwc');

/** Where a source finds its agency. */
export interface AgencyEnd {
  readonly websocketUrl: string;
  readonly fdsnUrl: string;
  readonly backfillDays: number;
  /** An agency in this very machine need not be spared. */
  readonly isReplay: boolean;
}

export const toAgencyEnd = ({ config }: Role): AgencyEnd => ({
  websocketUrl: config.emscWebsocketUrl,
  fdsnUrl: config.emscFdsnUrl,
  backfillDays: config.emscBackfillDays,
  isReplay: false,
});

export function createSource(
  { config, clock, logger, metrics }: Role,
  log: EventLog,
  memory: SourceMemory,
  agency: AgencyEnd,
): Source {
  return createEmscSource({
    websocketUrl: agency.websocketUrl,
    fdsnUrl: agency.fdsnUrl,
    ...{ log, memory, clock, logger, metrics, fetch },
    random: Math.random,
    timing: {
      fdsnIntervalMs: agency.isReplay ? 0 : config.emscFdsnIntervalS * 1000,
      backfillDays: agency.backfillDays,
      reconcileMs: config.emscReconcileS * 1000,
      confirmMs: config.emscConfirmS * 1000,
    },
  });
}

export const startSource = (role: Role, source: Source): void => work(role, (signal) => source.run(signal));

/** Lets gateways in other processes know how the source stands. */
export const startPublishing = (role: Role, source: Source, log: EventLog): void =>
  work(role, (signal) => publishStatus({ source, log, clock: role.clock, logger: role.logger }, signal));

/** `standbyLog`: where it follows the events while another process leads; null: there is no other. */
export function startAssociate(role: Role, leadership: Leadership, standbyLog: EventLog | null): void {
  const { logger, metrics } = role;
  metrics.associateLeads.set(0);
  work(role, (signal) => {
    const standby = standbyLog && createStandby({ log: standbyLog, logger }, signal);
    return runLeading(leadership, signal, async (log, term) => {
      const health = role.health.part('association');
      metrics.associateLeads.set(1);
      try {
        const parts = { log, logger, metrics, health };
        await (standby
          ? standby.lead((view) => runAssociate({ ...parts, view }, term))
          : runAssociate(parts, term));
      } finally {
        metrics.associateLeads.set(0);
        // How far it came is the next one's to say.
        metrics.stageOffset.remove({ stage: 'associate', topic: 'quake.reports.v1' });
        // Who stands by is as ready as can be.
        health.works();
      }
    });
  });
}

export function startStore(role: Role, log: EventLog, store: Store): void {
  const { logger, metrics } = role;
  work(role, (signal) => runStore({ log, store, logger, metrics, health: role.health }, signal));
}

export interface StatusFeed {
  readonly all: () => readonly SourceStatus[];
  readonly onChange: (listener: () => void) => () => void;
}

/** Resolves with the gateway's address once it listens, its catalogue loaded; null when the role ends before. */
export async function startGateway(
  role: Role,
  log: EventLog,
  store: Store,
  statuses: StatusFeed,
  starter = role.config.starter,
): Promise<string | null> {
  const { config, clock, logger, metrics, health, signal, endings } = role;
  const gateway = createGateway({
    ...{ log, store, clock, logger, metrics },
    sources: statuses.all,
    onSources: statuses.onChange,
    webRoot: WEB_ROOT,
    starter: starter ? readFileSync(STARTER_FILE) : null,
    options: {
      hub: {
        streamsMax: config.liveStreamsMax,
        streamsPerAddressMax: config.liveStreamsPerAddressMax,
        queueBytesMax: config.liveQueueBytesMax,
        ageMaxMs: config.liveAgeMaxS === 0 ? null : config.liveAgeMaxS * 1000,
      },
      trustedProxies: config.trustedProxies,
      http: {
        requestsPerAddressMax: config.requestsPerAddressMax,
        connectionsPerAddressMax: config.connectionsPerAddressMax,
      },
      headers: {
        csp: config.csp,
        hstsMaxAgeS: config.hstsMaxAgeS,
        frameAncestors: config.frameAncestors,
      },
      publicOrigin: config.publicUrl,
    },
  });
  let url: string | null = null;
  // Ready is who can be asked: loaded, welcoming, and listening.
  health.watch('the gateway', () => gateway.waitsFor() ?? (url === null ? 'not listening yet' : null));
  endings.defer(() => gateway.close(config.drainS * 1000, config.drainNoticeS * 1000));
  await Promise.race([gateway.start(), untilAborted(signal)]);
  if (signal.aborted) return null;
  url = await listen(gateway.app, config.host, config.port, '--port');
  return url;
}
