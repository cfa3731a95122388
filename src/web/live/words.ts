// From what is known to what is said: the state of the connection, the agencies behind it and the replay, in words.
// Pure, browser-safe.

import type { SourceStatus } from '../../sources/source.ts';
import type { Text } from '../text/english.ts';
import type { Formats } from '../text/formats.ts';
import { type ConnectionState, type Fault, POLL_LATE_MAX_S } from './connection-state.ts';
import type { GatewayState } from './wire.ts';

/** How it stands, for the pill's mark: well; well but nothing comes; on its way; not reachable; a recording. */
export type Tone = 'live' | 'quiet' | 'busy' | 'down' | 'replay';

export interface StatusWords {
  readonly tone: Tone;
  /** A few words, always shown. */
  readonly label: string;
  /** One or two sentences more; null when the label says all. */
  readonly detail: string | null;
}

export interface StatusFacts {
  readonly connection: ConnectionState;
  /** Null until the gateway has said hello. */
  readonly gateway: GatewayState | null;
  /** The newest message of any agency, ms since the epoch UTC, the gateway's clock; null: none known. */
  readonly lastMessageMs: number | null;
  /** The gateway's real clock, ms since the epoch UTC (never the replayed one). */
  readonly nowMs: number;
  /** The browser's clock, in which the connection counts. */
  readonly browserNowMs: number;
  /** The last `caught-up` with changes, on the browser's clock; null: none. */
  readonly caughtUp: { readonly changes: number; readonly atMs: number } | null;
}

/** The world sends about two messages a minute; this long without one is worth a word. */
export const QUIET_AFTER_MS = 5 * 60_000;
/** A lost connection that is not back by now is called offline. */
export const RECONNECTING_MAX_MS = 30_000;
/** Without an answer for so long the poll is no stand-in any more. */
export const POLL_PATIENCE_MS = 10_000;
/** An agency may be away this long, at the start or after it was live, before it is called unreachable. */
export const AGENCY_PATIENCE_MS = 10_000;
/** How long "Caught up" stays. */
export const CAUGHT_UP_SHOWN_MS = 10_000;

export function describeStatus(facts: StatusFacts, text: Text, formats: Formats): StatusWords {
  if (facts.connection.name === 'live') return describeGateway(facts, text, formats);
  return isPolled(facts.connection, facts.browserNowMs)
    ? describePoll(facts, text, formats)
    : describeConnection(facts, text, formats);
}

/** True while a poll stands in for the stream: it was answered not long ago. */
export function isPolled({ poll }: Pick<ConnectionState, 'poll'>, browserNowMs: number): boolean {
  const polledMs = poll?.answeredAtMs ?? null;
  return polledMs !== null && browserNowMs - polledMs < POLL_PATIENCE_MS;
}

/** No stream, but what happens is seen a little later: said so, unless the agencies are the greater news. */
function describePoll(facts: StatusFacts, text: Text, formats: Formats): StatusWords {
  const words = describeGateway(facts, text, formats);
  const late = formats.integer(POLL_LATE_MAX_S);
  if (words.tone === 'replay') return { ...words, label: text.replayPolled(late) };
  if (words.tone !== 'live' && words.tone !== 'quiet') return words;
  return { tone: words.tone, label: text.livePolled(late), detail: text.polledDetail };
}

/** The page has no stream at this moment. */
function describeConnection(facts: StatusFacts, text: Text, formats: Formats): StatusWords {
  const { connection, gateway, browserNowMs } = facts;
  const { downSinceMs, fault, browserOnline } = connection;
  if (downSinceMs === null) {
    const label = connection.name === 'loading' ? text.loading : text.connecting;
    // The page that the server draws knows of the agencies already; the app will say the same in the same place.
    const trouble = gateway === null ? null : describeSources(facts, gateway.sources, text, formats);
    return trouble ?? { tone: 'busy', label, detail: null };
  }
  const why = browserOnline || fault?.kind !== 'network' ? describeFault(fault, text) : text.browserOffline;
  const waitMs = (connection.deadlineMs ?? browserNowMs) - browserNowMs;
  const trying = connection.name === 'waiting' || connection.name === 'offline';
  const next = trying
    ? text.tryingAgain(formats.integer(Math.max(1, Math.ceil(waitMs / 1000))))
    : text.tryingNow;
  const lost = !browserOnline || browserNowMs - downSinceMs >= RECONNECTING_MAX_MS;
  const shown = connection.cursor === null ? '' : text.showingLoaded;
  const detail = [why, next, shown].filter((part) => part !== '').join(' ');
  return lost
    ? { tone: 'down', label: text.offlineSince(formats.since(downSinceMs, browserNowMs)), detail }
    : { tone: 'busy', label: text.reconnecting, detail };
}

/** The stream runs; what matters now is how the gateway stands with its agencies. */
function describeGateway(facts: StatusFacts, text: Text, formats: Formats): StatusWords {
  const { gateway, caughtUp, browserNowMs } = facts;
  if (gateway === null) return { tone: 'busy', label: text.connecting, detail: null };
  const recent = caughtUp !== null && browserNowMs - caughtUp.atMs < CAUGHT_UP_SHOWN_MS;
  const fault = describeSources(facts, gateway.sources, text, formats);
  if (recent && caughtUp.changes > 0) {
    const label = text.caughtUp(caughtUp.changes, formats.integer(caughtUp.changes));
    return { tone: fault?.tone ?? 'live', label, detail: fault?.detail ?? null };
  }
  if (fault !== null) return fault;
  return gateway.mode === 'replay'
    ? { tone: 'replay', label: text.replay, detail: text.replayNotice }
    : describeTraffic(facts, text, formats);
}

/** What keeps the agencies from being live, or from being known to be; null when at least one is. The nearest to being live speaks. */
function describeSources(
  facts: StatusFacts,
  sources: readonly SourceStatus[],
  text: Text,
  formats: Formats,
): StatusWords | null {
  // A gateway that has just started, or whose sources have: it cannot know yet.
  if (sources.length === 0) return { tone: 'busy', label: text.starting, detail: text.startingDetail };
  if (sources.some(({ state }) => state === 'live')) return null;
  const source = [...sources].sort((a, b) => NEARNESS[b.state] - NEARNESS[a.state])[0]!;
  const { agency, reason, sinceMs } = source;
  if (source.state === 'filling') {
    const detail =
      source.backfill === null
        ? null
        : text.backfill(formats.percent(source.backfill.done), formats.integer(source.backfill.reports));
    return { tone: 'busy', label: text.filling(agency), detail };
  }
  const why = reason === null ? '' : `${/[.?!]$/.test(reason) ? reason : `${reason}.`} `;
  if (source.state === 'refused')
    return { tone: 'down', label: text.agencyRefused(agency), detail: `${why}${text.showingStored}` };
  if (toToldState(source, facts.nowMs) === 'connecting')
    return { tone: 'busy', label: text.agencyConnecting(agency), detail: null };
  const label = text.agencyUnreachable(agency, formats.since(sinceMs, facts.nowMs));
  return { tone: 'down', label, detail: `${why}${text.showingStored}` };
}

/**
 * The state as people are told it: who is away is being connected to at first, then cannot be reached. Whether a try is under
 * way at this moment or waited for says nothing, and the words would change with every one. `nowMs`: the gateway's clock.
 */
export function toToldState(
  { state, sinceMs }: Pick<SourceStatus, 'state' | 'sinceMs'>,
  nowMs: number,
): SourceStatus['state'] {
  if (state !== 'connecting' && state !== 'waiting') return state;
  return nowMs - sinceMs < AGENCY_PATIENCE_MS ? 'connecting' : 'waiting';
}

const NEARNESS: Readonly<Record<SourceStatus['state'], number>> = {
  live: 4,
  filling: 3,
  connecting: 2,
  waiting: 1,
  refused: 0,
};

function describeTraffic(facts: StatusFacts, text: Text, formats: Formats): StatusWords {
  const { lastMessageMs, nowMs } = facts;
  if (lastMessageMs === null) return { tone: 'live', label: text.live, detail: null };
  const ago = formats.ago(lastMessageMs, nowMs);
  return nowMs - lastMessageMs < QUIET_AFTER_MS
    ? { tone: 'live', label: text.liveLastMessage(ago), detail: null }
    : { tone: 'quiet', label: text.quietLastMessage(ago), detail: text.quietDetail };
}

function describeFault(fault: Fault | null, text: Text): string {
  if (fault === null) return '';
  if (fault.kind === 'refused')
    return fault.status === 503 ? text.fault.full : text.fault.refused(fault.status);
  return fault.kind === 'unreadable' ? text.fault.unreadable(fault.detail) : text.fault[fault.kind];
}
