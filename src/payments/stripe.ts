import Stripe from 'stripe';
import type { Checkout, CheckoutOrder, PaymentNotice, PaymentPort } from './payment-port.ts';

/** How old a signed webhook may be: what is older may be a replay. */
const toleranceSeconds = 300;

const paymentKey = 'kinora_payment_id';

/**
 * Stripe Checkout: the buyer pays on Stripe's page, and Stripe tells of it by a signed webhook. Nothing that the buyer's
 * browser brings back is believed.
 */
export function createStripePayments(options: {
  secretKey: string;
  webhookSecret: string;
  /** Where the API is, if not at Stripe. */
  api?: { protocol: 'http' | 'https'; host: string; port: number };
  /** Milliseconds since 1970. */
  now: () => number;
}): PaymentPort {
  const { secretKey, webhookSecret, now } = options;
  const stripe = new Stripe(secretKey, {
    ...options.api,
    maxNetworkRetries: 2,
    timeout: 20_000,
    telemetry: false,
    appInfo: { name: 'Kinora' },
  });
  const livemode = /^(sk|rk)_live_/.test(secretKey);
  return {
    name: 'stripe',
    async openCheckout(order) {
      try {
        // The key makes any number of tries one checkout.
        return opened(
          await stripe.checkout.sessions.create(sessionOf(order), { idempotencyKey: order.paymentId }),
        );
      } catch (error) {
        return faultOf(error);
      }
    },
    async readWebhook(body, signature) {
      if (signature === undefined) return { status: 'forged', message: 'Stripe-Signature is missing' };
      let event: Stripe.Event;
      try {
        event = await stripe.webhooks.constructEventAsync(
          body,
          signature,
          webhookSecret,
          toleranceSeconds,
          undefined,
          now(),
        );
      } catch (error) {
        return { status: 'forged', message: firstSentence(error) };
      }
      // Play money buys nothing where real money is taken, nor the other way round.
      if (event.livemode !== livemode) return { status: 'genuine', notice: other(event) };
      return { status: 'genuine', notice: noticeOf(event) };
    },
  };
}

function sessionOf(order: CheckoutOrder): Stripe.Checkout.SessionCreateParams {
  const metadata = { [paymentKey]: order.paymentId };
  return {
    mode: 'payment',
    client_reference_id: order.paymentId,
    metadata,
    payment_intent_data: { metadata },
    // Paid in what was asked for: another currency would be refused when the notice comes.
    adaptive_pricing: { enabled: false },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: order.amountUsdCents,
          product_data: { name: order.title },
        },
      },
    ],
    success_url: order.successUrl,
    cancel_url: order.cancelUrl,
  };
}

function opened({ id, url }: Stripe.Checkout.Session): Checkout {
  return url === null
    ? { status: 'unavailable', message: `the checkout ${id} has no page` }
    : { status: 'open', providerId: id, url };
}

/** A request that Stripe has read and will not have is refused; everything else may go better later. */
function faultOf(error: unknown): Checkout {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  const refused =
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeCardError;
  const isKeyFault =
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError;
  // What Stripe says of a key repeats a part of it.
  const message = isKeyFault ? 'Stripe does not accept STRIPE_SECRET_KEY' : error.message;
  return { status: refused ? 'refused' : 'unavailable', message };
}

function noticeOf(event: Stripe.Event): PaymentNotice {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const session = event.data.object;
      const paymentId = session.metadata?.[paymentKey];
      // A completed one may still wait for its money, as with a bank transfer: then a second event follows.
      if (paymentId === undefined || session.payment_status !== 'paid') return other(event);
      return {
        kind: 'paid',
        paymentId,
        providerId: session.id,
        providerPaymentId: idOf(session.payment_intent),
        amount: session.amount_total ?? 0,
        currency: session.currency ?? '',
      };
    }
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_failed': {
      const { id, metadata } = event.data.object;
      const paymentId = metadata?.[paymentKey];
      if (paymentId === undefined) return other(event);
      const kind = event.type === 'checkout.session.expired' ? 'expired' : 'failed';
      return { kind, paymentId, providerId: id };
    }
    case 'charge.refunded': {
      const charge = event.data.object;
      return {
        kind: 'refunded',
        paymentId: charge.metadata[paymentKey],
        providerPaymentId: idOf(charge.payment_intent),
        amount: charge.amount_refunded,
        currency: charge.currency,
      };
    }
    default:
      return other(event);
  }
}

const other = ({ type }: Stripe.Event): PaymentNotice => ({ kind: 'other', type });

const idOf = (thing: string | { id: string } | null | undefined) =>
  typeof thing === 'string' ? thing : thing?.id;

/** The rest of it is advice to whoever wrote the server. */
const firstSentence = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split(/[.\n]/)[0] ?? '';
