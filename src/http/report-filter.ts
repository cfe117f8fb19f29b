import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { usageQuerySchema } from '../contract/usage.ts';
import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import type { Db } from '../store/db.ts';
import { resolveWindow } from '../store/time-window.ts';
import type { UsageFilter } from '../store/usage-filter.ts';
import { accountOf, signedIn } from './auth.ts';
import type { Env } from './env.ts';

type Query = Omit<z.infer<typeof usageQuerySchema>, 'group_by'>;

/** What a report is about: an account sees itself in the purse of its key, the operator everybody or whom it names. */
export async function reportFilter(
  c: Context<Env>,
  db: Db,
  query: Query,
): Promise<{ filter: UsageFilter; timeZone: string }> {
  const { accountId, purse } = seenBy(c, query);
  const window = await resolveWindow(db, { accountId, from: query.from, to: query.to });
  if (window === undefined) throw new AppError('not_found', `There is no account ${accountId}.`);
  if (window.from >= window.to) {
    const message = `from (${window.from.toISOString()}) must be before to (${window.to.toISOString()}).`;
    throw new AppError('invalid_request', message, {
      faults: [{ pointer: '/from', code: 'invalid_request', message }],
    });
  }
  return {
    timeZone: window.timeZone,
    filter: {
      accountId,
      purse,
      from: window.from,
      to: window.to,
      engine: query.engine,
      outcome: query.outcome,
      workflow: query.workflow,
      batchId: query.batch_id,
      tag: query.tag,
      endUserId: query.end_user_id,
      keyId: query.key_id,
    },
  };
}

function seenBy(c: Context<Env>, query: Query): { accountId: string | undefined; purse: Purse } {
  if (signedIn(c).is === 'operator') return { accountId: query.account_id, purse: query.purse ?? 'live' };
  const { accountId, purse } = accountOf(c);
  if (query.account_id !== undefined && query.account_id !== accountId)
    throw new AppError('not_found', `There is no account ${query.account_id}.`);
  if (query.purse !== undefined && query.purse !== purse)
    throw new AppError('forbidden', `A ${purse} key sees ${purse} generations only.`, {
      hint: `Use a ${query.purse} key of the account.`,
    });
  return { accountId, purse };
}
