-- What a batch needs to be fed: who feeds it, how far its rows were looked at, and whether its next row could be held.

alter table batches
  add column workflow text,
  add column tags text[] not null default '{}',
  -- How many rows it has; the next one is numbered after it.
  add column row_count integer not null default 0,
  -- The process that feeds it just now, and until when it is that one's alone.
  add column feed_lease text,
  add column feed_lease_expires_at timestamptz,
  -- The rows up to this number were looked at since pass_began_at; the pass is over at the last waiting row.
  add column looked_to integer not null default 0,
  add column pass_began_at timestamptz;
create index batches_newest on batches (account_id, purse, created_at desc, id desc) where key_id is not null;
create index batch_rows_of_state on batch_rows (account_id, purse, batch_id, state, number);
create index generations_open_of_batch on generations (account_id, purse, batch_id)
  where batch_id is not null and status in ('pending', 'processing');

alter table batch_rows
  -- The references as they were fetched, so that a row which waits for credits does not fetch them again.
  add column snapshots jsonb;

-- Who paused an account: what the operator has paused, its owner cannot resume.
alter table accounts add column paused_by text check (paused_by in ('operator', 'owner'));

-- What a hold would be refused for just now, with the words of the hold itself; null if for nothing. Locks nothing: the
-- hold decides.
create function foresee_refusal(p generations) returns jsonb language sql stable as $$
  select coalesce(
    (select jsonb_build_object('reason', 'credits', 'available', b.available)
      from balances b where b.account_id = p.account_id and b.purse = p.purse and b.available < p.price_credits),
    (select jsonb_build_object('reason', 'budget', 'budget_id', o.budget_id, 'name', o.name, 'value', o.value,
        'limit', o.limit_credits, 'used', coalesce(u.used, 0), 'period_start', nullif(o.starts, '-infinity'))
      from budgets_of(p, kinora_now()) o
      left join budget_usage u on u.budget_id = o.budget_id and u.value = o.value and u.period_start = o.starts
      where o.action = 'block' and coalesce(u.used, 0) + p.price_credits > o.limit_credits
      limit 1)
  )
  where p.price_credits > 0
$$;

-- A cap that is raised, lifted or ended lets its batches look again now; what waits for a grant is woken by the grant.
create function wake_batches() returns trigger language plpgsql as $$
begin
  update batches set next_look_at = now(), looked_to = 0
  where account_id = new.account_id and purse = new.purse and stopped_by is not null;
  return null;
end $$;
create trigger wake_batches after update of limit_credits, action, ended_at on budgets
  for each row execute function wake_batches();
