import type { z } from '@hono/zod-openapi';
import type {
  CreatedEndpoint,
  Delivery,
  DeliveryDetail,
  DeliveryPage,
  Endpoint,
  EventFeed,
  endpointChangeSchema,
  newEndpointSchema,
  WebhookSecret,
  WebhookTest,
} from '../contract/webhook.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

export interface DeliveryQuery {
  state?: Delivery['state'];
  limit?: number;
  cursor?: string;
}

export interface FeedQuery {
  /** `next_cursor` of the page before; `end` for what happens from now on. */
  cursor?: string;
  /** RFC 3339, such as 2026-11-01T00:00:00Z. */
  since?: string;
  types?: readonly string[];
  /** Seconds to wait for something to happen, up to 30. */
  wait?: number;
  limit?: number;
}

/** Endpoints, what was sent to them, and everything that has happened. */
export interface WebhookCalls {
  webhooks: {
    /** Never retried by itself: a lost answer may have made the endpoint, and its secret is shown once. */
    create(body: z.input<typeof newEndpointSchema>, options?: Options): Promise<CreatedEndpoint>;
    list(options?: Options): Promise<Endpoint[]>;
    change(id: string, body: z.input<typeof endpointChangeSchema>, options?: Options): Promise<Endpoint>;
    remove(id: string, options?: Options): Promise<void>;
    /** Without an id, the secret of the account. */
    rotate(
      id: string | undefined,
      body: { overlap_seconds?: number },
      options?: Options,
    ): Promise<WebhookSecret>;
    /** Of the account: signs the webhooks of single generations and of alerts. */
    secret(options?: Options): Promise<WebhookSecret>;
    test(id: string, options?: Options): Promise<WebhookTest>;
  };
  deliveries: {
    /** Of one endpoint, or of all receivers; newest first. */
    list(endpoint: string | undefined, query?: DeliveryQuery, options?: Options): Promise<DeliveryPage>;
    get(id: string, options?: Options): Promise<DeliveryDetail>;
    resend(id: string, options?: Options): Promise<Delivery>;
  };
  events: {
    /** One page, oldest first; `next_cursor` goes on from there, now or any time later. */
    list(query?: FeedQuery, options?: Options): Promise<EventFeed>;
  };
}

export function webhookCalls(transport: Transport): WebhookCalls {
  const one = (id: string) => `/v1/webhooks/${encodeURIComponent(id)}`;
  const delivery = (id: string) => `/v1/deliveries/${encodeURIComponent(id)}`;
  return {
    webhooks: {
      create: (body, { signal } = {}) =>
        transport.call({ method: 'POST', path: '/v1/webhooks', json: body, signal }),
      async list({ signal } = {}) {
        const { data } = await transport.call<{ data: Endpoint[] }>({
          method: 'GET',
          path: '/v1/webhooks',
          signal,
        });
        return data;
      },
      change: (id, body, { signal } = {}) =>
        transport.call({ method: 'PATCH', path: one(id), json: body, signal }),
      remove: (id, { signal } = {}) => transport.call({ method: 'DELETE', path: one(id), signal }),
      rotate: (id, body, { signal } = {}) =>
        transport.call({
          method: 'POST',
          path: `${one(id ?? 'default')}/secret/rotate`,
          json: body,
          repeatable: false,
          signal,
        }),
      secret: ({ signal } = {}) =>
        transport.call({ method: 'GET', path: `${one('default')}/secret`, signal }),
      test: (id, { signal } = {}) =>
        transport.call({ method: 'POST', path: `${one(id)}/test`, repeatable: false, signal }),
    },
    deliveries: {
      list: (endpoint, query = {}, { signal } = {}) =>
        transport.call({
          method: 'GET',
          path: `${endpoint === undefined ? '/v1/deliveries' : `${one(endpoint)}/deliveries`}${queryText(query)}`,
          signal,
        }),
      get: (id, { signal } = {}) => transport.call({ method: 'GET', path: delivery(id), signal }),
      resend: (id, { signal } = {}) =>
        transport.call({ method: 'POST', path: `${delivery(id)}/resend`, repeatable: true, signal }),
    },
    events: {
      list: ({ types, ...query } = {}, { signal } = {}) =>
        transport.call({
          method: 'GET',
          path: `/v1/events${queryText({ ...query, types: types?.join(',') })}`,
          signal,
        }),
    },
  };
}
