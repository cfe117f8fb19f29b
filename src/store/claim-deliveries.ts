import type { Db } from './db.ts';
import { newId } from './new-id.ts';

/** A webhook that this process alone may send, until its lease runs out. */
export interface ClaimedDelivery {
  id: string;
  accountId: string;
  /** Scheme, host and port of its target. */
  origin: string;
  lease: string;
}

const originOf = (column: string) => `substring(${column} from '^[^/]*//[^/?#]*')`;

/** How far ahead is looked for somebody else's, when one has very many due. */
const lookAhead = 500;

/**
 * Takes webhooks that are due, those that have waited longest first, but of one account and one origin no more than
 * their shares and nothing of the busy ones: a receiver that hangs keeps its own back. Two processes never get the same;
 * those of a process that has died are due again when their leases have run out.
 */
export async function claimDeliveries(
  db: Db,
  options: {
    most: number;
    leaseSeconds: number;
    perAccount: number;
    perOrigin: number;
    busyAccounts: readonly string[];
    busyOrigins: readonly string[];
  },
): Promise<ClaimedDelivery[]> {
  return db.query<ClaimedDelivery>(
    `with due as (
      select id, account_id, ${originOf('target')} as origin, next_try_at from deliveries
      where state = 'pending' and channel = 'webhook' and next_try_at <= kinora_now()
        and account_id <> all($5) and ${originOf('target')} <> all($6)
      order by next_try_at limit ${lookAhead}
    ), turns as (
      select id, origin, next_try_at,
        row_number() over (partition by account_id order by next_try_at, id) as of_account,
        row_number() over (partition by origin order by next_try_at, id) as of_origin
      from due
    ), chosen as (
      select d.id, t.origin from deliveries d join turns t on t.id = d.id
      where t.of_account <= $3 and t.of_origin <= $4
        and d.state = 'pending' and d.next_try_at <= kinora_now()
      order by t.next_try_at limit $1 for update of d skip locked
    )
    update deliveries d set lease = $7, next_try_at = kinora_now() + make_interval(secs => $2)
    from chosen where d.id = chosen.id
    returning d.id, d.account_id as "accountId", chosen.origin, d.lease`,
    [
      options.most,
      options.leaseSeconds,
      options.perAccount,
      options.perOrigin,
      options.busyAccounts,
      options.busyOrigins,
      newId('lease'),
    ],
  );
}

/** Gives one back that was not sent: it is due at once. */
export async function releaseDelivery(db: Db, { id, lease }: ClaimedDelivery): Promise<void> {
  await db.query(
    'update deliveries set lease = null, next_try_at = kinora_now() where id = $1 and lease = $2',
    [id, lease],
  );
}

/** What a dead owner of the database had in hand is due at once. Right only where nobody else sends. */
export async function freeDeliveryLeases(db: Db): Promise<void> {
  await db.query(
    `update deliveries set lease = null, next_try_at = kinora_now() where state = 'pending' and lease is not null`,
  );
}
