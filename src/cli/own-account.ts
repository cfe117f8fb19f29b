import { type Client, createClient, KinoraError } from '../client/index.ts';
import { type KeptAccount, keepAccount, readAccount } from './home-files.ts';

/**
 * The account that commands use where they are their own operator: made once, found again by its name if the answer
 * to that was lost, its key kept in the home.
 */
export async function ownAccount(options: {
  home: string;
  url: string;
  operator: Client;
  name: string;
  signal: AbortSignal;
}): Promise<KeptAccount> {
  const { home, url, operator, name, signal } = options;
  const kept = await readAccount(home);
  if (kept !== undefined && (await isValid(createClient({ baseUrl: url, key: kept.key }), signal)))
    return kept;
  const accounts = await operator.accounts.list({ signal });
  const account =
    accounts.find((candidate) => candidate.name === name) ??
    (await operator.accounts.create({ name }, { signal }));
  const { key } = await operator.keys.create(
    { account_id: account.id, name: 'kinora command line' },
    { signal },
  );
  const made = { account_id: account.id, key };
  await keepAccount(home, made);
  return made;
}

/** A database that was begun anew no longer knows the key of the old one. */
async function isValid(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    await client.credits.get({ signal });
    return true;
  } catch (error) {
    if (error instanceof KinoraError && error.code === 'unauthenticated') return false;
    throw error;
  }
}
