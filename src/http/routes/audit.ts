import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type AuditEntry, auditPageSchema, auditQuerySchema } from '../../contract/audit.ts';
import { AppError } from '../../domain/errors.ts';
import { type AuditRow, listAudit } from '../../store/audit.ts';
import { accountOf, signedIn } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { readNumberCursor } from '../number-cursor.ts';
import { json, refusals } from './answers.ts';

/** Who changed money, limits, keys or accounts, and when. Nothing that is written here is ever changed. */
export function auditRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/audit',
      summary: 'The audit log, newest first: of your account, or of all with the operator key',
      operationId: 'listAuditEntries',
      tags: ['Reports'],
      description:
        'Who changed money, limits, keys and accounts, and when. Entries are written with what they tell and never changed.',
      security: [{ key: [] }, { operator: [] }],
      request: { query: auditQuerySchema },
      responses: { 200: json(auditPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const query = c.req.valid('query');
      const rows = await listAudit(deps.store, {
        filter: {
          accountId: seenBy(c, query.account_id),
          actor: query.actor,
          action: query.action,
          target: query.target,
          from: query.from === undefined ? undefined : new Date(query.from),
          to: query.to === undefined ? undefined : new Date(query.to),
        },
        before: query.cursor === undefined ? undefined : readNumberCursor(query.cursor),
        limit: query.limit + 1,
      });
      const data = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? data.at(-1) : undefined;
      return c.json(
        {
          object: 'list' as const,
          data: data.map(present),
          next_cursor: next === undefined ? null : String(next.id),
        },
        200,
      );
    },
  );
}

/** The operator sees every account, or the one asked for; an account sees itself, with a live key. */
function seenBy(c: Context<Env>, wanted: string | undefined): string | undefined {
  if (signedIn(c).is === 'operator') return wanted;
  const { accountId, purse } = accountOf(c);
  if (purse === 'test')
    throw new AppError('forbidden', 'A test key cannot read the audit log.', {
      hint: 'Use a live key of the account.',
    });
  if (wanted !== undefined && wanted !== accountId)
    throw new AppError('not_found', `There is no account ${wanted}.`);
  return accountId;
}

const present = (row: AuditRow): AuditEntry => ({
  id: row.id,
  object: 'audit_entry',
  account_id: row.accountId,
  actor: row.actor,
  action: row.action,
  target: row.target,
  details: row.details,
  created_at: row.createdAt.toISOString(),
});
