-- Who is served next. One function, so that each of its statements sees what the lock before it has waited for.

-- Takes up to p_most generations for an engine and counts them as running. Accounts in turn, least recently served
-- first; within an account its batches in turn, and what belongs to none like one batch more; within a batch by
-- priority, then age. Limits are strict over any number of processes: of an engine by the lock on its row, of an account
-- by the lock on its own. p_attempts are fresh attempt ids, p_leases fresh leases, at least p_most of each.
create function claim_generations(p_engine text, p_most integer, p_attempts text[], p_leases text[], p_lease_seconds real)
returns setof generations language plpgsql as $$
declare
  e engines;
  is_remote boolean;
  room integer := p_most;
  taken integer := 0;
  served integer;
  a record;
  v_id text;
  g generations;
begin
  select * into e from engines where name = p_engine;
  is_remote := e.slots is not null;
  if is_remote then
    select * into e from engines where name = p_engine for no key update;
    room := least(p_most, e.slots - e.running);
  end if;
  if e.paused_at is not null or e.not_before > now() then return; end if;
  while taken < room loop
    served := 0;
    for a in
      with recursive waiting as (
        (select account_id from generations where status = 'pending' and engine = p_engine order by account_id limit 1)
        union all
        (select (select o.account_id from generations o
          where o.status = 'pending' and o.engine = p_engine and o.account_id > waiting.account_id
          order by o.account_id limit 1)
        from waiting where waiting.account_id is not null)
      )
      select o.id from accounts o
      where o.id in (select account_id from waiting) and o.running < o.concurrency_limit and o.paused_at is null
      order by o.last_served_at nulls first, o.id
      for no key update skip locked
    loop
      exit when taken = room;
      select c.id into v_id from claimable(p_engine, a.id) c;
      continue when not found;
      update generations set status = 'processing', attempt = attempt + 1, attempt_id = p_attempts[taken + 1],
        started_at = coalesce(started_at, now()), phase = null, progress = 0,
        lease = case when not is_remote then p_leases[taken + 1] end,
        lease_expires_at = case when not is_remote then now() + p_lease_seconds * interval '1 second' end
      where id = v_id and status = 'pending'
      returning * into g;
      continue when not found;
      insert into attempts (id, generation_id, number, engine, step, lease, next_step_at, holds_slot)
      values (g.attempt_id, g.id, g.attempt, p_engine, case when is_remote then 'starting' end,
        case when is_remote then p_leases[taken + 1] end,
        case when is_remote then now() + p_lease_seconds * interval '1 second' end, true);
      insert into events (account_id, generation_id, type) values (g.account_id, g.id, 'generation.processing');
      update accounts set running = running + 1, last_served_at = clock_timestamp(),
        own_served_at = case when g.batch_id is null then clock_timestamp() else own_served_at end
      where id = a.id;
      if g.batch_id is not null then
        update batches set last_served_at = clock_timestamp()
        where account_id = g.account_id and purse = g.purse and id = g.batch_id;
      end if;
      taken := taken + 1;
      served := served + 1;
      return next g;
    end loop;
    exit when served = 0;
  end loop;
  if is_remote and taken > 0 then
    update engines set running = running + taken where name = p_engine;
  end if;
end $$;

-- The generation of an account that is next on an engine, or nothing.
create function claimable(p_engine text, p_account text) returns table (id text) language sql volatile as $$
  with recursive lanes as (
    (select lane from generations where status = 'pending' and engine = p_engine and account_id = p_account
      order by lane limit 1)
    union all
    (select (select o.lane from generations o
      where o.status = 'pending' and o.engine = p_engine and o.account_id = p_account and o.lane > lanes.lane
      order by o.lane limit 1)
    from lanes where lanes.lane is not null)
  )
  select next.id
  from lanes
  join accounts a on a.id = p_account
  left join batches b on b.account_id = p_account and b.purse = split_part(lanes.lane, ':', 1)
    and b.id = substr(lanes.lane, position(':' in lanes.lane) + 1)
  cross join lateral (
    select g.id from generations g
    where g.status = 'pending' and g.engine = p_engine and g.account_id = p_account and g.lane = lanes.lane
      and (g.not_before is null or g.not_before <= now())
      and (g.start_by is null or g.start_by > kinora_now()) and (g.expires_at is null or g.expires_at > kinora_now())
    order by g.priority desc, g.created_at, g.id
    limit 1
  ) next
  where lanes.lane is not null and b.paused_at is null
  order by case when lanes.lane = '' then a.own_served_at else b.last_served_at end nulls first, lanes.lane
  limit 1
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
