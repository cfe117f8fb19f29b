import type { z } from '@hono/zod-openapi';
import type { Account, accountChangeSchema } from '../contract/account.ts';
import type { Balance, Purse } from '../domain/credits.ts';
import type * as store from '../store/accounts.ts';

export function presentAccount(account: store.Account, balances: Record<Purse, Balance>): Account {
  return {
    id: account.id,
    object: 'account',
    name: account.name,
    concurrency_limit: account.concurrencyLimit,
    time_zone: account.timeZone,
    alert_email: account.alertEmail,
    alert_webhook_url: account.alertWebhookUrl,
    balance_alert_credits: account.balanceAlertCredits,
    created_at: account.createdAt.toISOString(),
    credits: { object: 'credits', account_id: account.id, ...balances },
  };
}

/** What a body names, and nothing else: null is an answer, absence is not. */
export function changeOf(body: z.infer<typeof accountChangeSchema>): store.AccountChange {
  const change = {
    name: body.name,
    timeZone: body.time_zone,
    concurrencyLimit: body.concurrency_limit,
    alertEmail: body.alert_email,
    alertWebhookUrl: body.alert_webhook_url,
    balanceAlertCredits: body.balance_alert_credits,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
