import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { buyCredits } from '../../actions/buy-credits.ts';
import {
  newTopupSchema,
  packListSchema,
  type Topup,
  topupPageSchema,
  topupQuerySchema,
  topupSchema,
} from '../../contract/payment.ts';
import { AppError } from '../../domain/errors.ts';
import { findPayment, listPayments, type PaymentRow } from '../../store/payments.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

/** Buying credits: what is sold, and the purchases of an account. */
export function topupRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/packs',
      summary: 'The packs of credits that are sold',
      operationId: 'listPacks',
      tags: ['Payments'],
      description: 'With their prices in US cents. Empty where this server takes no payments.',
      security: [{ key: [] }, { operator: [] }],
      responses: { 200: json(packListSchema, 'The packs.'), ...refusals },
    }),
    (c) =>
      c.json(
        {
          object: 'list' as const,
          data: deps.packs.map(({ name, priceUsdCents, credits }) => ({
            name,
            price_usd_cents: priceUsdCents,
            credits,
          })),
          payable: deps.payments !== undefined,
        },
        200,
      ),
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/topups',
      summary: 'Buy a pack of credits: the answer says where to pay',
      operationId: 'createTopup',
      tags: ['Payments'],
      description:
        'Pay at `url`; the credits come when the provider of payments has said so, never by what a browser brings back. Send an `Idempotency-Key`.',
      security: keyNeeded,
      request: { headers: idempotencyHeaders, body: jsonBody(newTopupSchema) },
      responses: { 201: json(topupSchema, 'The purchase, to be paid at its `url`.'), ...refusals },
    }),
    async (c) => {
      const { pack, success_url, cancel_url } = c.req.valid('json');
      const { payment, replayed } = await buyCredits(deps, {
        caller: accountOf(c),
        pack,
        successUrl: success_url ?? deps.links.absolute('/payments/done'),
        cancelUrl: cancel_url ?? deps.links.absolute('/payments/canceled'),
        idempotencyKey: idempotencyKeyOf(c),
      });
      if (replayed) c.header('Idempotent-Replayed', 'true');
      c.header('Location', deps.links.absolute(`/v1/topups/${payment.id}`));
      return c.json(present(payment), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/topups/{id}',
      summary: 'One purchase: whether it is paid',
      operationId: 'getTopup',
      tags: ['Payments'],
      description: '`paid` means that the credits are there.',
      security: keyNeeded,
      request: { params: z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) }) },
      responses: { 200: json(topupSchema, 'The purchase.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const payment = await findPayment(deps.store, accountOf(c).accountId, id);
      if (payment === undefined)
        throw new AppError('not_found', `There is no purchase ${id} in this account.`);
      return c.json(present(payment), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/topups',
      summary: 'Your purchases, newest first',
      operationId: 'listTopups',
      tags: ['Payments'],
      description: 'Page by page: send `next_cursor` as `cursor`.',
      security: keyNeeded,
      request: { query: topupQuerySchema },
      responses: { 200: json(topupPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { accountId } = accountOf(c);
      const { limit, cursor } = c.req.valid('query');
      const rows = await listPayments(deps.store, { accountId, before: cursor, limit: limit + 1 });
      const data = rows.slice(0, limit).map(present);
      const next = rows.length > limit ? (data.at(-1)?.id ?? null) : null;
      return c.json({ object: 'list' as const, data, next_cursor: next }, 200);
    },
  );
}

function present(row: PaymentRow): Topup {
  return {
    id: row.id,
    object: 'topup',
    status: row.status,
    pack: row.pack,
    credits: row.credits,
    price_usd_cents: row.usdCents,
    provider: row.provider,
    url: row.status === 'open' ? row.checkoutUrl : null,
    problem: row.problem,
    refund:
      row.refundedCents === 0
        ? null
        : {
            usd_cents: row.refundedCents,
            withdrawn_credits: row.withdrawnCredits,
            unrecovered_credits: row.unrecoveredCredits,
          },
    created_at: row.createdAt.toISOString(),
    paid_at: row.paidAt?.toISOString() ?? null,
    refunded_at: row.refundedAt?.toISOString() ?? null,
  };
}
