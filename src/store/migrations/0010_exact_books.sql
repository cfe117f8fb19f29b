-- Books that can be checked to the credit: what a budget counted when it was made, which charge a refund gives back, and
-- an order of entries that no clock decides.

-- On the clock by which periods and expiry are told, so that a budget made later finds the day a hold was booked on.
alter table ledger_entries
  alter column created_at set default kinora_now(),
  -- Of a refund: the settle or adopt that it gives back.
  add column refund_of bigint references ledger_entries,
  add check (refund_of is null or kind = 'refund');
drop index one_refund_per_generation;
create unique index one_refund_per_charge on ledger_entries (refund_of) where kind = 'refund';
alter table ledger_entries disable trigger append_only;
update ledger_entries r set refund_of = (select c.id from ledger_entries c
  where c.generation_id = r.generation_id and c.kind in ('settle', 'adopt') and c.id < r.id
  order by c.counterpart desc limit 1)
where r.kind = 'refund';
alter table ledger_entries enable trigger append_only;
alter table ledger_entries add check (kind <> 'refund' or refund_of is not null);

alter table budgets
  -- Its first usage counts the entries of its purse up to this one that fall into its first period.
  add column first_counts_to bigint not null default 0,
  add column first_period date not null default '-infinity',
  add column first_time_zone text not null default 'UTC';
-- Also those that have ended are given back what they counted.
create index budgets_of_purse on budgets (account_id, purse);
update budgets b set
  first_counts_to = coalesce((select max(e.id) from ledger_entries e
    where e.account_id = b.account_id and e.purse = b.purse and e.created_at < b.created_at), 0),
  first_period = period_start(b.period, a.time_zone, b.created_at),
  first_time_zone = a.time_zone
from accounts a where a.id = b.account_id;

-- What a generation is to budgets of a scope: none, one value, or several for tags.
create function scope_values(p generations, p_scope text) returns setof text language sql immutable as $$
  select v from (
    select p.account_id as v where p_scope = 'account'
    union all select p.key_id where p_scope = 'key'
    union all select p.workflow where p_scope = 'workflow'
    union all select p.batch_id where p_scope = 'batch'
    union all select p.end_user_id where p_scope = 'end_user'
    union all select distinct t from unnest(p.tags) t where p_scope = 'tag'
  ) s where v is not null
$$;

create or replace function budgets_of(p generations, p_at timestamptz)
returns table (budget_id text, value text, starts date, limit_credits bigint, action text, name text, thresholds integer[],
  created_at timestamptz)
language sql stable as $$
  select b.id, s.value, period_start(b.period, a.time_zone, p_at), b.limit_credits, b.action, b.name, b.thresholds, b.created_at
  from budgets b
  join accounts a on a.id = b.account_id
  cross join lateral scope_values(p, b.scope) s (value)
  where b.account_id = p.account_id and b.purse = p.purse and b.ended_at is null
    and (b.scope_value is null or b.scope_value in (s.value, '*'))
  order by b.id, s.value
$$;

-- The budgets that count a hold or an adoption, and the period in which they do: those it debited, and those made since
-- whose first usage counts it, also where they have ended meanwhile.
create function counted_by(p generations, p_entry ledger_entries)
returns table (budget_id text, value text, starts date)
language sql stable as $$
  select d->>0, d->>1, (d->>2)::date from jsonb_array_elements(p_entry.budgets) d
  union
  select b.id, s.value, b.first_period
  from budgets b
  cross join lateral scope_values(p, b.scope) s (value)
  where b.account_id = p.account_id and b.purse = p.purse and b.first_counts_to >= p_entry.id
    and (b.scope_value is null or b.scope_value in (s.value, '*'))
    and period_start(b.period, b.first_time_zone, p_entry.created_at) = b.first_period
  order by 1, 2
$$;

-- What a hold or an adoption has taken from budgets so far: what is held, or was charged, less what was given back.
create function booked_credits(p_entry ledger_entries) returns bigint language sql stable as $$
  select c.credits - coalesce((select sum(r.available) from ledger_entries r where r.kind = 'refund'
    and r.generation_id = p_entry.generation_id and r.refund_of = c.charge), 0)::bigint
  from (
    select p_entry.counterpart, p_entry.id where p_entry.kind = 'adopt'
    union all
    select coalesce(e.counterpart, p_entry.held), e.id
    from (select) one
    left join ledger_entries e on e.generation_id = p_entry.generation_id and e.kind in ('settle', 'release')
    where p_entry.kind = 'hold'
  ) c (credits, charge)
$$;

create or replace function credit_budgets(p generations, p_entry ledger_entries, p_credits bigint) returns void
language plpgsql as $$
declare
  b record;
begin
  if p_credits = 0 then return; end if;
  for b in select * from counted_by(p, p_entry) loop
    update budget_usage set used = used - p_credits
    where budget_id = b.budget_id and value = b.value and period_start = b.starts;
  end loop;
end $$;

create or replace function create_budget(p budgets) returns setof budgets language plpgsql as $$
declare
  made budgets;
begin
  -- Every entry that moves credits of this purse is written below this lock, so their numbers are in its order.
  perform from balances where account_id = p.account_id and purse = p.purse for no key update;
  insert into budgets (id, account_id, purse, name, scope, scope_value, period, limit_credits, action, thresholds, created_at,
    first_counts_to, first_period, first_time_zone)
  select p.id, p.account_id, p.purse, p.name, p.scope, p.scope_value, p.period, p.limit_credits, p.action,
    coalesce(p.thresholds, '{50,80,100}'), kinora_now(),
    coalesce((select max(e.id) from ledger_entries e where e.account_id = p.account_id and e.purse = p.purse), 0),
    period_start(p.period, a.time_zone, kinora_now()), a.time_zone
  from accounts a where a.id = p.account_id
  returning * into made;
  insert into budget_usage (budget_id, value, period_start, used)
  select made.id, o.value, o.starts, sum(booked_credits(e))
  from ledger_entries e
  join generations g on g.id = e.generation_id
  cross join lateral counted_by(g, e) o
  where e.account_id = made.account_id and e.purse = made.purse and e.kind in ('hold', 'adopt') and e.available <> 0
    and period_start(made.period, made.first_time_zone, e.created_at) = made.first_period and o.budget_id = made.id
  group by o.value, o.starts
  having sum(booked_credits(e)) > 0;
  return next made;
end $$;

-- As before, but grants that have run out are told apart below the lock of the balance: what was given back to one of them
-- while this waited is no longer there either.
create or replace function place_hold(p generations, p_kind text) returns void language plpgsql as $$
declare
  v_credits bigint := p.price_credits;
  v_available bigint;
  v_due bigint;
  v_budgets jsonb := '[]';
  v_grants jsonb := '[]';
begin
  if v_credits > 0 then
    update balances set available = available - v_credits, held = held + case when p_kind = 'hold' then v_credits else 0 end
    where account_id = p.account_id and purse = p.purse and available >= v_credits
    returning available into v_available;
    if not found then
      select available into v_available from balances where account_id = p.account_id and purse = p.purse;
      v_available := coalesce(v_available, 0) - v_credits;
    end if;
    select coalesce(sum(remaining), 0) into v_due from grants
    where account_id = p.account_id and purse = p.purse and remaining > 0 and expires_at <= kinora_now();
    if v_available < v_due then
      raise exception 'credits' using errcode = 'KN001',
        detail = jsonb_build_object('reason', 'credits', 'available', v_available + v_credits - v_due)::text;
    end if;
    if v_due > 0 then
      perform expire_grants(p.account_id, p.purse);
      v_available := v_available - v_due;
    end if;
    v_budgets := debit_budgets(p, v_credits);
    v_grants := take_from_grants(p.account_id, p.purse, v_credits, case when p_kind = 'hold' then 'held' else 'spent' end);
    perform watch_balance(p.account_id, p.purse, v_available);
  end if;
  insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason, grants, budgets)
  values (p.account_id, p.purse, p_kind, p.id, -v_credits, case when p_kind = 'hold' then v_credits else 0 end,
    case when p_kind = 'hold' then 0 else v_credits end,
    case when p_kind = 'hold' then 'submitted' else 'late output adopted' end, v_grants, v_budgets);
end $$;

create or replace function withdraw_credits(p_account text, p_purse text, p_credits bigint, p_reason text)
returns setof ledger_entries language plpgsql as $$
declare
  e ledger_entries;
  v_available bigint;
begin
  perform from balances where account_id = p_account and purse = p_purse for no key update;
  if not found then return; end if;
  perform expire_grants(p_account, p_purse);
  update balances set available = available - p_credits
  where account_id = p_account and purse = p_purse and available >= p_credits returning available into v_available;
  if not found then
    select available into v_available from balances where account_id = p_account and purse = p_purse;
    raise exception 'credits' using errcode = 'KN001',
      detail = jsonb_build_object('reason', 'credits', 'available', v_available)::text;
  end if;
  insert into ledger_entries (account_id, purse, kind, available, held, counterpart, reason, grants)
  values (p_account, p_purse, 'adjust', -p_credits, 0, p_credits, p_reason,
    take_from_grants(p_account, p_purse, p_credits, 'withdrawn'))
  returning * into e;
  perform watch_balance(p_account, p_purse, v_available);
  return next e;
end $$;

-- Gives back credits of one charge of a generation, once: of its delivery or of its adopted late output (p_charge is
-- 'settle' or 'adopt'; null where only one of them cost something). To the grants that paid. The caller has locked the
-- generation. Refused (SQLSTATE KN001) beyond what was charged, a second time, and where it is not clear which is meant.
drop function refund_generation(text, bigint, text);
create function refund_generation(p_generation text, p_credits bigint, p_reason text, p_charge text)
returns setof ledger_entries language plpgsql as $$
declare
  e ledger_entries;
  charge ledger_entries;
  booked ledger_entries;
  g generations;
  v_charges bigint;
  v_parts jsonb;
begin
  select count(*) into v_charges from ledger_entries where generation_id = p_generation and kind in ('settle', 'adopt')
    and counterpart > 0 and (p_charge is null or kind = p_charge);
  if v_charges > 1 then
    raise exception 'refund' using errcode = 'KN001', detail = jsonb_build_object('reason', 'refund_of_which')::text;
  end if;
  select * into charge from ledger_entries where generation_id = p_generation and kind in ('settle', 'adopt')
    and counterpart > 0 and (p_charge is null or kind = p_charge);
  if not found or charge.counterpart < p_credits or p_credits <= 0 then
    raise exception 'refund' using errcode = 'KN001', detail = jsonb_build_object('reason', 'refund',
      'charged', coalesce(charge.counterpart, 0))::text;
  end if;
  select * into e from ledger_entries where generation_id = p_generation and kind = 'refund' and refund_of = charge.id;
  if found then
    raise exception 'refund' using errcode = 'KN001', detail = jsonb_build_object('reason', 'refunded',
      'credits', e.available)::text;
  end if;
  update balances set available = available + p_credits where account_id = charge.account_id and purse = charge.purse;
  select * into strict g from generations where id = p_generation;
  select * into strict booked from ledger_entries where generation_id = p_generation
    and kind = case charge.kind when 'adopt' then 'adopt' else 'hold' end;
  perform credit_budgets(g, booked, p_credits);
  select taken into v_parts from split_parts(charge.grants, p_credits);
  insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason, grants, budgets,
    refund_of)
  values (charge.account_id, charge.purse, 'refund', p_generation, p_credits, 0, -p_credits, p_reason, v_parts,
    booked.budgets, charge.id)
  returning * into e;
  perform return_to_grants(charge.account_id, charge.purse, v_parts, 'spent');
  perform watch_balance(charge.account_id, charge.purse,
    (select available from balances where account_id = charge.account_id and purse = charge.purse));
  perform write_receipt(e.id);
  -- Wakes batches that wait for credits.
  update batches set next_look_at = now()
  where account_id = charge.account_id and purse = charge.purse and stopped_by is not null;
  return next e;
end $$;

create or replace function write_receipt(p_entry bigint) returns void language plpgsql as $$
declare
  e ledger_entries;
  g generations;
  v_number bigint;
  v_previous text;
  v_body text;
  v_hash text;
begin
  select * into strict e from ledger_entries where id = p_entry;
  select * into strict g from generations where id = e.generation_id;
  select receipts + 1, receipt_hash into strict v_number, v_previous
  from balances where account_id = e.account_id and purse = e.purse for no key update;
  select jsonb_build_object(
    'number', v_number, 'account_id', e.account_id, 'purse', e.purse, 'generation_id', g.id,
    'endpoint', g.endpoint, 'engine', g.engine, 'model', g.model,
    'requested_seconds', g.duration_seconds, 'price_book', g.price_book,
    'quote', g.quote,
    'hold', (select jsonb_build_object('entry_id', h.id, 'credits', h.held, 'usd_cents', g.price_usd_cents, 'at', h.created_at)
      from ledger_entries h where h.generation_id = g.id and h.kind = 'hold'),
    'attempts', coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'engine', a.engine, 'result', a.result,
        'provider_billed_seconds', a.billed_seconds, 'provider_cost_micro_usd', a.cost_micro_usd) order by a.number)
      from attempts a where a.generation_id = g.id), '[]'),
    'output', case
      when e.kind = 'adopt' or (e.kind = 'refund' and exists (
          select from ledger_entries c where c.id = e.refund_of and c.kind = 'adopt')) then
        (select a.late_output_facts from attempts a where a.generation_id = g.id and a.adopted_at is not null)
      when e.kind in ('settle', 'refund') then g.output_facts
    end,
    'end', jsonb_build_object('entry_id', e.id, 'kind', e.kind, 'charged', greatest(e.counterpart, 0),
      'returned', greatest(e.available, 0), 'refund_of', e.refund_of, 'reason', e.reason, 'outcome', g.outcome,
      'at', e.created_at)
  )::text into v_body;
  v_hash := encode(sha256(convert_to(v_previous || E'\n' || v_body, 'UTF8')), 'hex');
  insert into receipts (account_id, purse, number, generation_id, entry_id, body, previous_hash, hash)
  values (e.account_id, e.purse, v_number, g.id, e.id, v_body, v_previous, v_hash);
  update balances set receipts = v_number, receipt_hash = v_hash where account_id = e.account_id and purse = e.purse;
end $$;

-- Makes a video that came too late the second output of its generation, as a new charge; neither the status of the
-- generation nor what it was charged itself change. Once: false, and nothing done, if it is adopted already. Refused
-- (SQLSTATE KN001) like a hold, and where another late output was adopted.
create function adopt_late_output(p_attempt text, p_credits bigint) returns boolean language plpgsql as $$
declare
  g generations;
  a attempts;
  v_other text;
begin
  select * into strict g from generations
  where id = (select generation_id from attempts where id = p_attempt) for update;
  select * into strict a from attempts where id = p_attempt for update;
  if a.adopted_at is not null then return false; end if;
  if a.late_output_file_id is null or g.status not in ('complete', 'failed') or p_credits < 0 then
    raise exception 'the attempt % has no late output to adopt', p_attempt;
  end if;
  select id into v_other from attempts where generation_id = g.id and adopted_at is not null;
  if found then
    raise exception 'adopt' using errcode = 'KN001',
      detail = jsonb_build_object('reason', 'adopted', 'attempt_id', v_other)::text;
  end if;
  g.price_credits := p_credits;
  perform place_hold(g, 'adopt');
  update attempts set adopted_at = kinora_now() where id = p_attempt;
  perform write_receipt((select id from ledger_entries where generation_id = g.id and kind = 'adopt'));
  return true;
end $$;

-- As before, and with deadlines counted from now in seconds. What has run out is gone also where the hold is refused.
drop function accept_generation(generations, jsonb);
create function accept_generation(p generations, p_references jsonb, p_start_within integer, p_expires_in integer,
  out status text, out detail jsonb, out created_at timestamptz, out start_by timestamptz, out expires_at timestamptz)
language plpgsql as $$
declare
  v_detail text;
begin
  start_by := kinora_now() + p_start_within * interval '1 second';
  expires_at := kinora_now() + p_expires_in * interval '1 second';
  begin
    insert into generations (id, account_id, key_id, purse, endpoint, engine, model, prompt, duration_seconds, aspect_ratio,
      plan, price_credits, price_usd_cents, price_book, workflow, batch_id, tags, end_user_id, priority, metadata,
      webhook_url, start_by, expires_at, quote, simulate)
    values (p.id, p.account_id, p.key_id, p.purse, p.endpoint, p.engine, p.model, p.prompt, p.duration_seconds,
      p.aspect_ratio, p.plan, p.price_credits, p.price_usd_cents, p.price_book, p.workflow, p.batch_id, p.tags,
      p.end_user_id, p.priority, p.metadata, p.webhook_url, accept_generation.start_by, accept_generation.expires_at,
      p.quote, p.simulate)
    returning generations.created_at into accept_generation.created_at;
    perform place_hold(p, 'hold');
  exception when sqlstate 'KN001' then
    get stacked diagnostics v_detail = pg_exception_detail;
    status := 'refused';
    detail := v_detail::jsonb;
    created_at := null;
    perform expire_grants(p.account_id, p.purse);
    return;
  end;
  if p.batch_id is not null then
    insert into batches (account_id, purse, id) values (p.account_id, p.purse, p.batch_id) on conflict do nothing;
  end if;
  insert into generation_references (generation_id, kind, position, file_id, sha256)
  select p.id, r.kind, r.position, r.file_id, r.sha256
  from jsonb_to_recordset(p_references) as r (kind text, position integer, file_id text, sha256 text);
  insert into events (account_id, generation_id, type) values (p.account_id, p.id, 'generation.created');
  status := 'accepted';
end $$;
