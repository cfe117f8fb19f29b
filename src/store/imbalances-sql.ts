/**
 * Everything that is wrong with the books, as (what, id). Written against the entries alone, by other ways than those
 * that move credits: what a grant, a budget, a generation or a balance says of itself is summed up again from the
 * ledger, and the chain of receipts is hashed again.
 */
export const imbalancesSql = `
with parts as (
  select e.kind, e.generation_id, e.available, part->>0 as grant_id, (part->>1)::bigint as credits
  from ledger_entries e, jsonb_array_elements(e.grants) part
), ended as (
  select generation_id from ledger_entries where kind in ('settle', 'release')
), moved as (
  select grant_id,
    sum(credits) filter (where kind = 'grant' or (kind = 'adjust' and available > 0)) as amount,
    coalesce(sum(credits) filter (where kind = 'hold' and generation_id not in (select generation_id from ended)), 0) as held,
    coalesce(sum(case when kind in ('settle', 'adopt') then credits when kind = 'refund' then -credits end), 0) as spent,
    coalesce(sum(credits) filter (where kind = 'expire'), 0) as expired,
    coalesce(sum(credits) filter (where kind = 'adjust' and available < 0), 0) as withdrawn
  from parts group by grant_id
), entries as (
  select generation_id,
    count(*) filter (where kind = 'hold') as holds,
    count(*) filter (where kind in ('settle', 'release')) as ends,
    count(*) filter (where kind = 'adopt') as adoptions,
    sum(held) as held,
    coalesce(sum(counterpart) filter (where kind in ('settle', 'release')), 0) as charged,
    -sum(available) filter (where kind = 'hold') as price
  from ledger_entries where generation_id is not null group by generation_id
), chain as (
  select account_id, purse, number, previous_hash, hash,
    lag(hash, 1, '') over (partition by account_id, purse order by number) as before,
    row_number() over (partition by account_id, purse order by number) as place,
    encode(sha256(convert_to(previous_hash || E'\\n' || body, 'UTF8')), 'hex') as computed
  from receipts
)
select 'balance' as what, b.account_id || ':' || b.purse as id
from balances b
left join (
  select account_id, purse, sum(available) as available, sum(held) as held
  from ledger_entries group by account_id, purse
) e using (account_id, purse)
where b.available <> coalesce(e.available, 0) or b.held <> coalesce(e.held, 0)
union all
select 'grants of a balance', b.account_id || ':' || b.purse
from balances b
left join (
  select account_id, purse, sum(remaining) as available, sum(held) as held
  from grants group by account_id, purse
) g using (account_id, purse)
where b.available <> coalesce(g.available, 0) or b.held <> coalesce(g.held, 0)
union all
-- What was carried over from before there were grants has no entry of its own.
select 'grant', g.id from grants g left join moved m on m.grant_id = g.id
where (g.held, g.spent, g.expired, g.withdrawn)
    <> (coalesce(m.held, 0), coalesce(m.spent, 0), coalesce(m.expired, 0), coalesce(m.withdrawn, 0))
  or (g.amount is distinct from m.amount
    and g.id <> 'grant_' || substr(md5(g.account_id || g.purse), 1, 24))
union all
select 'hold', g.id from generations g left join entries e on e.generation_id = g.id
where coalesce(e.holds, 0) <> 1 or e.price <> g.price_credits
union all
select 'end', g.id from generations g join entries e on e.generation_id = g.id
where (g.status in ('complete', 'failed')) <> (e.ends = 1)
  or e.held <> case when g.status in ('complete', 'failed') then 0 else g.price_credits end
union all
select 'charge', g.id from generations g join entries e on e.generation_id = g.id
where e.charged <> coalesce(g.charged_credits, 0)
union all
select 'adoption', e.generation_id from entries e
where e.adoptions <> (select count(*) from attempts a where a.generation_id = e.generation_id and a.adopted_at is not null)
union all
select 'refund', r.generation_id from ledger_entries r join ledger_entries c on c.id = r.refund_of
where r.kind = 'refund'
  and (c.kind not in ('settle', 'adopt') or c.generation_id <> r.generation_id or r.available > c.counterpart)
union all
select 'budget', coalesce(u.budget_id, b.budget_id) || ':' || coalesce(u.value, b.value)
from (select * from budget_usage where used <> 0) u
full join (select * from budget_books where used <> 0) b using (budget_id, value, period_start)
where u.used is distinct from b.used
union all
select 'receipts', b.account_id || ':' || b.purse from balances b
where b.receipts <> (select count(*) from receipts r where r.account_id = b.account_id and r.purse = b.purse)
  or b.receipt_hash <> coalesce((select r.hash from receipts r
    where r.account_id = b.account_id and r.purse = b.purse order by r.number desc limit 1), '')
  or exists (select from chain c where c.account_id = b.account_id and c.purse = b.purse
    and (c.number <> c.place or c.previous_hash <> c.before or c.hash <> c.computed))
  -- Ends from before there were receipts have none; later ones have.
  or exists (select from ledger_entries e where e.account_id = b.account_id and e.purse = b.purse
    and e.kind in ('settle', 'release', 'refund', 'adopt')
    and e.id > b.receipts_after
    and not exists (select from receipts r where r.entry_id = e.id))`;
