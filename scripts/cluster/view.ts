// What the terminal and the page show, as plain values: JSON on the wire between supervisor and page. Types alone, so that
// the page's own code may use them.

export type PartKind =
  | 'kafka'
  | 'postgres'
  | 'agency'
  | 'source'
  | 'associate'
  | 'store'
  | 'gateway'
  | 'balancer';

/** `dead`: ended on purpose. `backing off`: it ended by itself and will be started again. */
export type PartState = 'idle' | 'running' | 'paused' | 'backing off' | 'dead';

/** What a reader, or all of them together, had to complain of. */
export interface Findings {
  /** Events whose newest revision lies before the reader's cursor and was never sent to it. */
  readonly gaps: number;
  /** Events it was sent again at a revision it had. */
  readonly duplicates: number;
  /** Events it was sent at an older revision than it had. */
  readonly backwards: number;
  /** Times it was told to start over. */
  readonly resets: number;
}

export interface WatcherCounts extends Findings {
  readonly count: number;
  readonly connected: number;
  /** Connections opened after each watcher's first. */
  readonly reconnects: number;
  /** Events they were sent, all together. */
  readonly events: number;
  /** The longest time between the end of a connection and the next greeting, milliseconds; 0 when there was none. */
  readonly awayMaxMs: number;
}

export interface PartView {
  readonly name: string;
  readonly kind: PartKind;
  readonly state: PartState;
  readonly pid: number | null;
  /** Since its last start, milliseconds; null while no process runs. */
  readonly upMs: number | null;
  readonly restarts: number;
  /** Until it is started again by itself, milliseconds; null when nothing is planned. */
  readonly backInMs: number | null;
  /** What it waits for; null when ready, and when it does not run. */
  readonly waitsFor: string | null;
  /** The last line it wrote, of a part that ended by itself; null otherwise, and when it wrote none. */
  readonly lastWords: string | null;
  /** Of an associate: whether it works or stands by; null for others, and while it is not known. */
  readonly duty: 'works' | 'stands by' | null;
  /** How many records it is behind, by topic; empty where that means nothing or is not known. */
  readonly lag: readonly { readonly topic: string; readonly records: number }[];
  /** Of a gateway: open streams; null for others, and while it does not answer. */
  readonly readers: number | null;
  /** `host:port` it serves others on, as far as somebody may want to open it; null for others. */
  readonly address: string | null;
}

export interface ClusterView {
  /** The address to open. */
  readonly url: string;
  /** Why there is no balancer; null when there is one. */
  readonly balancerLeftOut: string | null;
  /** Since the cluster was started, milliseconds. */
  readonly upMs: number;
  /** Offset that the next record will have, by topic, as far as read. */
  readonly topics: readonly { readonly name: string; readonly end: number }[];
  /** Records a second of quake.events.v1, over the last ten seconds. */
  readonly eventsPerS: number;
  readonly parts: readonly PartView[];
  readonly watchers: WatcherCounts;
}

/** What can be done to a part from a view. */
export const ACTIONS = ['kill', 'stop', 'pause', 'revive'] as const;
export type Action = (typeof ACTIONS)[number];
