import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  changeEndpoint,
  deleteEndpoint,
  noEndpoint,
  rotateWebhookSecret,
  testEndpoint,
} from '../../actions/change-endpoint.ts';
import { createEndpoint } from '../../actions/create-endpoint.ts';
import {
  createdEndpointSchema,
  endpointChangeSchema,
  endpointListSchema,
  endpointSchema,
  newEndpointSchema,
  rotationSchema,
  secretSchema,
  testSchema,
  webhookOwnerQuerySchema,
} from '../../contract/webhook.ts';
import { findEndpoint, listEndpoints } from '../../store/webhook-endpoints.ts';
import { accountSecret } from '../../store/webhook-secrets.ts';
import type { Env, HttpDeps } from '../env.ts';
import { managedPurse } from '../managed-purse.ts';
import { presentEndpoint } from '../present-webhook.ts';
import { json, jsonBody, keyNeeded, operatorNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });
const security = [...keyNeeded, ...operatorNeeded];
const query = webhookOwnerQuerySchema;

/** Where events go. A key manages the endpoints of the purse it spends from, the operator everybody's. */
export function webhookRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const { store } = deps;

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/webhooks',
      summary: 'Make a webhook endpoint; its secret is shown this once',
      operationId: 'createWebhook',
      tags: ['Webhooks and events'],
      description:
        'It gets every event that it asks for, signed after Standard Webhooks. Only https on the public internet, or an origin that the operator trusts. An account may have 20 in each purse.',
      security,
      request: { body: jsonBody(newEndpointSchema) },
      responses: { 201: json(createdEndpointSchema, 'The endpoint and its secret.'), ...refusals },
    }),
    async (c) => {
      const { url, description, events: eventTypes, ...wanted } = c.req.valid('json');
      const managed = await managedPurse(c, store, wanted);
      const made = await createEndpoint(deps, { ...managed, endpoint: { url, description, eventTypes } });
      c.header('Location', deps.links.absolute(`/v1/webhooks/${made.endpoint.id}`));
      return c.json({ ...presentEndpoint(made.endpoint), secret: made.secret }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/webhooks',
      summary: 'Webhook endpoints, newest first',
      operationId: 'listWebhooks',
      tags: ['Webhooks and events'],
      description: 'With whether they are enabled and how their last delivery went; without their secrets.',
      security,
      request: { query },
      responses: { 200: json(endpointListSchema, 'All of them.'), ...refusals },
    }),
    async (c) => {
      const { owner } = await managedPurse(c, store, c.req.valid('query'));
      const data = (await listEndpoints(store, owner)).map(presentEndpoint);
      return c.json({ object: 'list' as const, data }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/webhooks/default/secret',
      summary: 'What signs the webhooks of single generations and of alerts',
      operationId: 'getDefaultWebhookSecret',
      tags: ['Webhooks and events'],
      description:
        'For the `webhook_url` of a request and for `alert_webhook_url`: they have no endpoint of their own. Made at the first look.',
      security,
      request: { query },
      responses: { 200: json(secretSchema, 'Made at the first look.'), ...refusals },
    }),
    async (c) => {
      const { owner } = await managedPurse(c, store, c.req.valid('query'));
      const secret = await accountSecret(store, owner);
      return c.json({ object: 'webhook_secret' as const, secret, previous_expires_at: null }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/webhooks/default/secret/rotate',
      summary: 'Replace it; both sign for a while',
      operationId: 'rotateDefaultWebhookSecret',
      tags: ['Webhooks and events'],
      description: 'For `overlap_seconds` each webhook carries both signatures; then the old one is over.',
      security,
      request: { query, body: jsonBody(rotationSchema) },
      responses: { 200: json(secretSchema, 'The new secret.'), ...refusals },
    }),
    async (c) => {
      const managed = await managedPurse(c, store, c.req.valid('query'));
      const overlapSeconds = c.req.valid('json').overlap_seconds;
      return c.json(
        presentSecret(await rotateWebhookSecret(deps, { ...managed, id: undefined, overlapSeconds })),
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/webhooks/{id}',
      summary: 'One webhook endpoint',
      operationId: 'getWebhook',
      tags: ['Webhooks and events'],
      description: 'Without its secret, which was shown when it was made.',
      security,
      request: { params, query },
      responses: { 200: json(endpointSchema, 'The endpoint, without its secret.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { owner } = await managedPurse(c, store, c.req.valid('query'));
      const endpoint = await findEndpoint(store, owner, id);
      if (endpoint === undefined) throw noEndpoint(id);
      return c.json(presentEndpoint(endpoint), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/webhooks/{id}',
      summary: 'Change address, events or description; disable and enable',
      operationId: 'changeWebhook',
      tags: ['Webhooks and events'],
      description:
        'Only what you send changes. Enabling one that was disabled after long failure begins afresh.',
      security,
      request: { params, query, body: jsonBody(endpointChangeSchema) },
      responses: { 200: json(endpointSchema, 'The endpoint as it now is.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { events: eventTypes, ...rest } = c.req.valid('json');
      const managed = await managedPurse(c, store, c.req.valid('query'));
      const wanted = { ...rest, eventTypes };
      const change = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
      return c.json(presentEndpoint(await changeEndpoint(deps, { ...managed, id, change })), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/webhooks/{id}',
      summary: 'Delete an endpoint; what was sent to it stays in the log',
      operationId: 'deleteWebhook',
      tags: ['Webhooks and events'],
      description: 'What is on its way to it is given up.',
      security,
      request: { params, query },
      responses: { 204: { description: 'Deleted.' }, ...refusals },
    }),
    async (c) => {
      const managed = await managedPurse(c, store, c.req.valid('query'));
      await deleteEndpoint(deps, { ...managed, id: c.req.valid('param').id });
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/webhooks/{id}/secret/rotate',
      summary: 'Replace the secret of an endpoint; both sign for a while',
      operationId: 'rotateWebhookSecret',
      tags: ['Webhooks and events'],
      description:
        'For `overlap_seconds` each webhook carries both signatures, so that none is lost while your receiver learns the new one.',
      security,
      request: { params, query, body: jsonBody(rotationSchema) },
      responses: { 200: json(secretSchema, 'The new secret, shown this once.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const managed = await managedPurse(c, store, c.req.valid('query'));
      const overlapSeconds = c.req.valid('json').overlap_seconds;
      return c.json(presentSecret(await rotateWebhookSecret(deps, { ...managed, id, overlapSeconds })), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/webhooks/{id}/test',
      summary: 'Send a webhook.test to an endpoint',
      operationId: 'testWebhook',
      tags: ['Webhooks and events'],
      description:
        'To see that your receiver is there and verifies. It is delivered and logged like any other.',
      security,
      request: { params, query },
      responses: {
        202: json(testSchema, 'On its way: the deliveries of the endpoint list how it went.'),
        ...refusals,
      },
    }),
    async (c) => {
      const { owner } = await managedPurse(c, store, c.req.valid('query'));
      const event_id = `evt_${await testEndpoint(deps, { owner, id: c.req.valid('param').id })}`;
      return c.json({ object: 'webhook_test' as const, event_id }, 202);
    },
  );
}

const presentSecret = ({
  secret,
  previousExpiresAt,
}: {
  secret: string;
  previousExpiresAt: Date | null;
}) => ({
  object: 'webhook_secret' as const,
  secret,
  previous_expires_at: previousExpiresAt?.toISOString() ?? null,
});
