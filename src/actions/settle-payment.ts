import type { JsonObject } from '../domain/json.ts';
import type { PaymentNotice } from '../payments/payment-port.ts';
import { writeAudit } from '../store/audit.ts';
import type { Db, Store } from '../store/db.ts';
import { insertAccountEvent } from '../store/events.ts';
import { grantCredits } from '../store/ledger.ts';
import {
  lockPayment,
  noteRefund,
  type PaymentRow,
  setPaymentStatus,
  withdrawPurchase,
} from '../store/payments.ts';

/** What became of a notice. `repeated`: it said nothing new. `unknown`: it is about no payment of ours. */
export type Settled = 'granted' | 'refused' | 'ended' | 'refunded' | 'repeated' | 'unknown' | 'ignored';

/**
 * Does what a genuine notice of a payment provider asks for, once, however often and in whatever order notices come:
 * each is judged by what is known of the payment, which is locked, and all it does is one transaction.
 */
export async function settlePayment(store: Store, provider: string, notice: PaymentNotice): Promise<Settled> {
  if (notice.kind === 'other') return 'ignored';
  return store.transaction(async (db) => {
    const meant = {
      paymentId: notice.paymentId,
      providerPaymentId: 'providerPaymentId' in notice ? notice.providerPaymentId : undefined,
    };
    const payment = await lockPayment(db, provider, meant);
    if (payment === undefined) return 'unknown';
    switch (notice.kind) {
      case 'paid':
        return pay(db, payment, notice);
      case 'expired':
      case 'failed':
        return end(db, payment, notice);
      case 'refunded':
        return refund(db, payment, notice);
    }
  });
}

async function pay(
  db: Db,
  payment: PaymentRow,
  notice: Extract<PaymentNotice, { kind: 'paid' }>,
): Promise<Settled> {
  if (!canStillBePaid(payment)) return 'repeated';
  const { providerId, providerPaymentId } = notice;
  const problem = mismatch(payment, notice);
  if (problem !== undefined) {
    await setPaymentStatus(db, payment.id, { status: 'refused', problem, providerPaymentId });
    await tell(db, payment, 'payment.refused', { problem });
    return 'refused';
  }
  const paid = await setPaymentStatus(db, payment.id, { status: 'paid', providerId, providerPaymentId });
  const entry = await grantCredits(db, {
    accountId: payment.accountId,
    purse: 'live',
    credits: payment.credits,
    source: 'pack',
    reason: `pack ${payment.pack}`,
    pack: payment.pack,
    paymentId: payment.id,
  });
  if (entry === undefined) throw new Error(`the account of ${payment.id} has no live balance`);
  await tell(db, payment, 'payment.paid', {
    pack: payment.pack,
    credits: payment.credits,
    usd_cents: payment.usdCents,
  });
  // The money may have gone back before the word of its coming arrived.
  await withdraw(db, paid);
  return 'granted';
}

async function end(
  db: Db,
  payment: PaymentRow,
  notice: Extract<PaymentNotice, { kind: 'expired' | 'failed' }>,
): Promise<Settled> {
  if (payment.status !== 'open') return 'repeated';
  if (payment.providerId !== null && payment.providerId !== notice.providerId) return 'unknown';
  const problem =
    notice.kind === 'failed' ? 'The payment did not go through.' : 'The checkout ran out before it was paid.';
  await setPaymentStatus(db, payment.id, { status: notice.kind, problem, providerId: notice.providerId });
  await writeAudit(db, {
    accountId: payment.accountId,
    actor: 'system',
    action: `payment.${notice.kind}`,
    target: payment.id,
  });
  return 'ended';
}

async function refund(
  db: Db,
  payment: PaymentRow,
  notice: Extract<PaymentNotice, { kind: 'refunded' }>,
): Promise<Settled> {
  if (notice.amount <= payment.refundedCents) return 'repeated';
  const { amount: cents, providerPaymentId } = notice;
  await withdraw(db, await noteRefund(db, payment.id, { cents, providerPaymentId }));
  return 'refunded';
}

/** Takes from the grant its share of what went back of the money, as far as it has not been taken or given up yet. */
async function withdraw(db: Db, payment: PaymentRow): Promise<void> {
  if (payment.status !== 'paid') return;
  const { refundedCents, usdCents, withdrawnCredits, unrecoveredCredits } = payment;
  const whole = refundedCents >= usdCents;
  const due = whole ? payment.credits : Math.floor((payment.credits * refundedCents) / usdCents);
  const credits = due - withdrawnCredits - unrecoveredCredits;
  if (credits <= 0) return;
  const after = await withdrawPurchase(db, payment, { credits, close: whole });
  await tell(db, payment, 'payment.refunded', {
    refunded_cents: refundedCents,
    withdrawn_credits: after.withdrawnCredits - withdrawnCredits,
    unrecovered_credits: after.unrecoveredCredits - unrecoveredCredits,
  });
}

/** Money that comes after all is taken as such: the buyer has paid it. */
function canStillBePaid({ status }: PaymentRow): boolean {
  return status === 'open' || status === 'expired' || status === 'failed';
}

function mismatch(
  payment: PaymentRow,
  { providerId, amount, currency }: Extract<PaymentNotice, { kind: 'paid' }>,
): string | undefined {
  if (payment.providerId !== null && payment.providerId !== providerId)
    return `It was paid through ${providerId}, not through its own checkout ${payment.providerId}.`;
  if (currency !== 'usd' || amount !== payment.usdCents)
    return `${amount} ${currency} came, in its smallest unit, instead of ${payment.usdCents} usd.`;
  return undefined;
}

async function tell(
  db: Db,
  payment: PaymentRow,
  type: 'payment.paid' | 'payment.refused' | 'payment.refunded',
  details: JsonObject,
): Promise<void> {
  const { id, accountId } = payment;
  await writeAudit(db, { accountId, actor: 'system', action: type, target: id, details });
  await insertAccountEvent(db, { accountId, type, data: { payment_id: id, ...details } });
}
