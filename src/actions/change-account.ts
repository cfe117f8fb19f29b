import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import {
  type Account,
  type AccountChange,
  changeAccount as change,
  knowsTimeZone,
} from '../store/accounts.ts';
import { writeAudit } from '../store/audit.ts';
import { checkReceiver } from './check-receiver.ts';
import type { Deps } from './deps.ts';

/** Changes the settings of an account, and writes down who did. */
export async function changeAccount(
  { store, fetch }: Pick<Deps, 'store' | 'fetch'>,
  options: { id: string; actor: string; change: AccountChange },
): Promise<Account> {
  const { id, actor } = options;
  const { timeZone, alertWebhookUrl } = options.change;
  if (typeof alertWebhookUrl === 'string') checkReceiver(fetch, alertWebhookUrl, '/alert_webhook_url');
  if (timeZone !== undefined && !(await knowsTimeZone(store, timeZone)))
    throw refused('/time_zone', `The database knows no time zone "${timeZone}".`);
  return store.transaction(async (db) => {
    const account = await change(db, id, options.change);
    if (account === undefined) throw new AppError('not_found', `There is no account ${id}.`);
    const details = Object.fromEntries(
      Object.entries(options.change).map(([name, value]) => [snakeCase(name), value ?? null]),
    ) satisfies JsonObject;
    await writeAudit(db, { accountId: id, actor, action: 'account.changed', target: id, details });
    return account;
  });
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function refused(pointer: string, message: string): AppError {
  return new AppError('invalid_request', message, {
    faults: [{ pointer, code: 'invalid_request', message }],
  });
}
