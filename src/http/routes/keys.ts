import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createdKeySchema, keyListSchema, keySchema, newKeySchema } from '../../contract/account.ts';
import { AppError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { findAccount } from '../../store/accounts.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Db } from '../../store/db.ts';
import { createKey, type Key, listKeys, revokeKey } from '../../store/keys.ts';
import { accountOf, actorOf, signedIn } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

/** An account manages its own keys with a live one; the operator makes anybody's. */
export function keyRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/keys',
      summary: 'Make an API key; its secret is shown this once',
      operationId: 'createKey',
      tags: ['Account and keys'],
      description:
        'With a live key for your own account, or with the operator key for any. A `test` key spends test credits and runs on engines that cost nothing.',
      security: [{ key: [] }, { operator: [] }],
      request: { body: jsonBody(newKeySchema) },
      responses: { 201: json(createdKeySchema, 'The key and its secret.'), ...refusals },
    }),
    async (c) => {
      const { account_id: wanted, mode, name } = c.req.valid('json');
      const accountId = await ownerOf(c, deps, wanted);
      const { key, secret } = await deps.store.transaction(async (db) => {
        const created = await createKey(db, { accountId, mode, name });
        const details = { mode, name, hint: created.key.hint };
        await auditKey(db, c, created.key, 'key.created', details);
        return created;
      });
      return c.json({ ...present(key), key: secret }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/keys',
      summary: 'Your keys, without their secrets',
      operationId: 'listKeys',
      tags: ['Account and keys'],
      description: 'Revoked ones too.',
      security: keyNeeded,
      responses: { 200: json(keyListSchema, 'The keys.'), ...refusals },
    }),
    async (c) => {
      const keys = await listKeys(deps.store, accountOf(c).accountId);
      return c.json({ object: 'list' as const, data: keys.map(present) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/keys/{id}',
      summary: 'Revoke a key, at once and for good',
      operationId: 'revokeKey',
      tags: ['Account and keys'],
      description: 'Calls with it are refused from now on. What was asked for with it goes on.',
      security: keyNeeded,
      request: { params: z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) }) },
      responses: { 200: json(keySchema, 'The revoked key.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const accountId = managing(c);
      const key = await deps.store.transaction(async (db) => {
        const revoked = await revokeKey(db, accountId, id);
        if (revoked?.revokedNow) await auditKey(db, c, revoked, 'key.revoked', { name: revoked.name });
        return revoked;
      });
      if (key === undefined) throw new AppError('not_found', `There is no key ${id} in this account.`);
      return c.json(present(key), 200);
    },
  );
}

async function ownerOf(c: Context<Env>, deps: HttpDeps, wanted: string | undefined): Promise<string> {
  if (signedIn(c).is !== 'operator') {
    const accountId = managing(c);
    if (wanted !== undefined && wanted !== accountId) throw noAccount(wanted);
    return accountId;
  }
  if (wanted === undefined)
    throw new AppError('invalid_request', 'With the operator key, account_id must say whose key it is.', {
      faults: [{ pointer: '/account_id', code: 'invalid_request', message: 'account_id is missing.' }],
    });
  if ((await findAccount(deps.store, wanted)) === undefined) throw noAccount(wanted);
  return wanted;
}

async function auditKey(
  db: Db,
  c: Context<Env>,
  key: Key,
  action: string,
  details: JsonObject,
): Promise<void> {
  await writeAudit(db, { accountId: key.accountId, actor: actorOf(c), action, target: key.id, details });
}

/** A test key that could make live ones would be a live key. */
function managing(c: Context<Env>): string {
  const { accountId, purse } = accountOf(c);
  if (purse === 'test')
    throw new AppError('forbidden', 'A test key cannot manage keys.', {
      hint: 'Use a live key of the account.',
    });
  return accountId;
}

const noAccount = (id: string) => new AppError('not_found', `There is no account ${id}.`);

function present(key: Key) {
  return {
    id: key.id,
    object: 'key' as const,
    account_id: key.accountId,
    mode: key.mode,
    name: key.name,
    hint: key.hint,
    created_at: key.createdAt.toISOString(),
    revoked_at: key.revokedAt?.toISOString() ?? null,
  };
}
