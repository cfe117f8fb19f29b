-- What budgets count, refuse and tell.

-- The first day of a budget's period, in the time zone of its account.
create function period_start(p_period text, p_time_zone text, p_at timestamptz) returns date
language sql stable as $$
  select case p_period
    when 'total' then '-infinity'::date
    when 'daily' then (p_at at time zone p_time_zone)::date
    else date_trunc('month', p_at at time zone p_time_zone)::date
  end
$$;

-- When the period that begins on a day is over; null where there is no period.
create function period_end(p_period text, p_time_zone text, p_starts date) returns timestamptz
language sql stable as $$
  select case p_period
    when 'daily' then (p_starts + 1)::timestamp at time zone p_time_zone
    when 'monthly' then (p_starts + interval '1 month') at time zone p_time_zone
  end
$$;

-- What a budget of this scope counts a generation for; none where it is about others.
create function budget_values(p generations, p_scope text, p_scope_value text) returns table (value text)
language sql immutable as $$
  select s.value from (
    select p.account_id as value where p_scope = 'account'
    union all select p.key_id where p_scope = 'key'
    union all select p.workflow where p_scope = 'workflow'
    union all select p.batch_id where p_scope = 'batch'
    union all select p.end_user_id where p_scope = 'end_user'
    union all select distinct t from unnest(p.tags) t where p_scope = 'tag'
  ) s
  where s.value is not null and (p_scope_value is null or p_scope_value in (s.value, '*'))
$$;

-- The budgets that a generation counts against if it is held at a time, in the order in which they are locked.
create function budgets_of(p generations, p_at timestamptz)
returns table (budget_id text, value text, starts date, limit_credits bigint, action text, thresholds integer[])
language sql stable as $$
  select b.id, v.value, period_start(b.period, a.time_zone, p_at), b.limit_credits, b.action, b.thresholds
  from budgets b
  join accounts a on a.id = b.account_id
  cross join lateral budget_values(p, b.scope, b.scope_value) v
  where b.account_id = p.account_id and b.purse = p.purse and b.ended_at is null
  order by b.id, v.value
$$;

-- Each hold and each adoption with what it has come to: held, charged, less what was refunded.
create view bookings as
select e.id, e.account_id, e.purse, e.generation_id, e.created_at, e.budgets,
  case e.kind when 'adopt' then e.counterpart else coalesce(x.counterpart, e.held) end - coalesce(r.available, 0) as credits
from ledger_entries e
left join ledger_entries x on x.generation_id = e.generation_id and x.kind in ('settle', 'release') and e.kind = 'hold'
left join ledger_entries r on r.generation_id = e.generation_id and r.kind = 'refund' and r.refund_of = coalesce(x.id, e.id)
where e.kind in ('hold', 'adopt');

-- What the books say that every budget has used; budget_usage must say the same.
create view budget_books as
select budget_id, value, period_start, sum(credits)::bigint as used from (
  select d->>0 as budget_id, d->>1 as value, (d->>2)::date as period_start, b.credits
  from bookings b cross join lateral jsonb_array_elements(b.budgets) d
  union all
  select m.id, v.value, m.counted_starts, b.credits
  from budgets m
  join bookings b on b.account_id = m.account_id and b.purse = m.purse and b.id <= m.counted_through
  join generations g on g.id = b.generation_id
  cross join lateral budget_values(g, m.scope, m.scope_value) v
  where period_start(m.period, m.counted_zone, b.created_at) = m.counted_starts
) s
group by budget_id, value, period_start;

-- The reason of a refusal, for the caller and for whoever is told of it.
create function budget_refusal(p_budget text, p_value text, p_starts date, p_credits bigint) returns jsonb
language sql stable as $$
  select jsonb_build_object('reason', 'budget', 'budget_id', b.id, 'name', b.name, 'scope', b.scope, 'value', p_value,
    'period', b.period, 'limit', b.limit_credits, 'used', coalesce(u.used, 0), 'needed', p_credits,
    'period_start', nullif(p_starts, '-infinity'), 'resets_at', period_end(b.period, a.time_zone, p_starts),
    'time_zone', a.time_zone, 'told', u.refusal_told_at is not null)
  from budgets b join accounts a on a.id = b.account_id
  left join budget_usage u on u.budget_id = b.id and u.value = p_value and u.period_start = p_starts
  where b.id = p_budget
$$;

-- The first budget that would refuse a generation of this many credits now; null if none would.
create function blocking_budget(p generations, p_credits bigint) returns jsonb language sql stable as $$
  select budget_refusal(b.budget_id, b.value, b.starts, p_credits)
  from budgets_of(p, kinora_now()) b
  left join budget_usage u on u.budget_id = b.budget_id and u.value = b.value and u.period_start = b.starts
  where b.action = 'block' and p_credits > 0 and coalesce(u.used, 0) + p_credits > b.limit_credits
  order by b.budget_id, b.value limit 1
$$;

create function tell_threshold(p_budget text, p_value text, p_starts date, p_percent integer) returns void
language sql as $$
  insert into events (account_id, type, data)
  select b.account_id, 'budget.threshold', jsonb_build_object('purse', b.purse, 'budget_id', b.id, 'name', b.name,
    'scope', b.scope, 'value', p_value, 'period', b.period, 'action', b.action, 'percent', p_percent, 'used', u.used,
    'limit', b.limit_credits, 'period_start', nullif(p_starts, '-infinity'),
    'resets_at', period_end(b.period, a.time_zone, p_starts), 'time_zone', a.time_zone)
  from budgets b join accounts a on a.id = b.account_id
  join budget_usage u on u.budget_id = b.id and u.value = p_value and u.period_start = p_starts
  where b.id = p_budget
$$;

-- Debits every budget of a generation, or refuses. Returns what it debited: [[budget id, value, first day], …].
create function debit_budgets(p generations, p_credits bigint) returns jsonb language plpgsql as $$
declare
  b record;
  v_used bigint;
  v_alerted integer;
  v_crossed integer;
  debited jsonb := '[]';
begin
  for b in select * from budgets_of(p, kinora_now()) loop
    insert into budget_usage as u (budget_id, value, period_start, used)
    select b.budget_id, b.value, b.starts, p_credits where b.action = 'alert' or p_credits <= b.limit_credits
    on conflict (budget_id, value, period_start) do update set used = u.used + p_credits
      where b.action = 'alert' or u.used + p_credits <= b.limit_credits
    returning used, alerted_percent into v_used, v_alerted;
    if not found then
      raise exception 'budget' using errcode = 'KN001',
        detail = budget_refusal(b.budget_id, b.value, b.starts, p_credits)::text;
    end if;
    select max(t) into v_crossed from unnest(b.thresholds) t where t > v_alerted and v_used * 100 >= b.limit_credits * t;
    if v_crossed is not null then
      update budget_usage set alerted_percent = v_crossed
      where budget_id = b.budget_id and value = b.value and period_start = b.starts;
      perform tell_threshold(b.budget_id, b.value, b.starts, v_crossed);
    end if;
    debited := debited || jsonb_build_array(jsonb_build_array(b.budget_id, b.value, b.starts));
  end loop;
  return debited;
end $$;

-- Gives budgets back what a hold or an adoption did not need, in the period in which it was booked: the budgets that
-- it debited, and those made since, whose first usage counts it. Also of budgets that have ended.
create function credit_budgets(p generations, p_entry ledger_entries, p_credits bigint) returns void
language plpgsql as $$
declare
  b record;
begin
  if p_credits = 0 then return; end if;
  for b in
    select d->>0 as budget_id, d->>1 as value, (d->>2)::date as starts from jsonb_array_elements(p_entry.budgets) d
    union
    select m.id, v.value, m.counted_starts
    from budgets m cross join lateral budget_values(p, m.scope, m.scope_value) v
    where m.account_id = p_entry.account_id and m.purse = p_entry.purse and m.counted_through >= p_entry.id
      and period_start(m.period, m.counted_zone, p_entry.created_at) = m.counted_starts
    order by 1, 2
  loop
    update budget_usage set used = used - p_credits
    where budget_id = b.budget_id and value = b.value and period_start = b.starts;
  end loop;
end $$;

-- Makes a budget, which counts what was held and charged in its current period before it was there. Thresholds that this
-- has passed already are not told of: whoever makes it sees its usage.
create function create_budget(p budgets) returns setof budgets language plpgsql as $$
declare
  made budgets;
begin
  perform from balances where account_id = p.account_id and purse = p.purse for no key update;
  insert into budgets (id, account_id, purse, name, scope, scope_value, period, limit_credits, action, thresholds, created_at,
    counted_through, counted_starts, counted_zone)
  select p.id, p.account_id, p.purse, p.name, p.scope, p.scope_value, p.period, p.limit_credits, p.action,
    coalesce(p.thresholds, '{50,80,100}'), kinora_now(),
    coalesce((select max(e.id) from ledger_entries e where e.account_id = p.account_id and e.purse = p.purse), 0),
    period_start(p.period, a.time_zone, kinora_now()), a.time_zone
  from accounts a where a.id = p.account_id
  returning * into made;
  insert into budget_usage (budget_id, value, period_start, used, alerted_percent)
  select made.id, s.value, made.counted_starts, s.used,
    coalesce((select max(t) from unnest(made.thresholds) t where s.used * 100 >= made.limit_credits * t), 0)
  from (
    select v.value, sum(b.credits)::bigint as used
    from bookings b
    join generations g on g.id = b.generation_id
    cross join lateral budget_values(g, made.scope, made.scope_value) v
    where b.account_id = made.account_id and b.purse = made.purse and b.id <= made.counted_through
      and period_start(made.period, made.counted_zone, b.created_at) = made.counted_starts
    group by v.value
  ) s
  where s.used > 0;
  return next made;
end $$;

-- Changes a budget under the lock of its balance, so that no hold goes by what it said before. Thresholds that are no
-- longer reached may be told of again; those that the change alone has reached are told of now, unless each value counts
-- by itself: then at its next hold. None if there is no such active budget.
create function change_budget(p budgets) returns setof budgets language plpgsql as $$
declare
  made budgets;
  u record;
begin
  perform from balances where account_id = p.account_id and purse = p.purse for no key update;
  update budgets set name = p.name, limit_credits = p.limit_credits, action = p.action, thresholds = p.thresholds
  where id = p.id and account_id = p.account_id and purse = p.purse and ended_at is null
  returning * into made;
  if not found then return; end if;
  for u in
    select s.value, s.period_start, s.alerted_percent, coalesce((select max(t) from unnest(made.thresholds) t
      where s.used > 0 and s.used * 100 >= made.limit_credits * t), 0) as reached
    from budget_usage s join accounts a on a.id = made.account_id
    where s.budget_id = made.id and s.period_start = period_start(made.period, a.time_zone, kinora_now())
    order by s.value
  loop
    if u.reached > u.alerted_percent and made.scope_value is distinct from '*' then
      perform tell_threshold(made.id, u.value, u.period_start, u.reached);
    else
      u.reached := least(u.reached, u.alerted_percent);
    end if;
    update budget_usage set alerted_percent = u.reached, refusal_told_at = null
    where budget_id = made.id and value = u.value and period_start = u.period_start;
  end loop;
  return next made;
end $$;

-- Ends a budget: nothing counts against it any more, what it has counted stays. Ending it twice keeps the first time.
create function end_budget(p_account text, p_purse text, p_id text) returns setof budgets language plpgsql as $$
declare
  made budgets;
begin
  perform from balances where account_id = p_account and purse = p_purse for no key update;
  update budgets set ended_at = coalesce(ended_at, kinora_now())
  where id = p_id and account_id = p_account and purse = p_purse returning * into made;
  if not found then return; end if;
  return next made;
end $$;

-- Tells that a budget has refused something, once for each of its periods. Takes the refusal; locks as a hold does.
create function tell_refusal(p_refusal jsonb) returns void language plpgsql as $$
declare
  b budgets;
  v_starts date := coalesce((p_refusal->>'period_start')::date, '-infinity');
begin
  select * into b from budgets where id = p_refusal->>'budget_id' and ended_at is null;
  if not found then return; end if;
  perform from balances where account_id = b.account_id and purse = b.purse for no key update;
  insert into budget_usage as u (budget_id, value, period_start, refusal_told_at)
  values (b.id, p_refusal->>'value', v_starts, kinora_now())
  on conflict (budget_id, value, period_start) do update set refusal_told_at = kinora_now() where u.refusal_told_at is null;
  if not found then return; end if;
  insert into events (account_id, type, data)
  values (b.account_id, 'budget.blocked', p_refusal - 'reason' - 'told' || jsonb_build_object('purse', b.purse));
end $$;

-- What a hold would be refused for just now, with the words of the hold itself; null if for nothing. Locks nothing: the
-- hold decides.
create function foresee_refusal(p generations) returns jsonb language sql stable as $$
  select coalesce(
    (select jsonb_build_object('reason', 'credits', 'available', b.available)
      from balances b where b.account_id = p.account_id and b.purse = p.purse and b.available < p.price_credits),
    blocking_budget(p, p.price_credits)
  )
  where p.price_credits > 0
$$;

-- A cap that is raised, lifted or ended lets its batches look again now; what waits for a grant is woken by the grant.
create function wake_batches() returns trigger language plpgsql as $$
begin
  update batches set next_look_at = now(), looked_to = 0
  where account_id = new.account_id and purse = new.purse and (stopped_by is not null or feed_lease is not null);
  return null;
end $$;
create trigger wake_batches after update of limit_credits, action, ended_at on budgets
  for each row execute function wake_batches();
