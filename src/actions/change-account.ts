import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import {
  type Account,
  type AccountChange,
  changeAccount as change,
  knowsTimeZone,
} from '../store/accounts.ts';
import { writeAudit } from '../store/audit.ts';
import type { Store } from '../store/db.ts';

/** Changes the settings of an account, and writes down who did. */
export async function changeAccount(
  store: Store,
  options: { id: string; actor: string; change: AccountChange },
): Promise<Account> {
  const { id, actor } = options;
  checkWebhookUrl(options.change.alertWebhookUrl);
  const { timeZone } = options.change;
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

/** What can be known of it before it is called; whether its address is public is seen at each call. */
function checkWebhookUrl(text: string | null | undefined): void {
  if (text === null || text === undefined) return;
  const { username = '', password = '' } = URL.parse(text) ?? {};
  if (username !== '' || password !== '')
    throw refused(
      '/alert_webhook_url',
      'alert_webhook_url came with a user name or password in it, which is never sent.',
    );
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function refused(pointer: string, message: string): AppError {
  return new AppError('invalid_request', message, {
    faults: [{ pointer, code: 'invalid_request', message }],
  });
}
