// The reports of the selected event, fetched from the gateway and fetched again when its revision grows. Browser-safe.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { EventId } from '../../event/types.ts';
import { parseRetryAfter } from '../live/connection.ts';
import { wait } from '../live/wait.ts';
import type { EventWithReports } from '../live/wire.ts';
import type { App } from './app.ts';

export type ReportsState =
  | { readonly status: 'none' }
  | { readonly status: 'loading'; readonly id: EventId; readonly last: EventWithReports | null }
  | { readonly status: 'ready'; readonly id: EventId; readonly last: EventWithReports }
  | {
      readonly status: 'failed';
      readonly id: EventId;
      readonly last: EventWithReports | null;
      /** The gateway has answered: it knows no such event. */
      readonly missing: boolean;
    };

export interface EventReports {
  readonly state: ReadonlySignal<ReportsState>;
  /** Asks again after a failure. */
  retry(): void;
}

/**
 * How often a gateway that will have them in a moment, as its store is behind, is asked again before the reader is told; and
 * what a moment is, milliseconds.
 */
const BEHIND_MAX = 4;
const BEHIND_WAIT_MAX_MS = 1000;

/** Works as long as the page lives. While it is loading anew, the last answer for the same event stays. */
export function watchReports(app: App, fetchUrl: typeof fetch): EventReports {
  const state = signal<ReportsState>({ status: 'none' });
  const tries = signal(0);
  let running = new AbortController();
  /** Of the request that runs or was the last; its revision is the one that the page knew then, 0: none. */
  let asked = { id: null as EventId | null, revision: 0, tries: 0 };
  effect(follow);

  /** Asks when something else is selected, after a failure when told to, and when more is known of than was answered. */
  function follow(): void {
    app.catalogue.version.value;
    const id = app.selection.value?.id ?? null;
    const row = id === null ? -1 : app.catalogue.current.rowOf(id);
    const known = row === -1 ? 0 : app.catalogue.current.columns.revision[row]!;
    const same = id === asked.id && tries.value === asked.tries;
    if (same && (isAsking() || known <= Math.max(asked.revision, lastRevision()))) return;
    asked = { id, revision: known, tries: tries.value };
    running.abort();
    running = new AbortController();
    if (id === null) state.value = { status: 'none' };
    else void load(id, running.signal);
  }

  function isAsking(): boolean {
    return state.peek().status === 'loading';
  }

  function lastRevision(): number {
    const now = state.peek();
    return now.status === 'none' ? 0 : (now.last?.event.revision ?? 0);
  }

  async function load(id: EventId, signal: AbortSignal, behindMax = BEHIND_MAX): Promise<void> {
    const before = state.peek();
    const last = before.status !== 'none' && before.id === id ? before.last : null;
    state.value = { status: 'loading', id, last };
    let missing = false;
    try {
      const response = await fetchUrl(`/events/${encodeURIComponent(id)}`, {
        headers: { Accept: 'application/json' },
        signal,
      });
      const behindMs = response.status === 503 ? parseRetryAfter(response.headers.get('Retry-After')) : null;
      if (behindMs !== null && behindMs <= BEHIND_WAIT_MAX_MS && behindMax > 0) {
        // Spread: at a great earthquake many ask at once.
        await wait(behindMs * (1 + Math.random()), signal);
        await load(id, signal, behindMax - 1);
        return;
      }
      missing = response.status === 404;
      if (!response.ok) throw new TypeError(`/events/{id} answered ${response.status}`);
      const answer = (await response.json()) as EventWithReports;
      if (signal.aborted) return;
      state.value = { status: 'ready', id, last: answer };
      // What the page heard of meanwhile, the answer may have already.
      follow();
    } catch {
      // Whatever went wrong, the reader sees that it did and can try again; an answer no longer wanted is dropped.
      if (!signal.aborted) state.value = { status: 'failed', id, last, missing };
    }
  }

  return {
    state,
    retry() {
      tries.value++;
    },
  };
}
