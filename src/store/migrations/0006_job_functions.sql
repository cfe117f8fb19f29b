-- Who is served next, and who is counted as running. As functions, so that each of their statements sees what the lock
-- before it has waited for.

-- Takes up to p_most generations for an engine and counts them as running. Accounts in turn, least recently served
-- first; within an account its batches by their priority, then in turn, and what belongs to none like one batch more;
-- within a batch by priority, then age. Limits are strict over any number of processes: of an engine by the lock on its
-- row, of an account by the lock on its own. p_attempts are fresh attempt ids, p_leases fresh leases, at least p_most of
-- each. Locks the engine, then one account after another; it never waits for an account or a generation that somebody
-- else holds, so whoever ends a generation may lock them in any order.
create function claim_generations(p_engine text, p_most integer, p_attempts text[], p_leases text[],
  p_lease_seconds real)
returns setof generations language plpgsql as $$
declare
  e engines;
  is_remote boolean;
  room integer := p_most;
  taken integer := 0;
  v_account text;
  v_accounts text[];
  v_served text[];
  g generations;
begin
  select * into e from engines where name = p_engine;
  is_remote := e.slots is not null;
  if is_remote then
    select * into e from engines where name = p_engine for no key update;
    room := least(p_most, e.slots - e.running);
  end if;
  if e.paused_at is not null or e.not_before > now() or room <= 0 then return; end if;
  with recursive waiting as (
    (select account_id from generations where status = 'pending' and engine = p_engine order by account_id limit 1)
    union all
    (select (select o.account_id from generations o
      where o.status = 'pending' and o.engine = p_engine and o.account_id > waiting.account_id
      order by o.account_id limit 1)
    from waiting where waiting.account_id is not null)
  )
  select array_agg(o.id order by o.last_served_at nulls first, o.id) into v_accounts
  from waiting join accounts o on o.id = waiting.account_id
  where o.running < o.concurrency_limit and o.paused_at is null;
  while taken < room and v_accounts is not null loop
    v_served := null;
    foreach v_account in array v_accounts loop
      exit when taken = room;
      perform from accounts where id = v_account and running < concurrency_limit and paused_at is null
      for no key update skip locked;
      continue when not found;
      -- Bound to the clock of this statement, not of the transaction: who was served later in one claim is later.
      with claimed as (
        update generations set status = 'processing', attempt = attempt + 1, attempt_id = p_attempts[taken + 1],
          started_at = coalesce(started_at, now()), phase = null, progress = 0,
          lease = case when not is_remote then p_leases[taken + 1] end,
          lease_expires_at = case when not is_remote then now() + p_lease_seconds * interval '1 second' end
        where id = (select o.id from claimable(p_engine, v_account) c join generations o on o.id = c.id
          where o.status = 'pending' order by c.turn limit 1 for update of o skip locked)
        returning *
      ), attempted as (
        insert into attempts (id, generation_id, number, engine, step, lease, next_step_at, holds_slot)
        select attempt_id, id, attempt, p_engine, case when is_remote then 'starting' end,
          case when is_remote then p_leases[taken + 1] end,
          case when is_remote then now() + p_lease_seconds * interval '1 second' end, true
        from claimed
      ), told as (
        insert into events (account_id, generation_id, type)
        select account_id, id, 'generation.processing' from claimed
      ), counted as (
        update accounts a set running = running + 1, last_served_at = clock_timestamp(),
          own_served_at = case when claimed.batch_id is null then clock_timestamp() else own_served_at end
        from claimed where a.id = v_account
      ), turned as (
        -- Not waited for: who changes several batches at once locks them in another order.
        update batches b set last_served_at = clock_timestamp()
        from claimed where (b.account_id, b.purse, b.id) = (select o.account_id, o.purse, o.id from batches o
          where o.account_id = claimed.account_id and o.purse = claimed.purse and o.id = claimed.batch_id
          for no key update skip locked)
      )
      select * into g from claimed;
      continue when not found;
      taken := taken + 1;
      v_served := v_served || v_account;
      return next g;
    end loop;
    v_accounts := v_served;
  end loop;
  if is_remote and taken > 0 then
    update engines set running = running + taken where name = p_engine;
  end if;
end $$;

-- The heads of the lanes of an account that may be begun on an engine, in the order in which they are served.
create function claimable(p_engine text, p_account text) returns table (id text, turn bigint) language sql stable as $$
  with recursive lanes as (
    (select lane from generations where status = 'pending' and engine = p_engine and account_id = p_account
      order by lane limit 1)
    union all
    (select (select o.lane from generations o
      where o.status = 'pending' and o.engine = p_engine and o.account_id = p_account and o.lane > lanes.lane
      order by o.lane limit 1)
    from lanes where lanes.lane is not null)
  )
  select next.id, row_number() over (order by coalesce(b.priority, 0) desc,
    case when lanes.lane = '' then a.own_served_at else b.last_served_at end nulls first, lanes.lane)
  from lanes
  join accounts a on a.id = p_account
  left join batches b on b.account_id = p_account and b.purse = split_part(lanes.lane, ':', 1)
    and b.id = substr(lanes.lane, position(':' in lanes.lane) + 1)
  cross join lateral (
    select g.id from generations g
    where g.status = 'pending' and g.engine = p_engine and g.account_id = p_account and g.lane = lanes.lane
      and (g.not_before is null or g.not_before <= now())
      -- One that has begun before keeps its right to go on.
      and (g.start_by is null or g.started_at is not null or g.start_by > kinora_now())
      and (g.expires_at is null or g.expires_at > kinora_now())
    order by g.priority desc, g.created_at, g.id
    limit 1
  ) next
  where lanes.lane is not null and b.paused_at is null and b.canceled_at is null
$$;

-- Counts every running attempt anew, from the attempts themselves: what was off, and by how much. Right only where
-- nobody claims or ends meanwhile.
create function running_drift() returns table (what text, id text, counted integer, actual integer)
language sql stable as $$
  select 'account', a.id, a.running, coalesce(n.actual, 0)
  from accounts a
  left join (
    select g.account_id, count(*)::int as actual from attempts t join generations g on g.id = t.generation_id
    where t.holds_slot group by g.account_id
  ) n on n.account_id = a.id
  where a.running <> coalesce(n.actual, 0)
  union all
  select 'engine', e.name, e.running, coalesce(n.actual, 0)
  from engines e
  left join (select engine, count(*)::int as actual from attempts where holds_slot group by engine) n
    on n.engine = e.name and e.slots is not null
  where e.running <> coalesce(n.actual, 0)
$$;

-- Counts an attempt out, once: its account and its engine have a slot free again. The caller holds the generation.
create function free_slot(p_attempt text) returns void language plpgsql as $$
declare
  a record;
begin
  update attempts t set holds_slot = false from generations g
  where t.id = p_attempt and t.holds_slot and g.id = t.generation_id
  returning g.account_id, t.engine into a;
  if not found then return; end if;
  update accounts set running = running - 1 where id = a.account_id;
  update engines set running = running - 1 where name = a.engine and slots is not null;
end $$;
