-- What moves credits. Every function here runs in the transaction of what the credits pay for, and locks in one
-- order: the balance, then budgets by id and value, then grants; a generation before all of them, and the counters of
-- accounts and engines after. As functions, because each of their statements sees what the lock before it has waited
-- for, in one round trip. A refusal is SQLSTATE KN001 with its reason as JSON in the detail.

-- Tells once that the live balance is low, and is ready to tell again when it is not. The balance is locked; what it has
-- is read here, since what came back may have expired at once.
create function watch_balance(p_account text, p_purse text, p_available bigint) returns void
language plpgsql as $$
declare
  v_mark bigint;
  v_available bigint;
  v_low boolean;
begin
  if p_purse <> 'live' then return; end if;
  select balance_alert_credits into v_mark from accounts where id = p_account;
  update balances set low_told_at = case when available < v_mark then kinora_now() end
  where account_id = p_account and purse = p_purse
    and coalesce(available < v_mark, false) <> (low_told_at is not null)
  returning available, low_told_at is not null into v_available, v_low;
  if v_low then
    insert into events (account_id, type, data) values (p_account, 'balance.low',
      jsonb_build_object('purse', p_purse, 'available', v_available, 'mark', v_mark));
  end if;
end $$;

-- Takes what is left of the grants that have run out. Locks the balance if there are any.
create function expire_grants(p_account text, p_purse text) returns bigint language plpgsql as $$
declare
  due record;
  total bigint := 0;
begin
  if not exists (select from grants where account_id = p_account and purse = p_purse and remaining > 0
    and expires_at <= kinora_now()) then
    return 0;
  end if;
  perform from balances where account_id = p_account and purse = p_purse for no key update;
  for due in
    update grants g set remaining = 0, expired = g.expired + o.remaining
    from (select id, remaining from grants where account_id = p_account and purse = p_purse and remaining > 0
      and expires_at <= kinora_now() for update) o
    where g.id = o.id
    returning g.id, g.reason, g.expires_at, o.remaining as credits
  loop
    update balances set available = available - due.credits where account_id = p_account and purse = p_purse;
    insert into ledger_entries (account_id, purse, kind, available, held, counterpart, reason, grants)
    values (p_account, p_purse, 'expire', -due.credits, 0, due.credits, 'expired',
      jsonb_build_array(jsonb_build_array(due.id, due.credits)));
    insert into events (account_id, type, data)
    values (p_account, 'credits.expired', jsonb_build_object('purse', p_purse, 'grant_id', due.id, 'credits', due.credits,
      'reason', due.reason, 'expired_at', due.expires_at));
    total := total + due.credits;
  end loop;
  if total > 0 then perform watch_balance(p_account, p_purse, null); end if;
  return total;
end $$;

-- Takes credits from an account's grants; the balance is locked and known to have them. Returns [[grant id, credits], …].
create function take_from_grants(p_account text, p_purse text, p_credits bigint, p_to text) returns jsonb
language plpgsql as $$
declare
  g record;
  missing bigint := p_credits;
  taken bigint;
  parts jsonb := '[]';
begin
  for g in
    select id, remaining from grants
    where account_id = p_account and purse = p_purse and remaining > 0
      and (expires_at is null or expires_at > kinora_now())
    order by priority, expires_at nulls last, source = 'pack', created_at, id
    for update
  loop
    exit when missing = 0;
    taken := least(missing, g.remaining);
    update grants set remaining = remaining - taken,
      held = held + case when p_to = 'held' then taken else 0 end,
      spent = spent + case when p_to = 'spent' then taken else 0 end,
      withdrawn = withdrawn + case when p_to = 'withdrawn' then taken else 0 end
    where id = g.id;
    parts := parts || jsonb_build_array(jsonb_build_array(g.id, taken));
    missing := missing - taken;
  end loop;
  if missing > 0 then
    raise exception 'the grants of %:% lack % credits that its balance has', p_account, p_purse, missing;
  end if;
  return parts;
end $$;

-- The first p_credits of [[grant id, credits], …], in its order, and the rest.
create function split_parts(p_parts jsonb, p_credits bigint, out taken jsonb, out rest jsonb) language plpgsql as $$
declare
  part jsonb;
  missing bigint := p_credits;
  share bigint;
begin
  taken := '[]';
  rest := '[]';
  for part in select * from jsonb_array_elements(p_parts) loop
    share := least(missing, (part->>1)::bigint);
    if share > 0 then taken := taken || jsonb_build_array(jsonb_build_array(part->0, share)); end if;
    if (part->>1)::bigint > share then
      rest := rest || jsonb_build_array(jsonb_build_array(part->0, (part->>1)::bigint - share));
    end if;
    missing := missing - share;
  end loop;
end $$;

-- Gives credits back to the grants they came from; those whose grant has run out expire at once. Locks as above.
create function return_to_grants(p_account text, p_purse text, p_parts jsonb, p_from text) returns void
language plpgsql as $$
declare
  part jsonb;
begin
  for part in select * from jsonb_array_elements(p_parts) loop
    update grants set remaining = remaining + (part->>1)::bigint,
      held = held - case when p_from = 'held' then (part->>1)::bigint else 0 end,
      spent = spent - case when p_from = 'spent' then (part->>1)::bigint else 0 end
    where id = part->>0;
  end loop;
  perform expire_grants(p_account, p_purse);
end $$;

-- Sets the price of a generation aside, on its balance and on every budget; or, for a late output that is adopted, takes it.
-- Grants that have run out are told apart below the lock of the balance: what was given back to one of them while this
-- waited is no longer there either.
create function place_hold(p generations, p_kind text) returns void language plpgsql as $$
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

-- Ends the hold of a generation: takes what it was charged and gives the rest back. A second end is refused by index.
create function end_hold(p_generation text, p_charged bigint, p_reason text) returns void language plpgsql as $$
declare
  g generations;
  hold ledger_entries;
  v_spent jsonb;
  v_rest jsonb;
  part jsonb;
  v_available bigint;
  v_back bigint;
  v_entry bigint;
begin
  select * into strict g from generations where id = p_generation;
  select * into strict hold from ledger_entries where generation_id = p_generation and kind = 'hold';
  v_back := hold.held - p_charged;
  if p_charged < 0 or v_back < 0 then
    raise exception 'charged % of a hold of %', p_charged, hold.held;
  end if;
  if hold.held > 0 then
    update balances set available = available + v_back, held = held - hold.held
    where account_id = g.account_id and purse = g.purse returning available into strict v_available;
    perform credit_budgets(g, hold, v_back);
    select * into v_spent, v_rest from split_parts(hold.grants, p_charged);
    for part in select * from jsonb_array_elements(v_spent) loop
      update grants set held = held - (part->>1)::bigint, spent = spent + (part->>1)::bigint where id = part->>0;
    end loop;
  end if;
  insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason, grants, budgets)
  values (g.account_id, g.purse, case when g.status = 'complete' then 'settle' else 'release' end, g.id,
    v_back, -hold.held, p_charged, p_reason, coalesce(case when g.status = 'complete' then v_spent else v_rest end, '[]'),
    hold.budgets)
  returning id into v_entry;
  if hold.held > 0 then
    -- After the entry, so that what expires at once is written below what gave it back.
    perform return_to_grants(g.account_id, g.purse, v_rest, 'held');
    perform watch_balance(g.account_id, g.purse, v_available);
  end if;
  perform write_receipt(v_entry);
end $$;

-- The receipt of an end: what was quoted, held, used, delivered and taken, chained to the one before.
create function write_receipt(p_entry bigint) returns void language plpgsql as $$
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

-- Gives an account credits. Returns the entry; none if there is no such account.
create function grant_credits(p grants) returns setof ledger_entries language plpgsql as $$
declare
  e ledger_entries;
  v_available bigint;
begin
  update balances set available = available + p.amount where account_id = p.account_id and purse = p.purse
  returning available into v_available;
  if not found then return; end if;
  insert into grants (id, account_id, purse, source, reason, pack, payment_id, priority, expires_at, amount, remaining)
  values (p.id, p.account_id, p.purse, p.source, p.reason, p.pack, p.payment_id, coalesce(p.priority, 0), p.expires_at,
    p.amount, p.amount);
  insert into ledger_entries (account_id, purse, kind, available, held, counterpart, reason, grants)
  values (p.account_id, p.purse, case when p.source = 'adjustment' then 'adjust' else 'grant' end, p.amount, 0, -p.amount,
    p.reason, jsonb_build_array(jsonb_build_array(p.id, p.amount)))
  returning * into e;
  perform watch_balance(p.account_id, p.purse, v_available);
  -- Wakes batches that wait for credits.
  update batches set next_look_at = now() where account_id = p.account_id and purse = p.purse and (stopped_by is not null or feed_lease is not null);
  return next e;
end $$;

-- Takes credits away from an account by the operator's word; refused where fewer are available.
create function withdraw_credits(p_account text, p_purse text, p_credits bigint, p_reason text)
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

-- Takes up to p_credits of what is left of one grant; answers how many those were. A closed grant expires at once, so
-- that credits which come back to it from holds do not stay. Locks the balance, then the grant, as everything does.
create function withdraw_grant(p_grant text, p_credits bigint, p_reason text, p_close boolean) returns bigint
language plpgsql as $$
declare
  g grants;
  v_taken bigint;
  v_available bigint;
begin
  select * into strict g from grants where id = p_grant;
  perform from balances where account_id = g.account_id and purse = g.purse for no key update;
  select * into strict g from grants where id = p_grant for update;
  v_taken := least(p_credits, g.remaining);
  update grants set remaining = remaining - v_taken, withdrawn = withdrawn + v_taken,
    expires_at = case when p_close then least(expires_at, kinora_now()) else expires_at end
  where id = p_grant;
  if v_taken > 0 then
    update balances set available = available - v_taken where account_id = g.account_id and purse = g.purse
    returning available into strict v_available;
    insert into ledger_entries (account_id, purse, kind, available, held, counterpart, reason, grants)
    values (g.account_id, g.purse, 'adjust', -v_taken, 0, v_taken, p_reason,
      jsonb_build_array(jsonb_build_array(p_grant, v_taken)));
    perform watch_balance(g.account_id, g.purse, v_available);
  end if;
  return v_taken;
end $$;

-- Gives back credits of one charge of a generation, once: of its delivery or of its adopted late output (p_charge is
-- 'settle' or 'adopt'; null where only one of them cost something). To the grants that paid. The caller has locked the
-- generation. Refused beyond what was charged, a second time, and where it is not clear which is meant.
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
  if (select coalesce(sum((part->>1)::bigint), 0) from jsonb_array_elements(v_parts) part) <> p_credits then
    raise exception 'the charge of % names fewer credits than it was', p_generation;
  end if;
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
  where account_id = charge.account_id and purse = charge.purse and (stopped_by is not null or feed_lease is not null);
  return next e;
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
  where id = (select generation_id from attempts where id = p_attempt) for no key update;
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
