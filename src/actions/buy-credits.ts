import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import { findPack, type Pack } from '../domain/packs.ts';
import type { PaymentPort } from '../payments/payment-port.ts';
import { writeAudit } from '../store/audit.ts';
import type { Store } from '../store/db.ts';
import { completeIdempotencyKey } from '../store/idempotency.ts';
import { newId } from '../store/new-id.ts';
import {
  findPayment,
  insertPayment,
  keepCheckout,
  type PaymentRow,
  setPaymentStatus,
} from '../store/payments.ts';
import type { Caller } from './caller.ts';
import { onceOnly } from './once-only.ts';

/**
 * Begins a purchase: written down first, then opened at the provider under its own id, so that a call that is repeated
 * after any fault finds the same checkout. Credits come only with the provider's notice that the money is there.
 */
export async function buyCredits(
  deps: { store: Store; payments: PaymentPort | undefined; packs: readonly Pack[] },
  options: {
    caller: Caller;
    pack: string;
    successUrl: string;
    cancelUrl: string;
    idempotencyKey: string | undefined;
  },
): Promise<{ payment: PaymentRow; replayed: boolean }> {
  const { store } = deps;
  const { caller, successUrl, cancelUrl, idempotencyKey } = options;
  const payments = openPayments(deps.payments);
  if (caller.purse === 'test')
    throw new AppError('forbidden', 'A test key cannot buy credits: test credits are free.', {
      hint: 'Use a live key of the account.',
    });
  const pack = packOf(deps.packs, options.pack);
  const order = { pack: pack.name, successUrl, cancelUrl };
  const { result, replayed } = await onceOnly(store, {
    scope: `${caller.accountId}:topups`,
    key: idempotencyKey,
    requestHash: () => createHash('sha256').update(JSON.stringify(order)).digest('hex'),
    run: (ticket) =>
      store.transaction(async (db) => {
        const row = await insertPayment(db, {
          id: newId('pay'),
          ...caller,
          provider: payments.name,
          pack,
          successUrl,
          cancelUrl,
        });
        if (ticket !== undefined && !(await completeIdempotencyKey(db, ticket, row.id)))
          throw new AppError('idempotency_in_progress', 'Another call with this key has taken over.', {
            retryable: true,
          });
        await writeAudit(db, {
          accountId: caller.accountId,
          actor: caller.keyId,
          action: 'payment.begun',
          target: row.id,
          details: { pack: pack.name, usd_cents: pack.priceUsdCents, credits: pack.credits },
        });
        return row;
      }),
    replay: (id) => findPayment(store, caller.accountId, id),
  });
  return { payment: await openIfNeeded(store, payments, result), replayed };
}

async function openIfNeeded(store: Store, payments: PaymentPort, payment: PaymentRow): Promise<PaymentRow> {
  if (payment.status !== 'open' || payment.checkoutUrl !== null) return payment;
  const checkout = await payments.openCheckout({
    paymentId: payment.id,
    title: `${payment.pack}: ${payment.credits.toLocaleString('en')} Kinora credits`,
    amountUsdCents: payment.usdCents,
    successUrl: payment.successUrl,
    cancelUrl: payment.cancelUrl,
  });
  switch (checkout.status) {
    case 'open':
      return keepCheckout(store, payment.id, checkout);
    case 'refused':
      await setPaymentStatus(store, payment.id, { status: 'failed', problem: checkout.message });
      throw new AppError(
        'unavailable',
        `The payment provider refused to begin it: ${checkout.message.replace(/\.$/, '')}.`,
        {
          hint: 'Nothing was paid. The operator sees the same in the provider’s dashboard.',
        },
      );
    case 'unavailable':
      throw new AppError(
        'unavailable',
        `The payment provider cannot be used just now: ${checkout.message}.`,
        {
          hint: 'Nothing was paid. Try again shortly, with the same Idempotency-Key if you sent one.',
          retryable: true,
          retryAfterSeconds: 5,
        },
      );
  }
}

/** What takes money here, or the remedy where nothing does. */
export function openPayments(payments: PaymentPort | undefined): PaymentPort {
  if (payments !== undefined) return payments;
  throw new AppError('unavailable', 'This Kinora takes no payments: no payment provider is set up.', {
    hint: 'The operator sets STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, as docs/payments.md shows, or grants credits with POST /v1/accounts/{id}/grants.',
  });
}

function packOf(packs: readonly Pack[], name: string): Pack {
  const pack = findPack(packs, name);
  if (pack !== undefined) return pack;
  const message = `There is no pack "${name}": ${packs.map((known) => known.name).join(', ')} can be bought.`;
  throw new AppError('invalid_request', message, {
    hint: 'GET /v1/packs lists what each costs.',
    faults: [{ pointer: '/pack', code: 'invalid_request', message }],
  });
}
