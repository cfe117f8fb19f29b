import type { Pack } from '../domain/packs.ts';
import type { Db } from './db.ts';

export const paymentStatuses = ['open', 'paid', 'expired', 'failed', 'refused', 'refunded'] as const;

export type PaymentStatus = (typeof paymentStatuses)[number];

/** A purchase of credits. */
export interface PaymentRow {
  id: string;
  accountId: string;
  provider: string;
  /** What the provider calls the checkout. */
  providerId: string | null;
  /** What the provider calls the money. */
  providerPaymentId: string | null;
  pack: string;
  credits: number;
  usdCents: number;
  status: PaymentStatus;
  successUrl: string;
  cancelUrl: string;
  checkoutUrl: string | null;
  problem: string | null;
  refundedCents: number;
  withdrawnCredits: number;
  unrecoveredCredits: number;
  createdAt: Date;
  paidAt: Date | null;
  refundedAt: Date | null;
}

const columns = `id, account_id as "accountId", provider, provider_id as "providerId",
  provider_payment_id as "providerPaymentId", pack, credits, usd_cents as "usdCents", status,
  success_url as "successUrl", cancel_url as "cancelUrl", checkout_url as "checkoutUrl", problem,
  refunded_cents as "refundedCents", withdrawn_credits as "withdrawnCredits",
  unrecovered_credits as "unrecoveredCredits", created_at as "createdAt", paid_at as "paidAt",
  refunded_at as "refundedAt"`;

/** Writes down a purchase before anybody is asked for money. */
export async function insertPayment(
  db: Db,
  payment: {
    id: string;
    accountId: string;
    keyId: string;
    provider: string;
    pack: Pack;
    successUrl: string;
    cancelUrl: string;
  },
): Promise<PaymentRow> {
  const { pack } = payment;
  const [row] = await db.query<PaymentRow>(
    `insert into payments (id, account_id, key_id, provider, pack, credits, usd_cents, status, success_url, cancel_url)
    values ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9) returning ${columns}`,
    [
      payment.id,
      payment.accountId,
      payment.keyId,
      payment.provider,
      pack.name,
      pack.credits,
      pack.priceUsdCents,
      payment.successUrl,
      payment.cancelUrl,
    ],
  );
  if (row === undefined) throw new Error('the payment was not stored');
  return row;
}

/** Keeps where the buyer pays. A notice may have come first: then only that is added. */
export async function keepCheckout(
  db: Db,
  id: string,
  checkout: { providerId: string; url: string },
): Promise<PaymentRow> {
  return changed(
    await db.query<PaymentRow>(
      `update payments set provider_id = coalesce(provider_id, $2), checkout_url = $3 where id = $1 returning ${columns}`,
      [id, checkout.providerId, checkout.url],
    ),
  );
}

/** Undefined unless it is this account's. */
export async function findPayment(db: Db, accountId: string, id: string): Promise<PaymentRow | undefined> {
  const [row] = await db.query<PaymentRow>(
    `select ${columns} from payments where id = $1 and account_id = $2`,
    [id, accountId],
  );
  return row;
}

/** Newest first, those older than the payment `before`, which must be the account's. */
export async function listPayments(
  db: Db,
  options: { accountId: string; before: string | undefined; limit: number },
): Promise<PaymentRow[]> {
  return db.query<PaymentRow>(
    `select ${columns} from payments
    where account_id = $1 and ($2::text is null
      or (created_at, id) < (select b.created_at, b.id from payments b where b.id = $2 and b.account_id = $1))
    order by created_at desc, id desc limit $3`,
    [options.accountId, options.before ?? null, options.limit],
  );
}

/** The payment that a provider means, locked to the end of the transaction: its notices come one by one. */
export async function lockPayment(
  db: Db,
  provider: string,
  meant: { paymentId: string | undefined; providerPaymentId: string | undefined },
): Promise<PaymentRow | undefined> {
  const [row] = await db.query<PaymentRow>(
    `select ${columns} from payments
    where provider = $1 and case when $2::text is null then provider_payment_id = $3 else id = $2 end
    for update`,
    [provider, meant.paymentId ?? null, meant.providerPaymentId ?? null],
  );
  return row;
}

/** Ends an open payment, or moves one that had ended without money. */
export async function setPaymentStatus(
  db: Db,
  id: string,
  change: {
    status: PaymentStatus;
    problem?: string;
    providerId?: string;
    providerPaymentId?: string | undefined;
  },
): Promise<PaymentRow> {
  return changed(
    await db.query<PaymentRow>(
      `update payments set status = $2, problem = $3, provider_id = coalesce(provider_id, $4),
        provider_payment_id = coalesce(provider_payment_id, $5),
        paid_at = case when $2 in ('paid', 'refunded') then coalesce(paid_at, now()) end
      where id = $1 returning ${columns}`,
      [
        id,
        change.status,
        change.problem ?? null,
        change.providerId ?? null,
        change.providerPaymentId ?? null,
      ],
    ),
  );
}

/** Notes how much of the money went back in all; never less than was known. */
export async function noteRefund(
  db: Db,
  id: string,
  refund: { cents: number; providerPaymentId: string | undefined },
): Promise<PaymentRow> {
  return changed(
    await db.query<PaymentRow>(
      `update payments set refunded_cents = greatest(refunded_cents, $2), refunded_at = coalesce(refunded_at, now()),
        provider_payment_id = coalesce(provider_payment_id, $3)
      where id = $1 returning ${columns}`,
      [id, refund.cents, refund.providerPaymentId ?? null],
    ),
  );
}

/**
 * Takes up to `credits` of what is left of the grant of a payment, for money that went back; how many those were. With
 * `close` the grant is over: what its holds give back expires.
 */
export async function withdrawPurchase(
  db: Db,
  payment: PaymentRow,
  order: { credits: number; close: boolean },
): Promise<PaymentRow> {
  return changed(
    await db.query<PaymentRow>(
      `with taken as materialized (
        select withdraw_grant(g.id, $2, $3, $4) as amount from grants g where g.payment_id = $1
      )
      update payments set withdrawn_credits = withdrawn_credits + amount,
        unrecovered_credits = unrecovered_credits + $2 - amount,
        status = case when $4 then 'refunded' else status end
      from taken where id = $1 returning ${columns}`,
      [payment.id, order.credits, `refund of ${payment.id}`, order.close],
    ),
  );
}

function changed(rows: PaymentRow[]): PaymentRow {
  const [row] = rows;
  if (row === undefined) throw new Error('the payment is gone');
  return row;
}
