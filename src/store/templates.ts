import type { TemplateFields } from '../domain/template-field.ts';
import type { Db, Store } from './db.ts';
import { lockName } from './lock-name.ts';

/** One version of a template; it never changes. */
export interface TemplateRow {
  name: string;
  version: number;
  text: string;
  fields: TemplateFields | null;
  description: string | null;
  hash: string;
  createdAt: Date;
}

const columns = `name, version, text, fields, description, hash, created_at as "createdAt"`;

/** The newest version if it has the same hash, else a new one. `full` where the account has `mostNames` names already. */
export async function putTemplate(
  store: Store,
  accountId: string,
  template: Omit<TemplateRow, 'version' | 'createdAt'>,
  { mostNames }: { mostNames: number },
): Promise<{ row: TemplateRow; isNew: boolean } | 'full'> {
  const { name, text, fields, description, hash } = template;
  return store.transaction(async (db) => {
    await lockName(db, 'templates', accountId);
    const newest = await findTemplate(db, accountId, name);
    if (newest?.hash === hash) return { row: newest, isNew: false };
    if (newest === undefined && (await countNames(db, accountId)) >= mostNames) return 'full';
    const [row] = await db.query<TemplateRow>(
      `insert into templates (account_id, name, version, text, fields, description, hash)
      values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
      [
        accountId,
        name,
        (newest?.version ?? 0) + 1,
        text,
        fields === null ? null : JSON.stringify(fields),
        description,
        hash,
      ],
    );
    if (row === undefined) throw new Error('the template was not stored');
    return { row, isNew: true };
  });
}

/** The newest version unless one is named. Undefined if the account has none such. */
export async function findTemplate(
  db: Db,
  accountId: string,
  name: string,
  version?: number,
): Promise<TemplateRow | undefined> {
  const [row] = await db.query<TemplateRow>(
    `select ${columns} from templates
    where account_id = $1 and name = $2 and ($3::integer is null or version = $3)
    order by version desc limit 1`,
    [accountId, name, version ?? null],
  );
  return row;
}

/** The newest version of each, by name. */
export async function listTemplates(
  db: Db,
  accountId: string,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<{ rows: TemplateRow[]; next: string | undefined }> {
  const rows = await db.query<TemplateRow>(
    `select distinct on (name) ${columns} from templates
    where account_id = $1 and ($2::text is null or name > $2) order by name, version desc limit $3`,
    [accountId, after ?? null, limit + 1],
  );
  return { rows: rows.slice(0, limit), next: rows.length > limit ? rows[limit - 1]?.name : undefined };
}

async function countNames(db: Db, accountId: string): Promise<number> {
  const [row] = await db.query<{ names: number }>(
    'select count(distinct name)::integer as names from templates where account_id = $1',
    [accountId],
  );
  return row?.names ?? 0;
}
