// The pages as documents: the front page and one for each event, drawn from the view in memory, made anew at most once a
// second each and so many a second in all, compressed once. Whatever goes wrong, the page without events is served: the
// app draws itself.

import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { QuakewireError } from '../../errors.ts';
import type { EventId } from '../../event/types.ts';
import type { SelectedEvent } from '../../page/first-paint.ts';
import type { SourceStatus } from '../../sources/source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { SECURITY_HEADERS } from '../headers.ts';
import { toPresent } from '../present.ts';
import { type Body, createBody, createGzipCache } from '../snapshot/body.ts';
import type { Stage } from '../stage.ts';
import { composePage, type PageAddress } from './compose.ts';
import { createBuiltPage } from './shell.ts';

export interface PageDocument {
  readonly status: 200 | 404;
  readonly etag: string;
  readonly contentSecurityPolicy: string;
  readonly body: Body;
}

/** For whom a page is. */
export interface Reader {
  /** `https://quakes.example`: where the page is for them. */
  readonly origin: string;
  /** As the request has it; empty: nothing said. */
  readonly acceptLanguage: string;
}

export interface Pages {
  /** `query` is the address's, with its question mark, empty when there is none. */
  front(reader: Reader, query: string): Promise<PageDocument>;
  /** `find` gives what `/events/{id}` answers, null when there is no such event. */
  event(reader: Reader, id: EventId, find: () => Promise<SelectedEvent['answer']>): Promise<PageDocument>;
}

export interface PagesOptions {
  readonly webRoot: string;
  readonly stage: Stage;
  readonly sources: () => readonly SourceStatus[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const AGE_MAX_MS = 1000;
/** Pages kept: those that a crowd asks for. */
const KEPT_MAX = 64;
/** Pages made in a second at most, about 10 ms each: what asks for more gets the page that draws itself. */
const MADE_PER_S_MAX = 20;
/** The filter in an address is short; a longer query is none. */
const QUERY_LENGTH_MAX = 200;
/** Quick: the document lives for a second. */
const QUALITY = 7;
const GZIP_CACHE_BYTES_MAX = 2 * 1024 ** 2;

export function createPages(options: PagesOptions): Pages {
  const { stage, sources, clock, logger } = options;
  const readBuiltPage = createBuiltPage(options.webRoot);
  const gzipCache = createGzipCache(GZIP_CACHE_BYTES_MAX);
  const kept = new Map<string, { readonly madeAtMs: number; readonly document: Promise<PageDocument> }>();
  let budget = { secondMs: 0, made: 0 };

  /** The newest document of a key, or a new one; one at a time, however many ask. */
  function recall(key: string, make: () => Promise<PageDocument>): Promise<PageDocument> {
    const nowMs = clock.now();
    const known = kept.get(key);
    if (known && Math.abs(nowMs - known.madeAtMs) < AGE_MAX_MS) return known.document;
    const secondMs = Math.floor(nowMs / 1000) * 1000;
    if (budget.secondMs !== secondMs) budget = { secondMs, made: 0 };
    if (!stage.ready || budget.made++ >= MADE_PER_S_MAX) return makeBare();
    const document = make().catch((error: unknown) => {
      logger.error({ err: error }, 'First paint could not be made');
      return makeBare();
    });
    kept.delete(key);
    kept.set(key, { madeAtMs: nowMs, document });
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
    return document;
  }

  async function makeBare(): Promise<PageDocument> {
    const { html } = await readBuiltPage();
    return toDocument(200, html, SECURITY_HEADERS['content-security-policy']!);
  }

  async function make(
    address: PageAddress,
    language: string,
    query: string,
    selected: SelectedEvent | null,
    status: 200 | 404,
  ): Promise<PageDocument> {
    const { parts } = await readBuiltPage();
    if (parts === null) return makeBare();
    const { catalogue, cursor } = stage.view;
    const paint = parts.module.renderFirstPaint({
      ...{ catalogue, cursor, nowMs: clock.now(), sources: sources(), query, selected, language },
      ...toPresent(sources()),
    });
    const { html, contentSecurityPolicy } = composePage(
      selected === null ? parts.front : parts.event,
      paint,
      address,
    );
    return toDocument(status, html, contentSecurityPolicy);
  }

  function toDocument(status: 200 | 404, html: string, contentSecurityPolicy: string): PageDocument {
    const bytes = Buffer.from(html);
    const etag = `W/"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
    return { status, etag, contentSecurityPolicy, body: createBody(bytes, QUALITY, gzipCache) };
  }

  /** So that a page is made once for all who read its language. */
  async function toLanguage({ acceptLanguage }: Reader): Promise<string> {
    const { parts } = await readBuiltPage();
    return parts?.module.chooseLanguage(acceptLanguage) ?? '';
  }

  return {
    async front(reader, query) {
      const { origin } = reader;
      const language = await toLanguage(reader);
      const filter = query.length <= QUERY_LENGTH_MAX ? query : '';
      return recall(`${origin} ${language} /${filter}`, () =>
        make({ origin, path: '/', cardPath: '/card.png', indexed: true }, language, filter, null, 200),
      );
    },
    async event(reader, id, find) {
      const { origin } = reader;
      const language = await toLanguage(reader);
      const path = `/events/${encodeURIComponent(id)}`;
      return recall(`${origin} ${language} ${path}`, async () => {
        const answer = await find().catch((error: unknown) => {
          // Without the database the page has what is in memory, and the app tries again for the reports.
          if (error instanceof QuakewireError) return null;
          throw error;
        });
        const known = answer !== null || stage.view.catalogue.rowOf(id) !== -1;
        const address = { origin, path, cardPath: known ? `${path}/card.png` : '/card.png', indexed: known };
        return make(address, language, '', { id, answer }, known ? 200 : 404);
      });
    },
  };
}
