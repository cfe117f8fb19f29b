import type { Purse } from '../domain/credits.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** `hash` is the SHA-256 of `previousHash`, a newline and `body`, in lower-case hexadecimal digits. */
export interface ReceiptRow {
  number: number;
  accountId: string;
  purse: Purse;
  generationId: string;
  body: string;
  previousHash: string;
  hash: string;
  createdAt: Date;
}

/** The last link of a purse's chain: how many there are, and its hash; 0 and empty where there is none. */
export interface ChainHead {
  receipts: number;
  hash: string;
}

const columns = `r.number, r.account_id as "accountId", r.purse, r.generation_id as "generationId", r.body,
  r.previous_hash as "previousHash", r.hash, r.created_at as "createdAt"`;

/**
 * Receipts of a purse after a number, in order, with the head of their chain as it was when they were read. Undefined
 * if there is no such account.
 */
export async function listReceipts(
  db: Db,
  options: Owner & { after: number; limit: number },
): Promise<{ receipts: ReceiptRow[]; head: ChainHead } | undefined> {
  // One statement, so that a receipt written meanwhile is in both or in neither.
  const rows = await db.query<Partial<ReceiptRow> & { head: ChainHead }>(
    `select jsonb_build_object('receipts', b.receipts, 'hash', b.receipt_hash) as head, ${columns}
    from balances b
    left join lateral (
      select * from receipts r where r.account_id = b.account_id and r.purse = b.purse and r.number > $3
      order by r.number limit $4
    ) r on true
    where b.account_id = $1 and b.purse = $2
    order by r.number`,
    [options.accountId, options.purse, options.after, options.limit],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const receipts = rows.filter(isReceipt).map(({ head: _, ...receipt }) => receipt);
  return { receipts, head: first.head };
}

/** The receipts of one generation, latest first: of its end, of a refund, of the adoption of a late output. */
export async function findReceipts(db: Db, owner: Owner, generationId: string): Promise<ReceiptRow[]> {
  return db.query<ReceiptRow>(
    `select ${columns} from receipts r
    where r.generation_id = $1 and r.account_id = $2 and r.purse = $3 order by r.number desc`,
    [generationId, owner.accountId, owner.purse],
  );
}

function isReceipt<Head>(row: Partial<ReceiptRow> & Head): row is ReceiptRow & Head {
  return row.number !== null;
}
