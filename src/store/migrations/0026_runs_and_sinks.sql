-- Runs that rehearse, that keep what a person has changed, and that hold no place while somebody has paused their batch;
-- sinks that are told each thing under a name of its own, and also when nothing is shown any more; and bytes that somebody else has
-- made alike.

alter table runs
  -- It makes drafts on the embedded engine, free and of no record.
  add column rehearse boolean not null default false,
  -- What a person should know of it, beside why it is not done.
  add column notes jsonb not null default '[]',
  -- Paused batches that it has put its work aside for: nobody takes it up before they go on.
  add column waits_for text[] not null default '{}';

-- A rehearsal does not do what a run would.
drop index runs_one_waits;
create unique index runs_one_waits on runs (account_id, purse, workflow, cause, rehearse) where state = 'queued';

alter table schedules add column rehearse boolean not null default false;

alter table workflows
  -- What the last run by the server has set of what the definition says of the workflow as a whole: where that says the
  -- same again, a person's change since then stands.
  add column applied jsonb;

alter table sink_marks
  -- How often it was told of the record.
  add column tellings integer not null default 1 check (tellings > 0),
  -- Both null where it was told that nothing is shown.
  alter column version drop not null,
  alter column video_url drop not null,
  add check ((version is null) = (video_url is null));

-- As before, but for a file that is the video or poster of a generation that has nothing to do with the person: its bytes
-- are the same, and it is not what was taken back.
drop function revoked_bytes(text, text, text);
create function revoked_bytes(p_account text, p_purse text, p_sha256 text, p_file text) returns text
language sql stable as $$
  select t.consent_id from tombstones t join consents c on c.id = t.consent_id
  where t.account_id = p_account and t.sha256 = p_sha256 and c.purse = p_purse
    and not exists (select from files f where f.id = p_file and f.account_id = p_account and f.generation_id is not null
      and not exists (select from tombstones o where o.consent_id = t.consent_id and o.generation_id = f.generation_id))
  order by t.gone_at limit 1
$$;

create or replace function consent_trouble(p_generation text) returns text language sql stable as $$
  select case
    when exists (select from generation_references r join consent_revocations v on v.consent_id = r.consent_id
        where r.generation_id = p_generation)
      or exists (select from tombstones where generation_id = p_generation)
      or exists (select from generation_references r join generations g on g.id = r.generation_id
        where r.generation_id = p_generation and r.consent_id is null
          and revoked_bytes(g.account_id, g.purse, r.sha256, r.file_id) is not null) then 'revoked'
    when exists (select from generation_references r join consents c on c.id = r.consent_id
        where r.generation_id = p_generation and c.expires_at <= kinora_now()) then 'expired' end
$$;

-- As before, with the exception above.
create or replace function accept_generation(p generations, p_references jsonb, p_start_within integer, p_expires_in integer,
  out status text, out detail jsonb, out created_at timestamptz, out start_by timestamptz, out expires_at timestamptz)
language plpgsql as $$
declare
  v_detail text;
  v_consents text[];
begin
  start_by := kinora_now() + p_start_within * interval '1 second';
  expires_at := kinora_now() + p_expires_in * interval '1 second';
  if jsonb_array_length(p_references) > 0 then
    perform hold_off_erasures(p.account_id);
    select jsonb_build_object('reason', 'consent', 'consent_id', b.consent_id, 'state', 'revoked') into detail
    from jsonb_to_recordset(p_references) as r (file_id text, sha256 text, consent_id text)
    cross join lateral revoked_bytes(p.account_id, p.purse, r.sha256, r.file_id) b (consent_id)
    where r.consent_id is null and b.consent_id is not null
    limit 1;
    if detail is not null then
      status := 'refused';
      return;
    end if;
  end if;
  select array_agg(distinct r.consent_id) into v_consents
  from jsonb_to_recordset(p_references) as r (consent_id text) where r.consent_id is not null;
  if v_consents is not null then
    perform from consents c where c.id = any(v_consents) order by c.id for key share;
    select jsonb_build_object('reason', 'consent', 'consent_id', c.id,
      'state', case when v.consent_id is not null then 'revoked' else 'expired' end)
    into detail
    from consents c left join consent_revocations v on v.consent_id = c.id
    where c.id = any(v_consents) and (v.consent_id is not null or c.expires_at <= kinora_now())
    order by c.id limit 1;
    if detail is not null then
      status := 'refused';
      return;
    end if;
  end if;
  begin
    insert into generations (id, account_id, key_id, purse, endpoint, engine, model, prompt, duration_seconds, aspect_ratio,
      plan, price_credits, price_usd_cents, price_book, workflow, batch_id, tags, end_user_id, priority, metadata,
      webhook_url, webhook_form, webhook_events, start_by, expires_at, quote, simulate)
    values (p.id, p.account_id, p.key_id, p.purse, p.endpoint, p.engine, p.model, p.prompt, p.duration_seconds,
      p.aspect_ratio, p.plan, p.price_credits, p.price_usd_cents, p.price_book, p.workflow, p.batch_id, p.tags,
      p.end_user_id, p.priority, p.metadata, p.webhook_url, coalesce(p.webhook_form, 'standard'), p.webhook_events,
      accept_generation.start_by, accept_generation.expires_at, p.quote, p.simulate)
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
  insert into generation_references (generation_id, kind, position, file_id, sha256, consent_id)
  select p.id, r.kind, r.position, r.file_id, r.sha256, r.consent_id
  from jsonb_to_recordset(p_references) as r (kind text, position integer, file_id text, sha256 text, consent_id text);
  if v_consents is not null and p.purse = 'live' then
    -- From now on the file stands for that person wherever it is used; what is only tried binds nobody.
    update files f set consent_id = r.consent_id
    from jsonb_to_recordset(p_references) as r (file_id text, consent_id text)
    where f.id = r.file_id and f.account_id = p.account_id and f.consent_id is null and r.consent_id is not null;
  end if;
  insert into events (account_id, generation_id, type) values (p.account_id, p.id, 'generation.created');
  status := 'accepted';
end $$;
