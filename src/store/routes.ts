import type { EndpointName } from '../domain/request.ts';
import { writeAudit } from './audit.ts';
import type { Db, Store } from './db.ts';
import type { EngineRow } from './engines.ts';
import { newId } from './new-id.ts';

/** Whose requests a route leads: everybody's, an account's, of one of its workflows, or of one of its keys. */
export const routeScopes = ['everybody', 'account', 'workflow', 'key'] as const;

export type RouteScope = (typeof routeScopes)[number];

export interface RouteRow {
  id: string;
  /** Null for everybody's. */
  accountId: string | null;
  endpoint: EndpointName;
  scope: RouteScope;
  scopeValue: string | null;
  /** In the order in which they are asked. */
  engines: string[];
  createdAt: Date;
  changedAt: Date;
}

const columns = `id, account_id as "accountId", endpoint, scope, scope_value as "scopeValue", engines,
  created_at as "createdAt", changed_at as "changedAt"`;

/** An engine of a route, as it stands. */
export type RouteEngine = Pick<EngineRow, 'name' | 'slots' | 'running' | 'notBeforeReason'> & {
  paused: boolean;
  resting: boolean;
};

/**
 * The engines that a request is led to, in order: by the narrowest route, of its key, of its workflow, of its account, of
 * everybody. Undefined where there is no route. One query: every submit asks.
 */
export async function findRoute(
  db: Db,
  asked: { accountId: string; keyId: string; workflow: string | undefined; endpoint: EndpointName },
): Promise<{ id: string; engines: string[]; states: RouteEngine[] } | undefined> {
  const [row] = await db.query<{ id: string; engines: string[]; states: RouteEngine[] }>(
    `select r.id, r.engines, coalesce((
      select jsonb_agg(jsonb_build_object('name', e.name, 'slots', e.slots, 'running', e.running,
        'paused', e.paused_at is not null, 'resting', coalesce(e.not_before > now(), false),
        'notBeforeReason', e.not_before_reason))
      from engines e where e.name = any(r.engines)), '[]') as states
    from routes r
    where r.endpoint = $1 and (r.account_id = $2 or r.account_id is null)
      and (r.scope in ('everybody', 'account') or (r.scope = 'workflow' and r.scope_value = $3)
        or (r.scope = 'key' and r.scope_value = $4))
    order by array_position(array['key', 'workflow', 'account', 'everybody'], r.scope) limit 1`,
    [asked.endpoint, asked.accountId, asked.workflow ?? null, asked.keyId],
  );
  return row;
}

/** An account's own and everybody's; for undefined all there are. The narrowest last. */
export async function listRoutes(db: Db, accountId: string | undefined): Promise<RouteRow[]> {
  return db.query<RouteRow>(
    `select ${columns} from routes where $1::text is null or account_id = $1 or account_id is null
    order by account_id nulls first, endpoint, array_position(array['everybody', 'account', 'workflow', 'key'], scope),
      scope_value`,
    [accountId ?? null],
  );
}

export interface NewRoute {
  accountId: string | null;
  endpoint: EndpointName;
  scope: RouteScope;
  scopeValue: string | null;
  engines: readonly string[];
}

/** Makes a route, or changes the one that there is for the same requests. */
export async function putRoute(store: Store, route: NewRoute, actor: string): Promise<RouteRow> {
  const { accountId, endpoint, scope, scopeValue, engines } = route;
  return store.transaction(async (db) => {
    const [row] = await db.query<RouteRow>(
      `insert into routes (id, account_id, endpoint, scope, scope_value, engines) values ($1, $2, $3, $4, $5, $6)
      on conflict (account_id, endpoint, scope, scope_value) do update set engines = excluded.engines, changed_at = now()
      returning ${columns}`,
      [newId('route'), accountId, endpoint, scope, scopeValue, engines],
    );
    if (row === undefined) throw new Error('a route was not written');
    await writeAudit(db, {
      accountId: accountId ?? undefined,
      actor,
      action: 'route.set',
      target: row.id,
      details: { endpoint, scope, scope_value: scopeValue, engines: [...engines] },
    });
    return row;
  });
}

/** False if there is no such route, or it is another's: an account removes its own, the operator (undefined) any. */
export async function deleteRoute(
  store: Store,
  id: string,
  { accountId, actor }: { accountId: string | undefined; actor: string },
): Promise<boolean> {
  return store.transaction(async (db) => {
    const [row] = await db.query<RouteRow>(
      `delete from routes where id = $1 and ($2::text is null or account_id = $2) returning ${columns}`,
      [id, accountId ?? null],
    );
    if (row === undefined) return false;
    await writeAudit(db, {
      accountId: row.accountId ?? undefined,
      actor,
      action: 'route.removed',
      target: id,
      details: { endpoint: row.endpoint, scope: row.scope, scope_value: row.scopeValue },
    });
    return true;
  });
}
