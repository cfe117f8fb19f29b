import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { alertPageSchema } from '../../contract/alert.ts';
import { budgetOwnerQuerySchema } from '../../contract/budget.ts';
import { describeAlert } from '../../domain/describe-alert.ts';
import { type Alert, listAlerts } from '../../store/deliveries.ts';
import type { Env, HttpDeps } from '../env.ts';
import { managedPurse } from '../managed-purse.ts';
import { json, keyNeeded, operatorNeeded, refusals } from './answers.ts';

/** What somebody was to be told of, and whether they have been. */
export function alertRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/alerts',
      summary: 'Alerts with their deliveries, newest first',
      operationId: 'listAlerts',
      tags: ['Budgets and alerts'],
      description:
        'What budgets and the balance had to tell, with every try to deliver it by e-mail or webhook. There is one even where nobody was to be told.',
      security: [...keyNeeded, ...operatorNeeded],
      request: {
        query: budgetOwnerQuerySchema.extend({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
        }),
      },
      responses: { 200: json(alertPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const query = c.req.valid('query');
      const { owner } = await managedPurse(c, deps.store, query);
      const alerts = await listAlerts(deps.store, { ...owner, before: query.cursor, limit: query.limit });
      const last = alerts.at(-1);
      const next_cursor = alerts.length === query.limit && last !== undefined ? String(last.id) : null;
      return c.json({ object: 'list' as const, data: alerts.map(present), next_cursor }, 200);
    },
  );
}

function present(alert: Alert) {
  return {
    id: alert.id,
    object: 'alert' as const,
    type: alert.type,
    summary: describeAlert(alert.type, alert.data, alert.generationId).title,
    data: alert.data,
    generation_id: alert.generationId,
    created_at: alert.createdAt.toISOString(),
    deliveries: alert.deliveries.map((delivery) => ({
      id: delivery.id,
      channel: delivery.channel,
      target: delivery.target,
      state: delivery.state,
      tries: delivery.tries,
      last_error: delivery.lastError,
      created_at: delivery.createdAt.toISOString(),
      ended_at: delivery.endedAt?.toISOString() ?? null,
    })),
  };
}
