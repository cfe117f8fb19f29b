-- Which version of a record is shown, kept where it changes; what sinks were told of it; and what belongs to a person who
-- takes the consent back, down to videos made from videos.

alter table records
  -- Whether the newest version is made, and which one is shown: as version_states and live_version have it, written by
  -- refresh_record alone, so that 100,000 records are compared without looking at what each was made of.
  add column made boolean not null default false,
  add column live_version integer;

-- From a generation to the row that it is for.
create index batch_rows_of_generation on batch_rows (generation_id) where generation_id is not null;

update records r set
  made = exists (select from version_states s where s.account_id = r.account_id and s.purse = r.purse
    and s.workflow = r.workflow and s.key = r.key and s.number = r.last_version and s.state = 'made'),
  live_version = (select live.number from live_version(r, w.review) live)
from workflows w where w.account_id = r.account_id and w.purse = r.purse and w.name = r.workflow;

-- Looks at a record again after something that may have changed what is shown of it, and tells of it where it has. The
-- workflow is locked before the record, against whoever changes whether it is reviewed.
create function refresh_record(p_account text, p_purse text, p_workflow text, p_key text, p_reason text) returns void
language plpgsql as $$
declare
  v_review boolean;
  v_made boolean;
  v_live version_states;
  r records;
begin
  select review into strict v_review from workflows
  where account_id = p_account and purse = p_purse and name = p_workflow for share;
  select * into strict r from records
  where account_id = p_account and purse = p_purse and workflow = p_workflow and key = p_key for no key update;
  v_made := exists (select from version_states s where s.account_id = p_account and s.purse = p_purse
    and s.workflow = p_workflow and s.key = p_key and s.number = r.last_version and s.state = 'made');
  select * into v_live from live_version(r, v_review);
  if v_made = r.made and v_live.number is not distinct from r.live_version then return; end if;
  update records set made = v_made, live_version = v_live.number
  where account_id = p_account and purse = p_purse and workflow = p_workflow and key = p_key;
  if v_live.number is not distinct from r.live_version then return; end if;
  insert into events (account_id, type, data) values (p_account, 'record.published', jsonb_build_object('purse', p_purse,
    'record_id', r.id, 'workflow', p_workflow, 'key', p_key, 'version', v_live.number,
    'previous_version', r.live_version, 'generation_id', v_live.generation_id, 'reason', p_reason));
end $$;

-- A version is made, or is not there any more, by what becomes of its generation, whoever ends or deletes that.
create function refresh_record_of_generation() returns trigger language plpgsql as $$
begin
  perform refresh_record(v.account_id, v.purse, v.workflow, v.key,
    case when new.deleted_at is null then 'made' else 'deleted' end)
  from batch_rows b
  join record_versions v on v.account_id = b.account_id and v.purse = b.purse and v.batch_id = b.batch_id
    and v.row_number = b.number
  where b.generation_id = new.id;
  return null;
end $$;
create trigger refresh_record after update of status, deleted_at on generations for each row
  when (new.batch_id is not null and (old.status is distinct from new.status and new.status = 'complete'
    or old.deleted_at is distinct from new.deleted_at))
  execute function refresh_record_of_generation();

-- What a sink was told of a record last. A sink is a name that its user gives it: of what it is told, and where.
create table sink_marks (
  account_id text not null,
  purse text not null,
  workflow text collate "C" not null,
  sink text collate "C" not null,
  key text collate "C" not null,
  version integer not null check (version > 0),
  -- The address that it was told, and whatever else it depends on beside the version.
  video_url text not null,
  tag text not null,
  marked_at timestamptz not null default now(),
  primary key (account_id, purse, workflow, sink, key),
  foreign key (account_id, purse, workflow, key) references records
);

alter table files
  -- Of a video or poster: what it was made by, from the moment it is kept, so that it is found also if nobody shows it.
  add column generation_id text;
create index files_of_generation on files (generation_id) where generation_id is not null;
update files f set generation_id = g.id from generations g where f.id = g.output_file_id;
update files f set generation_id = g.id from generations g where f.id = g.poster_file_id;
update files f set generation_id = a.generation_id from attempts a where f.id = a.late_output_file_id;
update files f set generation_id = a.generation_id from attempts a where f.id = a.late_poster_file_id;

-- Keeps revocations of an account from taking anything away until the transaction ends. Taken before any generation is locked.
create function hold_off_erasures(p_account text) returns void language sql as $$
  select pg_advisory_xact_lock_shared(hashtextextended('erasures of ' || p_account, 0))
$$;

-- The other side: nothing is accepted, kept or completed for the account until the transaction ends.
create function begin_erasure(p_account text) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('erasures of ' || p_account, 0))
$$;

-- Whose consent was taken back that these very bytes of nobody in particular belong to: a photo of the person, or a video
-- that was made of them. In the mode that the consent was given in.
create function revoked_bytes(p_account text, p_purse text, p_sha256 text) returns text language sql stable as $$
  select t.consent_id from tombstones t join consents c on c.id = t.consent_id
  where t.account_id = p_account and t.sha256 = p_sha256 and c.purse = p_purse order by t.gone_at limit 1
$$;

-- As before, and for bytes of a person that nobody has named a consent with.
create or replace function consent_trouble(p_generation text) returns text language sql stable as $$
  select case
    when exists (select from generation_references r join consent_revocations v on v.consent_id = r.consent_id
        where r.generation_id = p_generation)
      or exists (select from tombstones where generation_id = p_generation)
      or exists (select from generation_references r join generations g on g.id = r.generation_id
        where r.generation_id = p_generation and r.consent_id is null
          and revoked_bytes(g.account_id, g.purse, r.sha256) is not null) then 'revoked'
    when exists (select from generation_references r join consents c on c.id = r.consent_id
        where r.generation_id = p_generation and c.expires_at <= kinora_now()) then 'expired' end
$$;

create or replace function consent_revoked(p_generation text) returns boolean language plpgsql as $$
begin
  perform from consents c where c.id in (
    select r.consent_id from generation_references r where r.generation_id = p_generation and r.consent_id is not null)
  order by c.id for key share;
  return coalesce(consent_trouble(p_generation) = 'revoked', false);
end $$;

-- Bytes of somebody who has taken the consent back are refused here too: between the look at them and this, they may have
-- become that.
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
    from jsonb_to_recordset(p_references) as r (sha256 text, consent_id text)
    cross join lateral revoked_bytes(p.account_id, p.purse, r.sha256) b (consent_id)
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
