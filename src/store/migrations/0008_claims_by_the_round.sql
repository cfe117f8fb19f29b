-- Claims by the round: each account that has a slot free gives one generation, all of them in one statement. The rules
-- are those of 0006; only how many statements they take is different.
create or replace function claim_generations(p_engine text, p_most integer, p_attempts text[], p_leases text[],
  p_lease_seconds real)
returns setof generations language plpgsql as $$
declare
  e engines;
  is_remote boolean;
  room integer := p_most;
  taken integer := 0;
  v_accounts text[];
  v_served text[];
  v_claimed generations[];
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
    with turns as (
      -- Nobody is waited for. What has changed since this statement began is looked at again under the lock.
      select a.id, t.turn from unnest(v_accounts) with ordinality t (id, turn)
      join accounts a on a.id = t.id
      where a.running < a.concurrency_limit and a.paused_at is null
      order by t.turn
      for no key update of a skip locked
    ), heads as (
      select h.id, turns.turn from turns
      cross join lateral (
        select o.id from claimable(p_engine, turns.id) c join generations o on o.id = c.id
        where o.status = 'pending' and o.engine = p_engine order by c.turn limit 1
          for update of o skip locked
      ) h
      limit room - taken
    ), numbered as (
      select id, taken + row_number() over (order by turn) as number from heads
    ), claimed as (
      update generations g set status = 'processing', attempt = attempt + 1, attempt_id = p_attempts[n.number],
        started_at = coalesce(started_at, now()), phase = null, progress = 0,
        lease = case when not is_remote then p_leases[n.number] end,
        lease_expires_at = case when not is_remote then now() + p_lease_seconds * interval '1 second' end
      from numbered n where g.id = n.id
      returning g, n.number
    ), attempted as (
      insert into attempts (id, generation_id, number, engine, step, lease, next_step_at, holds_slot)
      select (g).attempt_id, (g).id, (g).attempt, p_engine, case when is_remote then 'starting' end,
        case when is_remote then p_leases[number] end,
        case when is_remote then now() + p_lease_seconds * interval '1 second' end, true
      from claimed
    ), told as (
      insert into events (account_id, generation_id, type)
      select (g).account_id, (g).id, 'generation.processing' from claimed order by number
    ), counted as (
      -- Bound to the clock of this statement, not of the transaction: who was served later in one claim is later.
      update accounts a set running = running + 1,
        last_served_at = statement_clock + c.number * interval '1 microsecond',
        own_served_at = case when (c.g).batch_id is null
          then statement_clock + c.number * interval '1 microsecond' else own_served_at end
      from claimed c cross join clock_timestamp() as statement_clock where a.id = (c.g).account_id
    ), turned as (
      -- Not waited for: who changes several batches at once locks them in another order.
      update batches b set last_served_at = clock_timestamp()
      from claimed c where (b.account_id, b.purse, b.id) = (select o.account_id, o.purse, o.id from batches o
        where o.account_id = (c.g).account_id and o.purse = (c.g).purse and o.id = (c.g).batch_id
        for no key update skip locked)
    )
    select array_agg(g order by number), array_agg((g).account_id order by number) into v_claimed, v_served
    from claimed;
    exit when v_claimed is null;
    taken := taken + cardinality(v_claimed);
    return query select * from unnest(v_claimed);
    v_accounts := v_served;
  end loop;
  if is_remote and taken > 0 then
    update engines set running = running + taken where name = p_engine;
  end if;
end $$;
