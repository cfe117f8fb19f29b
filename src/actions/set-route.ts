import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { EndpointName } from '../domain/request.ts';
import { findAccount } from '../store/accounts.ts';
import { findKey } from '../store/keys.ts';
import { putRoute, type RouteRow, type RouteScope } from '../store/routes.ts';
import type { Deps } from './deps.ts';

export interface RouteCommand {
  /** Who sets it: an account sets its own, the operator anybody's. */
  identity: { is: 'operator' } | { is: 'account'; accountId: string };
  actor: string;
  /** Of the operator's command: whose route. Absent: everybody's. */
  accountId: string | undefined;
  endpoint: EndpointName;
  engines: readonly string[];
  /** Absent: the widest that whoever sets it may. */
  scope: RouteScope | undefined;
  scopeValue: string | undefined;
}

/** Leads an endpoint to engines. Throws an AppError for an engine that is not set up, or a scope that is not theirs. */
export async function setRoute(
  { store, engines }: Pick<Deps, 'store' | 'engines'>,
  command: RouteCommand,
): Promise<RouteRow> {
  const { identity, endpoint, scopeValue = null } = command;
  const unknown = command.engines.findIndex((name) => !engines.has(name));
  if (unknown !== -1)
    throw refused(
      'unsupported_by_engine',
      `/engines/${unknown}`,
      `There is no engine "${command.engines[unknown]}" here. There are: ${[...engines.keys()].join(', ')}.`,
    );
  const unable = command.engines.findIndex(
    (name) => engines.get(name)?.engine.capabilities.endpoints.includes(endpoint) !== true,
  );
  if (unable !== -1)
    throw refused(
      'unsupported_by_engine',
      `/engines/${unable}`,
      `The engine "${command.engines[unable]}" does not serve ${endpoint}.`,
    );
  const accountId = identity.is === 'account' ? identity.accountId : (command.accountId ?? null);
  if (identity.is === 'account' && command.accountId !== undefined && command.accountId !== accountId)
    throw new AppError('not_found', `There is no account ${command.accountId}.`);
  const { scope = accountId === null ? 'everybody' : 'account' } = command;
  if (scope === 'everybody' && identity.is === 'account')
    throw new AppError('forbidden', 'Only the operator leads everybody.', {
      hint: 'Leave scope out for the requests of your account.',
    });
  if ((scope === 'everybody') !== (accountId === null))
    throw refused(
      'invalid_request',
      '/account_id',
      scope === 'everybody'
        ? 'The scope everybody goes with no account_id.'
        : `The scope ${scope} needs an account_id.`,
    );
  if (accountId !== null && (await findAccount(store, accountId)) === undefined)
    throw new AppError('not_found', `There is no account ${accountId}.`);
  const isUnknownKey =
    scope === 'key' &&
    accountId !== null &&
    (await findKey(store, accountId, scopeValue ?? '')) === undefined;
  if (isUnknownKey) throw refused('not_found', '/scope_value', `The account has no key ${scopeValue}.`);
  return putRoute(store, { accountId, endpoint, scope, scopeValue, engines: command.engines }, command.actor);
}

function refused(code: ErrorCode, pointer: string, message: string): AppError {
  return new AppError(code, message, { faults: [{ pointer, code, message }] });
}
