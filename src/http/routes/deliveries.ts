import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { noEndpoint } from '../../actions/change-endpoint.ts';
import { noDelivery, resendDelivery } from '../../actions/resend-delivery.ts';
import { isStorable } from '../../contract/text.ts';
import {
  deliveryDetailSchema,
  deliveryPageSchema,
  deliveryQuerySchema,
  deliverySchema,
  webhookOwnerQuerySchema,
} from '../../contract/webhook.ts';
import { type DeliveryFilter, findDelivery, listDeliveries, listTries } from '../../store/read-deliveries.ts';
import { findGeneration, type Owner } from '../../store/read-generations.ts';
import { findEndpoint } from '../../store/webhook-endpoints.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { managedPurse } from '../managed-purse.ts';
import { presentDelivery, presentTries } from '../present-webhook.ts';
import { json, keyNeeded, operatorNeeded, refusals } from './answers.ts';
import { noGeneration } from './generations.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });
const security = [...keyNeeded, ...operatorNeeded];
const cursor = z.strictObject({ madeAt: z.int().min(0).max(1e16), id: z.string().refine(isStorable) });

/** The log of webhooks: what was sent to whom, what came back, and sending it again. */
export function deliveryRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const { store } = deps;

  const page = async (owner: Owner, filter: DeliveryFilter, query: z.infer<typeof deliveryQuerySchema>) => {
    const { deliveries, next } = await listDeliveries(store, owner, {
      ...filter,
      state: query.state,
      after: query.cursor === undefined ? undefined : readCursor(query.cursor, cursor),
      limit: query.limit,
    });
    const next_cursor = next === undefined ? null : writeCursor(next);
    return { object: 'list' as const, data: deliveries.map(presentDelivery), next_cursor };
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/deliveries',
      summary: 'Webhooks to all receivers, newest first; state=failed are those that were given up',
      operationId: 'listDeliveries',
      tags: ['Webhooks and events'],
      description:
        'Page by page: send `next_cursor` as `cursor`. The list stays; the tries of each, with request and answer, are forgotten after 30 days.',
      security,
      request: { query: deliveryQuerySchema },
      responses: { 200: json(deliveryPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const query = c.req.valid('query');
      const { owner } = await managedPurse(c, store, query);
      return c.json(await page(owner, {}, query), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/webhooks/{id}/deliveries',
      summary: 'Webhooks to one endpoint, newest first',
      operationId: 'listWebhookDeliveries',
      tags: ['Webhooks and events'],
      description: 'Page by page: send `next_cursor` as `cursor`.',
      security,
      request: { params, query: deliveryQuerySchema },
      responses: { 200: json(deliveryPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const query = c.req.valid('query');
      const { owner } = await managedPurse(c, store, query);
      if ((await findEndpoint(store, owner, id)) === undefined) throw noEndpoint(id);
      return c.json(await page(owner, { endpointId: id }, query), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations/{id}/deliveries',
      summary: 'Webhooks about one generation, newest first',
      operationId: 'listGenerationDeliveries',
      tags: ['Webhooks and events'],
      description: 'To its own `webhook_url` and to the endpoints of the account.',
      security,
      request: { params, query: deliveryQuerySchema },
      responses: { 200: json(deliveryPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const query = c.req.valid('query');
      const { owner } = await managedPurse(c, store, query);
      if ((await findGeneration(store, owner, id)) === undefined) throw noGeneration(id);
      return c.json(await page(owner, { generationId: id }, query), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/deliveries/{id}',
      summary: 'One webhook with every try: request and answer',
      operationId: 'getDelivery',
      tags: ['Webhooks and events'],
      description: 'What was sent, what came back, why it was a try in vain, and when the next one is due.',
      security,
      request: { params, query: webhookOwnerQuerySchema },
      responses: { 200: json(deliveryDetailSchema, 'The delivery and its log.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { owner } = await managedPurse(c, store, c.req.valid('query'));
      const delivery = await findDelivery(store, owner, id);
      if (delivery === undefined) throw noDelivery(id);
      return c.json({ ...presentDelivery(delivery), log: presentTries(await listTries(store, id)) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/deliveries/{id}/resend',
      summary: 'Send a webhook again, under the same id',
      operationId: 'resendDelivery',
      tags: ['Webhooks and events'],
      description:
        'At once, also after it was given up. The `webhook-id` stays, so that a receiver can tell the repeat.',
      security,
      request: { params, query: webhookOwnerQuerySchema },
      responses: { 202: json(deliverySchema, 'On its way again.'), ...refusals },
    }),
    async (c) => {
      const { owner } = await managedPurse(c, store, c.req.valid('query'));
      const delivery = await resendDelivery(deps, { owner, id: c.req.valid('param').id });
      return c.json(presentDelivery(delivery), 202);
    },
  );
}
