import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** What was accepted behind the URLs of a stored workflow. */
export async function readWorkflowUrls(
  db: Db,
  owner: Owner,
  workflow: string,
): Promise<{ url: string; found: JsonObject }[]> {
  return db.query(
    'select url, found from workflow_urls where account_id = $1 and purse = $2 and workflow = $3',
    [owner.accountId, owner.purse, workflow],
  );
}

const atOnce = 1_000;

/** Writes down what was learnt or accepted. */
export async function writeWorkflowUrls(
  db: Db,
  owner: Owner,
  workflow: string,
  urls: readonly { url: string; found: object }[],
): Promise<void> {
  for (let at = 0; at < urls.length; at += atOnce)
    await db.query(
      `insert into workflow_urls (account_id, purse, workflow, url, found)
      select $1, $2, $3, u.url, u.found from jsonb_to_recordset($4::jsonb) u (url text, found jsonb)
      order by u.url collate "C"
      on conflict (account_id, purse, workflow, url) do update set found = excluded.found`,
      [owner.accountId, owner.purse, workflow, JSON.stringify(urls.slice(at, at + atOnce))],
    );
}

/** Forgets what was accepted behind URLs that nothing names any more. */
export async function deleteWorkflowUrls(
  db: Db,
  owner: Owner,
  workflow: string,
  urls: readonly string[],
): Promise<void> {
  for (let at = 0; at < urls.length; at += atOnce)
    await db.query(
      'delete from workflow_urls where account_id = $1 and purse = $2 and workflow = $3 and url = any($4)',
      [owner.accountId, owner.purse, workflow, urls.slice(at, at + atOnce)],
    );
}
