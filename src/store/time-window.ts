import type { Db } from './db.ts';

export interface TimeWindow {
  from: Date;
  to: Date;
  timeZone: string;
}

/**
 * A span of time as a person gives it: days are those of the account's time zone (UTC without an account), `from` its
 * first moment, `to` its last, but never later than now; times are themselves. Absent: the thirty days to now. Undefined if there is no such
 * account.
 */
export async function resolveWindow(
  db: Db,
  given: { accountId: string | undefined; from: string | undefined; to: string | undefined },
): Promise<TimeWindow | undefined> {
  const [row] = await db.query<TimeWindow>(
    `select zone as "timeZone",
      case
        when $2::text is null then (date_trunc('day', now() at time zone zone) - interval '29 days') at time zone zone
        when $2 like '%T%' then $2::timestamptz
        else $2::timestamp at time zone zone
      end as "from",
      least(
        -- A moment more, since the driver cuts off what is below a millisecond.
        now() + interval '1 millisecond',
        case
          when $3 like '%T%' then $3::timestamptz
          else ($3::timestamp + interval '1 day') at time zone zone
        end
      ) as "to"
    from (select 'UTC' where $1::text is null union all select time_zone from accounts where id = $1) z (zone)`,
    [given.accountId ?? null, given.from ?? null, given.to ?? null],
  );
  return row;
}
