-- People: what they have agreed to, what was taken back, and what was deleted for it.

-- Append-only: what was agreed stays as it was agreed; what became of it stands in consent_revocations.
create table consents (
  id text primary key,
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  -- The account's own id of the person.
  person text not null,
  text_version text not null,
  -- Of the text that the person has agreed to; the text itself where it was given to us.
  text_sha256 text not null check (text_sha256 ~ '^[0-9a-f]{64}$'),
  agreed_text text,
  purposes text[] not null check (cardinality(purposes) > 0),
  -- Null: any.
  engines text[],
  workflows text[],
  channel text not null check (channel in ('page', 'app', 'web', 'paper', 'email', 'phone', 'in_person', 'other')),
  given_at timestamptz not null,
  expires_at timestamptz,
  -- Of whatever proves it: a form, a recording, the answers on our page.
  evidence_sha256 text check (evidence_sha256 ~ '^[0-9a-f]{64}$'),
  evidence_file_id text,
  -- A key, or the link whose page it was given on.
  recorded_by text not null,
  created_at timestamptz not null default kinora_now()
);
create index consents_of_account on consents (account_id, purse, created_at desc, id desc);
create index consents_of_person on consents (account_id, purse, person, created_at desc);
create trigger append_only before update or delete or truncate on consents
  for each statement execute function refuse_change();

-- At most one each; from its commit on nothing made with the consent is completed any more.
create table consent_revocations (
  consent_id text primary key references consents,
  reason text,
  -- operator, or the id of a key.
  revoked_by text not null,
  revoked_at timestamptz not null default kinora_now()
);
create trigger append_only before update or delete or truncate on consent_revocations
  for each statement execute function refuse_change();

-- What a revocation sets going, until its certificate is there. Every step of it can be repeated.
create table consent_erasures (
  consent_id text primary key references consent_revocations,
  next_look_at timestamptz not null default now(),
  -- How many queued and running videos were stopped, and rows of batches that had not begun.
  stopped_generations text[] not null default '{}',
  refused_rows integer not null default 0,
  certificate_id text unique,
  -- Signed, as it was first given out.
  certificate jsonb,
  finished_at timestamptz,
  check ((certificate is null) = (finished_at is null)),
  check ((certificate is null) = (certificate_id is null))
);
create index consent_erasures_due on consent_erasures (next_look_at) where finished_at is null;

-- A file, or a link to a reference of a generation, that is gone for good: who asks for it is told so.
create table tombstones (
  -- The id of a file, or the name of a reference in a link.
  name text not null,
  account_id text not null references accounts,
  consent_id text not null references consent_revocations,
  what text not null check (what in ('photo', 'clip', 'voice', 'video', 'poster', 'late_video', 'late_poster', 'link')),
  sha256 text not null,
  generation_id text,
  gone_at timestamptz not null default kinora_now(),
  -- When the bytes were gone; null while something else still needs them.
  bytes_gone_at timestamptz,
  -- A video may show two people, and both may take their consent back.
  primary key (name, consent_id)
);
create index tombstones_of_consent on tombstones (consent_id, name);
create index tombstones_of_bytes on tombstones (account_id, sha256);
create index tombstones_of_generation on tombstones (generation_id) where generation_id is not null;

-- A page for one person: asks, and takes photos. It can do nothing else, for a short time, and once.
create table consent_links (
  id text primary key,
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  -- Who made it. It ends with its key.
  key_id text not null references keys,
  -- The secret itself is only kept as SHA-256, as that of a key is.
  secret_hash bytea not null unique,
  person text not null,
  text_version text not null,
  agreed_text text not null,
  purposes text[] not null check (cardinality(purposes) > 0),
  engines text[],
  workflows text[],
  -- Who asks, as the page says it.
  requester text not null,
  language text not null default 'en',
  min_photos integer not null check (min_photos between 1 and 5),
  max_photos integer not null check (max_photos between min_photos and 5),
  -- How long the consent itself holds; null: until it is revoked.
  valid_days integer check (valid_days > 0),
  return_url text,
  -- Forms that were sent, whatever became of them.
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  consent_id text references consents,
  used_at timestamptz,
  check ((consent_id is null) = (used_at is null))
);
create index consent_links_of_account on consent_links (account_id, created_at desc);

alter table files add column consent_id text references consents;
create index files_of_consent on files (consent_id) where consent_id is not null;

alter table generation_references add column consent_id text references consents;
create index generation_references_of_consent on generation_references (consent_id) where consent_id is not null;

-- Why a generation may not go on for the people in it: revoked or expired; null if it may.
create function consent_trouble(p_generation text) returns text language sql stable as $$
  select case
    when bool_or(v.consent_id is not null) or exists (select from tombstones where generation_id = p_generation) then 'revoked'
    when bool_or(c.expires_at <= kinora_now()) then 'expired' end
  from generation_references r
  join consents c on c.id = r.consent_id
  left join consent_revocations v on v.consent_id = c.id
  where r.generation_id = p_generation and r.consent_id is not null
$$;

-- The same for the moment of its end, when only a revocation counts. Whoever revokes waits for whoever has asked this,
-- and is waited for: no video is kept on the word of a consent that is gone.
create function consent_revoked(p_generation text) returns boolean language plpgsql as $$
begin
  perform from consents c where c.id in (
    select r.consent_id from generation_references r where r.generation_id = p_generation and r.consent_id is not null)
  order by c.id for key share;
  return exists (select from generation_references r join consent_revocations v on v.consent_id = r.consent_id
      where r.generation_id = p_generation)
    or exists (select from tombstones where generation_id = p_generation);
end $$;

-- With the consents of its references: held for the rest of the transaction against whoever revokes them.
create or replace function accept_generation(p generations, p_references jsonb, p_start_within integer, p_expires_in integer,
  out status text, out detail jsonb, out created_at timestamptz, out start_by timestamptz, out expires_at timestamptz)
language plpgsql as $$
declare
  v_detail text;
  v_consents text[];
begin
  start_by := kinora_now() + p_start_within * interval '1 second';
  expires_at := kinora_now() + p_expires_in * interval '1 second';
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
