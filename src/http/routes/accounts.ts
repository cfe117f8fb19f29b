import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { changeAccount } from '../../actions/change-account.ts';
import { grantCredits } from '../../actions/grant-credits.ts';
import {
  accountChangeSchema,
  accountListSchema,
  accountSchema,
  grantRequestSchema,
  grantSchema,
  newAccountSchema,
} from '../../contract/account.ts';
import * as accounts from '../../store/accounts.ts';
import { writeAudit } from '../../store/audit.ts';
import { readBalances } from '../../store/ledger.ts';
import { requireOperator } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { changeOf, presentAccount } from '../present-account.ts';
import { json, jsonBody, operatorNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

const mostListed = 1_000;

/** What the operator does: accounts and their credits. */
export function accountRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const present = async (account: accounts.Account) =>
    presentAccount(account, await readBalances(deps.store, account.id));

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/accounts',
      summary: 'Make an account, with its sign-up credits',
      operationId: 'createAccount',
      tags: ['Operator'],
      description:
        'The account begins with the sign-up credits of this server, live and test. Make a key for it with `POST /v1/keys`.',
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
      operationId: 'listAccounts',
      tags: ['Operator'],
      description: 'With balances and limits.',
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
      summary: 'Change an account: its limit, its time zone, where alerts go',
      operationId: 'changeAccount',
      tags: ['Operator'],
      description:
        'Only what you send changes. `concurrency_limit` is how many videos of the account are made at once.',
      security: operatorNeeded,
      request: { params, body: jsonBody(accountChangeSchema) },
      responses: { 200: json(accountSchema, 'The account.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { id } = c.req.valid('param');
      const account = await changeAccount(deps, {
        id,
        actor: 'operator',
        change: changeOf(c.req.valid('json')),
      });
      return c.json(await present(account), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/accounts/{id}/grants',
      summary: 'Give an account credits',
      operationId: 'grantCredits',
      tags: ['Operator'],
      description:
        'A grant has a reason, a priority and perhaps an expiry. Send an `Idempotency-Key`: a repeated call then grants once.',
      security: operatorNeeded,
      request: { params, headers: idempotencyHeaders, body: jsonBody(grantRequestSchema) },
      responses: { 201: json(grantSchema, 'The grant.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { id } = c.req.valid('param');
      const { expires_at: expiresAt, priority, ...given } = c.req.valid('json');
      const { entry, replayed } = await grantCredits(deps.store, {
        accountId: id,
        ...given,
        priority,
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
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
