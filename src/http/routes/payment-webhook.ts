import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { openPayments } from '../../actions/buy-credits.ts';
import { settlePayment } from '../../actions/settle-payment.ts';
import { webhookAnswerSchema } from '../../contract/payment.ts';
import { AppError } from '../../domain/errors.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, refusals } from './answers.ts';

const path = '/v1/payments/stripe/webhook';

const maxBytes = 1_000_000;

/** What is not for programs with a key: the word of the payment provider, and where buyers come back to. */
export function paymentWebhookRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.use(
    path,
    bodyLimit({
      maxSize: maxBytes,
      onError: () => {
        throw new AppError('body_too_large', `A webhook of a payment has at most ${maxBytes} bytes.`);
      },
    }),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path,
      summary: 'Where Stripe tells of payments; signed by it, and by nobody else',
      operationId: 'receiveStripeWebhook',
      tags: ['Payments'],
      description:
        'Not for you: Stripe calls it. Only what carries a valid signature, no older than five minutes, is believed.',
      responses: { 200: json(webhookAnswerSchema, 'Heard; Stripe need not send it again.'), ...refusals },
    }),
    async (c) => {
      const payments = openPayments(deps.payments);
      const read = await payments.readWebhook(await c.req.text(), c.req.header('stripe-signature'));
      if (read.status === 'forged')
        throw new AppError('invalid_request', `This webhook is not taken: ${read.message}.`, {
          hint: 'Is STRIPE_WEBHOOK_SECRET the signing secret of this endpoint, and the clock of the server right?',
        });
      const result = await settlePayment(deps.store, payments.name, read.notice);
      return c.json({ received: true as const, result }, 200);
    },
  );

  for (const [ending, sentence] of [
    ['done', 'Thank you. The credits arrive as soon as the payment is confirmed. You can close this page.'],
    ['canceled', 'Nothing was paid. You can close this page.'],
  ] as const)
    app.get(`/payments/${ending}`, (c) => c.text(sentence));
}
