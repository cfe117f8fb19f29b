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
import { routesOf } from './route.ts';
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
  const route = routesOf(transport);
  const rotate = route<(id: string, body: object, options?: Options) => Promise<WebhookSecret>>(
    'POST /v1/webhooks/{}/secret/rotate body',
  );
  const all = route<(query?: object, options?: Options) => Promise<DeliveryPage>>('GET /v1/deliveries query');
  const ofOne = route<(id: string, query?: object, options?: Options) => Promise<DeliveryPage>>(
    'GET /v1/webhooks/{}/deliveries query',
  );
  const events = route<(query: object, options?: Options) => Promise<EventFeed>>('GET /v1/events query');
  return {
    webhooks: {
      create: route('POST /v1/webhooks body'),
      list: route('GET /v1/webhooks data'),
      change: route('PATCH /v1/webhooks/{} body'),
      remove: route('DELETE /v1/webhooks/{}'),
      rotate: (id = 'default', body, options) => rotate(id, body, options),
      secret: route('GET /v1/webhooks/default/secret'),
      test: route('POST /v1/webhooks/{}/test'),
    },
    deliveries: {
      list: (endpoint, query, options) =>
        endpoint === undefined ? all(query, options) : ofOne(endpoint, query, options),
      get: route('GET /v1/deliveries/{}'),
      resend: route('POST /v1/deliveries/{}/resend again'),
    },
    events: {
      list: ({ types, ...query } = {}, options) => events({ ...query, types: types?.join(',') }, options),
    },
  };
}
