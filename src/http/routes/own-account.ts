import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { changeAccount } from '../../actions/change-account.ts';
import { accountSchema, ownAccountChangeSchema } from '../../contract/account.ts';
import { AppError } from '../../domain/errors.ts';
import { findAccount } from '../../store/accounts.ts';
import { readBalances } from '../../store/ledger.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { changeOf, presentAccount } from '../present-account.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

/** What an owner sees and sets of its own account. */
export function ownAccountRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/account',
      summary: 'Your account: limits, time zone, where alerts go, credits',
      operationId: 'getOwnAccount',
      tags: ['Account and keys'],
      description: 'The account that the key belongs to.',
      security: keyNeeded,
      responses: { 200: json(accountSchema, 'The account of this key.'), ...refusals },
    }),
    async (c) => {
      const { accountId } = accountOf(c);
      const account = await findAccount(deps.store, accountId);
      if (account === undefined) throw new Error(`the account ${accountId} of a key is missing`);
      return c.json(presentAccount(account, await readBalances(deps.store, accountId)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/account',
      summary: 'Change your time zone and where alerts go',
      operationId: 'changeOwnAccount',
      tags: ['Account and keys'],
      description:
        'Only what you send changes. Days of budgets and reports begin at midnight in `time_zone`.',
      security: keyNeeded,
      request: { body: jsonBody(ownAccountChangeSchema) },
      responses: { 200: json(accountSchema, 'The account as it now is.'), ...refusals },
    }),
    async (c) => {
      const { accountId, keyId, purse } = accountOf(c);
      if (purse === 'test')
        throw new AppError('forbidden', 'A test key cannot change the account.', {
          hint: 'Use a live key of the account.',
        });
      const change = changeOf(c.req.valid('json'));
      const account = await changeAccount(deps, { id: accountId, actor: keyId, change });
      return c.json(presentAccount(account, await readBalances(deps.store, accountId)), 200);
    },
  );
}
