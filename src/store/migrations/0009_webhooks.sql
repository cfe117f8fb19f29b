-- Webhooks: whom an account and each of its generations tell of their events, what was sent and what came back.

alter table generations
  add column webhook_form text not null default 'standard' check (webhook_form in ('standard', 'fal', 'replicate')),
  -- Which of its events its own webhook is told of; null: how it ended.
  add column webhook_events text[];

-- The feed of an account is read in the order (txid, id) up to the oldest transaction that is still open: an event that
-- was written earlier and committed later is not overtaken by a cursor.
alter table events add column txid xid8 not null default pg_current_xact_id();
drop index events_of_account;
create index events_of_account on events (account_id, txid, id);
drop index alerts_of_account;
create index alerts_of_account on events (account_id, id desc)
  where type in ('budget.threshold', 'budget.blocked', 'balance.low', 'credits.expired', 'generation.late_output',
    'generation.parked', 'webhook.disabled');

create table webhook_endpoints (
  id text primary key,
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  url text not null,
  description text not null default '',
  -- Types of events; '*' is every one.
  event_types text[] not null check (event_types <> '{}'),
  created_at timestamptz not null default kinora_now(),
  disabled_at timestamptz,
  -- Its owner; or we: it answered 410, or gave nothing but failures for days.
  disabled_by text check (disabled_by in ('owner', 'gone', 'failing')),
  -- The first failure since it last took something.
  failing_since timestamptz,
  -- Its deliveries stay.
  deleted_at timestamptz,
  check ((disabled_at is null) = (disabled_by is null))
);
create unique index one_endpoint_per_url on webhook_endpoints (account_id, purse, url) where deleted_at is null;

create table webhook_secrets (
  id bigint generated always as identity primary key,
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  -- Null: of the account, for the webhooks of single generations and of alerts.
  endpoint_id text references webhook_endpoints,
  secret text not null,
  created_at timestamptz not null default kinora_now(),
  -- Null for the one that signs; one that was replaced signs beside it until then.
  expires_at timestamptz
);
create unique index one_current_secret on webhook_secrets (account_id, purse, coalesce(endpoint_id, ''))
  where expires_at is null;
create index secrets_of_endpoint on webhook_secrets (account_id, purse, coalesce(endpoint_id, ''), id desc);

alter table deliveries
  add column endpoint_id text references webhook_endpoints,
  add column form text not null default 'standard' check (form in ('standard', 'fal', 'replicate')),
  -- Of a webhook that is pending: when it is tried, and who is trying it. One whose sender has died is due again then.
  add column next_try_at timestamptz not null default kinora_now(),
  add column lease text,
  -- How often it was tried before its owner had it sent again: the pauses begin anew.
  add column tries_before integer not null default 0,
  drop constraint deliveries_event_id_channel_target_key,
  -- With one_end_per_generation: nobody is told twice, and in two ways, how a generation ended.
  add constraint one_delivery_per_target unique (event_id, channel, target, form);
create index deliveries_due on deliveries (next_try_at) where state = 'pending' and channel = 'webhook';
create index deliveries_of_endpoint on deliveries (endpoint_id, created_at desc, id desc) where endpoint_id is not null;
create index deliveries_of_account on deliveries (account_id, created_at desc, id desc);
create index deliveries_of_state on deliveries (account_id, state, created_at desc, id desc);

create table delivery_tries (
  delivery_id text not null references deliveries,
  number integer not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  -- What the receiver answered, or why it did not.
  result text not null check (result in ('delivered', 'refused', 'redirected', 'gone', 'timed_out', 'unreachable',
    'forbidden_address')),
  message text,
  request_headers jsonb not null,
  request_body text not null,
  status integer,
  response_headers jsonb,
  response_body text,
  primary key (delivery_id, number)
);
create index delivery_tries_by_time on delivery_tries using brin (started_at);

-- In the transaction of the event, so that none is told of that did not happen and none that did is forgotten. Where an
-- endpoint, a generation and the alerts of its account name the same address, it is told once, as the endpoint.
create or replace function address_event() returns trigger language plpgsql as $$
declare
  v_purse text;
  v_url text;
  v_form text;
  v_events text[];
  v_made integer;
  v_all integer := 0;
begin
  if new.generation_id is not null then
    select purse, webhook_url, webhook_form, webhook_events into v_purse, v_url, v_form, v_events
    from generations where id = new.generation_id;
  end if;
  v_purse := coalesce(new.data->>'purse', v_purse, 'live');
  insert into deliveries (event_id, account_id, channel, target, endpoint_id)
  select new.id, new.account_id, 'webhook', w.url, w.id
  from webhook_endpoints w
  where w.account_id = new.account_id and w.purse = v_purse and w.deleted_at is null and w.disabled_at is null
    and case when new.type = 'webhook.test' then w.id = new.data->>'endpoint_id'
      else w.event_types && array[new.type, '*'] end;
  get diagnostics v_all = row_count;
  if v_url is not null
    and new.type = any(coalesce(v_events, array['generation.complete', 'generation.failed'])) then
    insert into deliveries (event_id, account_id, channel, target, form)
    values (new.id, new.account_id, 'webhook', v_url, v_form)
    on conflict do nothing;
    get diagnostics v_made = row_count;
    v_all := v_all + v_made;
  end if;
  if new.type in ('generation.late_output', 'generation.parked', 'budget.threshold', 'budget.blocked', 'balance.low',
    'credits.expired', 'payment.paid', 'payment.refused', 'payment.refunded', 'webhook.disabled') then
    insert into deliveries (event_id, account_id, channel, target)
    select new.id, new.account_id, c.channel, c.target
    from accounts a, lateral (values ('webhook', a.alert_webhook_url), ('email', a.alert_email)) c (channel, target)
    where a.id = new.account_id and c.target is not null
    on conflict do nothing;
    get diagnostics v_made = row_count;
    v_all := v_all + v_made;
  end if;
  -- Without waiting for the next look.
  if v_all > 0 then perform pg_notify('kinora_delivery', ''); end if;
  return null;
end $$;
drop trigger address_event on events;
create trigger address_event after insert on events for each row execute function address_event();

create or replace function accept_generation(p generations, p_references jsonb, p_start_within integer, p_expires_in integer,
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
  insert into generation_references (generation_id, kind, position, file_id, sha256)
  select p.id, r.kind, r.position, r.file_id, r.sha256
  from jsonb_to_recordset(p_references) as r (kind text, position integer, file_id text, sha256 text);
  insert into events (account_id, generation_id, type) values (p.account_id, p.id, 'generation.created');
  status := 'accepted';
end $$;
