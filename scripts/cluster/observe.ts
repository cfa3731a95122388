// Gathers once a second what both views show: every part's state and lag, the ends of the topics, the watchers.

import type { Cluster } from './cluster.ts';
import { readLastWords } from './last-words.ts';
import { type LogMirror, MIRRORED_TOPICS } from './log-mirror.ts';
import type { Part } from './part.ts';
import { type Samples, scrape, toSample } from './scrape.ts';
import type { ClusterView, PartView } from './view.ts';
import type { Watchers } from './watchers.ts';

const INTERVAL_MS = 1_000;

export interface Observer {
  /** The newest view; null before the first. */
  readonly view: ClusterView | null;
  /** Called with every new view. Gives a function that ends this. */
  onView(listener: (view: ClusterView) => void): () => void;
  close(): void;
}

export function createObserver(cluster: Cluster, log: LogMirror, watchers: Watchers): Observer {
  const startedAtMs = Date.now();
  const listeners = new Set<(view: ClusterView) => void>();
  let view: ClusterView | null = null;
  let looking = false;

  async function look(): Promise<void> {
    // A paused part answers late: views are left out rather than piled up.
    if (looking) return;
    looking = true;
    try {
      view = {
        url: cluster.url,
        balancerLeftOut: cluster.balancerLeftOut,
        upMs: Date.now() - startedAtMs,
        parts: await Promise.all(cluster.parts.map((part) => lookAt(part, log))),
        topics: MIRRORED_TOPICS.map((name) => ({ name, end: log.last(name) + 1 })),
        eventsPerS: log.eventsPerS(),
        watchers: watchers.counts(),
      };
      for (const listener of listeners) listener(view);
    } finally {
      looking = false;
    }
  }
  const timer = setInterval(look, INTERVAL_MS);
  void look();

  return {
    get view() {
      return view;
    },
    onView(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => clearInterval(timer),
  };
}

async function lookAt(part: Part, log: LogMirror): Promise<PartView> {
  const running = part.state === 'running';
  const { adminUrl, ports } = part.plan;
  const [waitsFor, samples] = await Promise.all([
    running ? part.waitsFor() : null,
    running && adminUrl !== null ? scrape(adminUrl) : null,
  ]);
  const nowMs = Date.now();
  const opened = part.kind === 'gateway' || part.kind === 'balancer';
  return {
    ...{ name: part.name, kind: part.kind, state: part.state, pid: part.pid, restarts: part.restarts },
    upMs: part.pid !== null && part.startedAtMs !== null ? nowMs - part.startedAtMs : null,
    backInMs: part.nextStartAtMs === null ? null : Math.max(0, part.nextStartAtMs - nowMs),
    waitsFor,
    lastWords: part.state === 'backing off' ? readLastWords(part.plan.logPath) : null,
    duty: samples && part.kind === 'associate' ? toDuty(samples) : null,
    lag: samples ? toLag(samples, log) : [],
    readers: samples && part.kind === 'gateway' ? toSample(samples, 'quakewire_live_streams') : null,
    address: opened ? `127.0.0.1:${ports['http']}` : null,
  };
}

function toDuty(samples: Samples): PartView['duty'] {
  const leads = toSample(samples, 'quakewire_associate_leads');
  return leads === null ? null : leads === 1 ? 'works' : 'stands by';
}

/** Against the last record that was read, not the end of the topic: a transaction's marker takes an offset too. */
function toLag(samples: Samples, log: LogMirror): PartView['lag'] {
  return MIRRORED_TOPICS.flatMap((topic) => {
    const offset = toSample(samples, 'quakewire_stage_offset', { topic });
    return offset === null ? [] : [{ topic, records: Math.max(0, log.last(topic) - offset) }];
  });
}
