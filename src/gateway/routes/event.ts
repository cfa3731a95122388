// GET /events/{id}: one event with every report of it, as JSON, or as the page that shows it when a browser navigates.

import type { FastifyInstance } from 'fastify';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { SCHEMA_VERSION } from '../../event/schema.ts';
import type { EventId } from '../../event/types.ts';
import type { GatewayParts } from '../gateway.ts';
import type { Pages } from '../page/pages.ts';
import { sendProblem } from '../problem.ts';
import { sendPage, toReader } from './page.ts';

/** The database follows the log a few milliseconds behind this gateway: a revision just streamed is waited for so long. */
const STORE_STEPS_MAX = 20;
const STORE_STEP_MS = 25;

export function routeEvent(app: FastifyInstance, parts: GatewayParts, pages: Pages | null): void {
  app.get<{ Params: { id: string } }>('/events/:id', async (request, reply) => {
    const id = request.params.id as EventId;
    reply.header('vary', 'accept, accept-encoding, accept-language');
    if (pages !== null && wantsPage(request.headers.accept)) {
      const find = async () => {
        const found = await findEvent(parts, id);
        return found === 'not yet' ? null : found;
      };
      return sendPage(request, reply, await pages.event(toReader(request, parts.publicOrigin), id, find));
    }
    reply.header('cache-control', 'no-cache');
    const found = await findEvent(parts, id);
    if (found === 'not yet') {
      const detail = 'The database does not have this event yet';
      return sendProblem(reply, { status: 503, code: 'STORE_UNAVAILABLE', detail, retryAfterS: 1 });
    }
    if (found !== null) return found;
    return sendProblem(reply, { status: 404, code: 'EVENT_UNKNOWN', detail: `No event has the id "${id}"` });
  });
}

/** An event with its reports as the database has it, waited for where this gateway is ahead of it; null: unknown. */
async function findEvent({ stage, store }: GatewayParts, id: EventId) {
  const { catalogue } = stage.view;
  const row = catalogue.rowOf(id);
  const entry = row >= 0 ? catalogue.entryAt(row) : null;
  if (entry?.starter) return { event: toStarterEvent(entry), reports: [], provenance: 'starter' } as const;
  let stored = await store.event(id);
  for (let step = 0; entry && step < STORE_STEPS_MAX; step++) {
    if (stored && stored.event.revision >= entry.revision) break;
    await new Promise((resolve) => setTimeout(resolve, STORE_STEP_MS));
    stored = await store.event(id);
  }
  if (stored) return { ...stored, provenance: 'log' } as const;
  return entry ? 'not yet' : null;
}

/** True when HTML is named before JSON: a navigation, not a program. */
function wantsPage(accept: string | undefined): boolean {
  const html = accept?.indexOf('text/html') ?? -1;
  const json = accept?.indexOf('json') ?? -1;
  return html >= 0 && (json < 0 || html < json);
}

/** What the starter catalogue knows of an event, in the shape of one of the log's; no report came by the log, so none has a time. */
function toStarterEvent(entry: CatalogueEntry) {
  const { id, revision, state, originTimeMs, latitudeDeg, longitudeDeg, depthKm, magnitude } = entry;
  const { region, eventType, agency, author } = entry;
  return {
    ...{ schemaVersion: SCHEMA_VERSION, id, revision, state },
    origin: { originTimeMs, latitudeDeg, longitudeDeg, depthKm, evaluationMode: null },
    ...{ magnitude, region, eventType, typeCertainty: null, agency, author },
    ...{ updatedAtMs: null, receivedAtMs: null, firstReceivedAtMs: null },
    reports: [{ agency, agencyEventId: id.slice(agency.length + 1) }],
    changed: [],
  };
}
