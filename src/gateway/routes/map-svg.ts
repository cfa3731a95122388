// GET /map.svg: the world with its newest events, drawn on the server (map/draw.ts). One drawing serves everyone for
// some seconds: it is what the links of a busy hour show.

import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type Catalogue, type CatalogueEntry, FLAG_STARTER } from '../../catalogue/catalogue.ts';
import { createReplayClock } from '../../clock.ts';
import type { GatewayParts } from '../gateway.ts';
import { answerUnchanged } from '../headers.ts';
import { drawMap, type Theme } from '../map/draw.ts';
import { toPresent } from '../present.ts';
import { sendProblem } from '../problem.ts';

/** Events drawn at most: the newest. More would be a text that no preview waits for. */
const ENTRIES_MAX = 1500;
const AGE_MAX_S = 5;
const WIDTH = { least: 100, most: 4096, usual: 1200 };
/** Drawings kept for their seconds: two themes in a few widths. */
const KEPT_MAX = 16;

export function routeMap(app: FastifyInstance, gateway: GatewayParts): void {
  const { stage, clock, sources } = gateway;
  const kept = new Map<string, { svg: string; etag: string; madeAtMs: number }>();

  function draw(theme: Theme, width: number) {
    const key = `${theme} ${width}`;
    const realMs = clock.now();
    const known = kept.get(key);
    if (known && realMs - known.madeAtMs < AGE_MAX_S * 1000 && realMs >= known.madeAtMs) return known;
    const present = toPresent(sources());
    const nowMs = present.clock ? createReplayClock(present.clock, clock).now() : realMs;
    const starterOnly = stage.view.counts.log === 0 && stage.view.counts.starter > 0;
    const entries = listNewest(stage.view.catalogue, starterOnly);
    const replaySpeed = present.clock?.speed ?? null;
    const svg = drawMap({ theme, width, entries, nowMs, replaySpeed, starterOnly });
    const etag = `W/"${createHash('sha256').update(svg).digest('hex').slice(0, 16)}"`;
    const drawn = { svg, etag, madeAtMs: realMs };
    kept.delete(key);
    kept.set(key, drawn);
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
    return drawn;
  }

  app.get<{ Querystring: Record<string, string | string[]> }>('/map.svg', async (request, reply) => {
    const { theme = 'dark', width = String(WIDTH.usual), ...rest } = request.query;
    const refuse = (parameter: string, detail: string) =>
      sendProblem(reply, { status: 400, code: 'QUERY_INVALID', detail, parameter });
    if (theme !== 'dark' && theme !== 'light')
      return refuse('theme', `theme is "${theme}", expected dark or light`);
    const pixels = typeof width === 'string' && /^\d{1,5}$/.test(width) ? Number(width) : Number.NaN;
    if (!(pixels >= WIDTH.least && pixels <= WIDTH.most))
      return refuse('width', `width is "${width}", expected pixels from ${WIDTH.least} to ${WIDTH.most}`);
    for (const name of Object.keys(rest))
      return refuse(name, `"${name}" is unknown; there are theme and width`);
    const { svg, etag } = draw(theme, pixels);
    reply.header('cache-control', `public, max-age=${AGE_MAX_S}`);
    if (answerUnchanged(request, reply, etag)) return reply;
    return reply.type('image/svg+xml; charset=utf-8').send(svg);
  });
}

/** The newest live events by origin time; those of the log alone, unless there are none. */
function listNewest(catalogue: Catalogue, starterOnly: boolean): CatalogueEntry[] {
  const { timeOrder, columns } = catalogue;
  const entries: CatalogueEntry[] = [];
  for (let i = timeOrder.length - 1; i >= 0 && entries.length < ENTRIES_MAX; i--) {
    const row = timeOrder[i]!;
    if (!starterOnly && columns.flags[row]! & FLAG_STARTER) continue;
    entries.push(catalogue.entryAt(row));
  }
  return entries;
}
