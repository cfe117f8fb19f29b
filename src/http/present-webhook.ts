import type { Delivery, DeliveryDetail, Endpoint } from '../contract/webhook.ts';
import type { DeliveryTry } from '../store/delivery-tries.ts';
import type { WebhookDelivery } from '../store/read-deliveries.ts';
import type { Endpoint as EndpointRow } from '../store/webhook-endpoints.ts';

export function presentEndpoint(endpoint: EndpointRow): Endpoint {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    url: endpoint.url,
    description: endpoint.description,
    events: endpoint.eventTypes,
    enabled: endpoint.disabledAt === null,
    disabled_at: endpoint.disabledAt?.toISOString() ?? null,
    disabled_by: endpoint.disabledBy,
    failing_since: endpoint.failingSince?.toISOString() ?? null,
    created_at: endpoint.createdAt.toISOString(),
  };
}

export function presentDelivery(delivery: WebhookDelivery): Delivery {
  return {
    id: delivery.id,
    object: 'webhook_delivery',
    event_id: `evt_${delivery.eventId}`,
    type: delivery.type,
    generation_id: delivery.generationId,
    endpoint_id: delivery.endpointId,
    url: delivery.target,
    form: delivery.form,
    state: delivery.state,
    tries: delivery.tries,
    last_error: delivery.lastError,
    last_result: delivery.lastResult,
    last_status: delivery.lastStatus,
    next_try_at: delivery.nextTryAt?.toISOString() ?? null,
    created_at: delivery.createdAt.toISOString(),
    ended_at: delivery.endedAt?.toISOString() ?? null,
  };
}

export function presentTries(tries: readonly (DeliveryTry & { number: number })[]): DeliveryDetail['log'] {
  return tries.map((one) => ({
    number: one.number,
    started_at: one.startedAt.toISOString(),
    duration_ms: one.durationMs,
    result: one.result,
    message: one.message,
    request: { headers: one.requestHeaders, body: one.requestBody },
    response:
      one.status === null
        ? null
        : { status: one.status, headers: one.responseHeaders ?? {}, body: one.responseBody ?? '' },
  }));
}
