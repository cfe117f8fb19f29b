-- Workflows that the server runs by itself: what they say, when they are due, and what came of each time.

alter table workflows
  -- As whom it runs when it is due.
  add column definition_key_id text references keys,
  add column definition_at timestamptz,
  add constraint definition_is_whole check ((definition is null) = (definition_key_id is null)
    and (definition is null) = (definition_at is null));

-- What was found behind the URLs of a stored workflow when it was accepted: its kinora.lock.
create table workflow_urls (
  account_id text not null,
  purse text not null,
  workflow text collate "C" not null,
  url text collate "C" not null,
  -- sha256, bytes, at, etag, last_modified.
  found jsonb not null,
  primary key (account_id, purse, workflow, url),
  foreign key (account_id, purse, workflow) references workflows
);

create table schedules (
  account_id text not null,
  purse text not null,
  workflow text collate "C" not null,
  cron text not null,
  time_zone text not null,
  catch_up text not null check (catch_up in ('skip', 'once')),
  overlap text not null check (overlap in ('skip', 'wait')),
  enabled boolean not null,
  -- By a person; storing the workflow again leaves it.
  paused_at timestamptz,
  -- Null while it is paused or not enabled.
  next_due_at timestamptz,
  -- Times that have passed and are not accounted for yet: a long standstill is counted in parts.
  missed integer not null default 0,
  primary key (account_id, purse, workflow),
  foreign key (account_id, purse, workflow) references workflows,
  check (next_due_at is null = (paused_at is not null or not enabled))
);
create index schedules_due on schedules (next_due_at) where next_due_at is not null;

create table runs (
  id text primary key,
  account_id text not null,
  purse text not null,
  workflow text collate "C" not null,
  -- Of the definition that it was made by; the newest when it began.
  version integer not null,
  cause text not null check (cause in ('schedule', 'manual')),
  due_at timestamptz,
  -- How many earlier times it stands for, or was left out with.
  missed integer not null default 0,
  -- As whom it runs.
  key_id text not null references keys,
  -- It makes nothing if its plan costs more.
  max_credits bigint check (max_credits >= 0),
  accept_drift boolean not null default false,
  state text not null check (state in ('queued', 'planning', 'running', 'done', 'failed', 'skipped', 'canceled')),
  -- A code and what to do, for one that is not done.
  reason jsonb,
  -- What was planned, and what came of it.
  rows jsonb,
  credits bigint not null default 0,
  batch_ids text[] not null default '{}',
  sinks jsonb not null default '[]',
  cancel_requested_at timestamptz,
  -- Held by the process that works on it.
  lease text,
  lease_expires_at timestamptz,
  next_try_at timestamptz not null default now(),
  -- How often it was taken up since it last came a step further.
  takes integer not null default 0,
  created_at timestamptz not null default kinora_now(),
  started_at timestamptz,
  finished_at timestamptz,
  foreign key (account_id, purse, workflow) references workflows,
  check ((cause = 'schedule') = (due_at is not null)),
  check ((state in ('done', 'failed', 'skipped', 'canceled')) = (finished_at is not null)),
  check (state not in ('failed', 'skipped') or reason is not null)
);
-- However often a time is noticed, and by how many.
create unique index runs_due_once on runs (account_id, purse, workflow, due_at) where due_at is not null;
create unique index runs_one_at_a_time on runs (account_id, purse, workflow) where state in ('planning', 'running');
create unique index runs_one_waits on runs (account_id, purse, workflow, cause) where state = 'queued';
create index runs_of_workflow on runs (account_id, purse, workflow, created_at desc, id desc);
create index runs_open on runs (next_try_at) where state in ('queued', 'planning', 'running');

drop index alerts_of_account;
create index alerts_of_account on events (account_id, id desc)
  where type in ('budget.threshold', 'budget.blocked', 'balance.low', 'credits.expired', 'generation.late_output',
    'generation.parked', 'payment.paid', 'payment.refused', 'payment.refunded', 'webhook.disabled', 'workflow.run.failed');

-- With runs that failed: nobody watches a nightly one.
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
    'credits.expired', 'payment.paid', 'payment.refused', 'payment.refunded', 'webhook.disabled',
    'workflow.run.failed') then
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
