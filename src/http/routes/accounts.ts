import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { grantCredits } from '../../actions/grant-credits.ts';
import {
  type Account,
  accountChangeSchema,
  accountListSchema,
  accountSchema,
  grantRequestSchema,
  grantSchema,
  newAccountSchema,
} from '../../contract/account.ts';
import { AppError } from '../../domain/errors.ts';
import * as accounts from '../../store/accounts.ts';
import { writeAudit } from '../../store/audit.ts';
import { readBalances } from '../../store/ledger.ts';
import { requireOperator } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { json, jsonBody, operatorNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

const mostListed = 1_000;

/** What the operator does: accounts and their credits. */
export function accountRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const present = async (account: accounts.Account): Promise<Account> => ({
    id: account.id,
    object: 'account',
    name: account.name,
    concurrency_limit: account.concurrencyLimit,
    time_zone: account.timeZone,
    created_at: account.createdAt.toISOString(),
    credits: {
      object: 'credits',
      account_id: account.id,
      ...(await readBalances(deps.store, account.id)),
    },
  });

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/accounts',
      summary: 'Make an account, with its sign-up credits',
      security: operatorNeeded,
      request: { body: jsonBody(newAccountSchema) },
      responses: { 201: json(accountSchema, 'The account.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const body = c.req.valid('json');
      const account = await deps.store.transaction(async (db) => {
        const created = await accounts.createAccount(db, {
          name: body.name,
          concurrencyLimit: body.concurrency_limit ?? deps.newAccount.concurrencyLimit,
          timeZone: body.time_zone ?? 'UTC',
          credits: deps.newAccount.credits,
        });
        await writeAudit(db, {
          accountId: created.id,
          actor: 'operator',
          action: 'account.created',
          target: created.id,
          details: {
            name: created.name,
            concurrency_limit: created.concurrencyLimit,
            time_zone: created.timeZone,
            sign_up_credits: deps.newAccount.credits,
          },
        });
        return created;
      });
      return c.json(await present(account), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/accounts',
      summary: `All accounts, newest first, at most ${mostListed}`,
      security: operatorNeeded,
      responses: { 200: json(accountListSchema, 'The accounts.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const rows = await accounts.listAccounts(deps.store, mostListed);
      return c.json({ object: 'list' as const, data: await Promise.all(rows.map(present)) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/accounts/{id}',
      summary: 'Change how many videos an account may make at once',
      security: operatorNeeded,
      request: { params, body: jsonBody(accountChangeSchema) },
      responses: { 200: json(accountSchema, 'The account.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { id } = c.req.valid('param');
      const limit = c.req.valid('json').concurrency_limit;
      const account = await deps.store.transaction(async (db) => {
        const changed = await accounts.setConcurrencyLimit(db, id, limit);
        if (changed !== undefined)
          await writeAudit(db, {
            accountId: id,
            actor: 'operator',
            action: 'account.changed',
            target: id,
            details: { concurrency_limit: limit },
          });
        return changed;
      });
      if (account === undefined) throw noAccount(id);
      return c.json(await present(account), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/accounts/{id}/grants',
      summary: 'Give an account credits',
      security: operatorNeeded,
      request: { params, headers: idempotencyHeaders, body: jsonBody(grantRequestSchema) },
      responses: { 201: json(grantSchema, 'The grant.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { id } = c.req.valid('param');
      const { entry, replayed } = await grantCredits(deps.store, {
        accountId: id,
        ...c.req.valid('json'),
        idempotencyKey: idempotencyKeyOf(c),
      });
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.json(
        {
          object: 'grant' as const,
          id: String(entry.id),
          account_id: id,
          purse: entry.purse,
          credits: entry.available,
          reason: entry.reason,
          created_at: entry.createdAt.toISOString(),
        },
        201,
      );
    },
  );
}

function noAccount(id: string): AppError {
  return new AppError('not_found', `There is no account ${id}.`);
}
