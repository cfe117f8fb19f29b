import { setTimeout as sleep } from 'node:timers/promises';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { eventFeedQuerySchema, eventFeedSchema, fromNowOn } from '../../contract/webhook.ts';
import { endOfFeed, type FeedPlace, readFeed } from '../../store/event-feed.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { managedPurse } from '../managed-purse.ts';
import { createQueueView } from '../queue-view.ts';
import { presentHappening } from '../webhook-bodies.ts';
import { json, keyNeeded, operatorNeeded, refusals } from './answers.ts';

const place = z.strictObject({
  txid: z.string().regex(/^(0|[1-9]\d{0,18})$/),
  id: z.int().min(0),
});

/** Between two looks of a call that waits. */
const lookMs = 500;

/** Everything that has happened to an account, in an order that misses nothing: to catch up, and to follow. */
export function eventFeedRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const { store, links } = deps;
  const queue = createQueueView(deps);

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/events',
      summary: 'What has happened, oldest first, since a cursor or a time',
      operationId: 'listEvents',
      tags: ['Webhooks and events'],
      description:
        'To catch up after any break: keep `next_cursor` and go on from it, nothing is missed. `wait` holds the call until something happens; `cursor=end` answers the cursor of now.',
      security: [...keyNeeded, ...operatorNeeded],
      request: { query: eventFeedQuerySchema },
      responses: { 200: json(eventFeedSchema, 'One page, in the words of webhooks.'), ...refusals },
    }),
    async (c) => {
      const query = c.req.valid('query');
      const { owner } = await managedPurse(c, store, query);
      if (query.cursor === fromNowOn) {
        const next_cursor = writeCursor(await endOfFeed(store));
        return c.json({ object: 'list' as const, data: [], next_cursor, has_more: false }, 200);
      }
      const wanted = {
        since: query.since === undefined ? undefined : new Date(query.since),
        types: query.types,
        limit: query.limit,
      };
      const until = performance.now() + query.wait * 1_000;
      const { signal } = c.req.raw;
      let after: FeedPlace | undefined =
        query.cursor === undefined ? undefined : readCursor(query.cursor, place);
      for (;;) {
        const { events, next, more } = await readFeed(store, owner, { ...wanted, after });
        if (events.length > 0 || performance.now() >= until || signal.aborted) {
          const data = [];
          for (const event of events) data.push(await presentHappening(event, { links, queue }));
          return c.json(
            { object: 'list' as const, data, next_cursor: writeCursor(next), has_more: more },
            200,
          );
        }
        after = next;
        await sleep(Math.min(lookMs, Math.max(0, until - performance.now())), undefined, { signal }).catch(
          () => {},
        );
      }
    },
  );
}
