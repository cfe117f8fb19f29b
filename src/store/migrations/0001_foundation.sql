-- Accounts, keys, credits, files, generations and what happened to them.

create table accounts (
  id text primary key,
  name text not null,
  time_zone text not null default 'UTC',
  concurrency_limit integer not null check (concurrency_limit between 1 and 10000),
  -- Generations now processing. Raised only where it is below the limit, in the statement that claims.
  running integer not null default 0 check (running >= 0),
  last_served_at timestamptz,
  created_at timestamptz not null default now()
);

create table keys (
  id text primary key,
  account_id text not null references accounts,
  mode text not null check (mode in ('live', 'test')),
  name text not null,
  -- The first characters, for people to tell keys apart; the secret itself is only kept as SHA-256.
  hint text not null,
  secret_hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index keys_of_account on keys (account_id);

create table secrets (
  name text primary key,
  value text not null
);

-- Credits ---------------------------------------------------------------------------------------------------

create table balances (
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  available bigint not null default 0 check (available >= 0),
  held bigint not null default 0 check (held >= 0),
  primary key (account_id, purse)
);

create table generations (
  id text primary key,
  account_id text not null references accounts,
  key_id text not null references keys,
  purse text not null check (purse in ('live', 'test')),
  endpoint text not null,
  engine text not null,
  model text not null,
  status text not null default 'pending' check (status in ('pending', 'processing', 'complete', 'failed')),
  outcome text check (outcome in ('succeeded', 'canceled', 'rejected', 'expired', 'error')),
  failure_code text,
  failure_message text,
  prompt text not null,
  duration_seconds integer not null,
  aspect_ratio text not null,
  plan jsonb not null,
  price_credits bigint not null check (price_credits >= 0),
  price_usd_cents bigint not null check (price_usd_cents >= 0),
  price_book text not null,
  charged_credits bigint check (charged_credits >= 0),
  workflow text,
  batch_id text,
  tags text[] not null default '{}',
  end_user_id text,
  priority integer not null default 0,
  metadata jsonb not null default '{}',
  webhook_url text,
  phase text,
  progress real not null default 0,
  cancel_requested_at timestamptz,
  attempt integer not null default 0,
  lease text,
  lease_expires_at timestamptz,
  -- After a retryable failure the next attempt waits until then.
  not_before timestamptz,
  output_file_id text,
  poster_file_id text,
  output_facts jsonb,
  storyboard jsonb,
  notes jsonb not null default '[]',
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  check ((status in ('complete', 'failed')) = (finished_at is not null)),
  check ((status in ('complete', 'failed')) = (outcome is not null)),
  check ((status = 'processing') = (lease is not null)),
  check (status <> 'complete' or (outcome = 'succeeded' and output_file_id is not null and charged_credits is not null))
);
create index generations_waiting on generations (engine, account_id, priority desc, created_at, id)
  where status = 'pending';
create index generations_processing on generations (account_id) where status = 'processing';
create index generations_newest on generations (account_id, created_at desc, id desc);

create table ledger_entries (
  id bigint generated always as identity primary key,
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  kind text not null check (kind in ('grant', 'hold', 'settle', 'release')),
  generation_id text references generations,
  available bigint not null,
  held bigint not null,
  counterpart bigint not null,
  reason text not null,
  created_at timestamptz not null default now(),
  check (available + held + counterpart = 0),
  check ((kind = 'grant') = (generation_id is null))
);
create unique index one_hold_per_generation on ledger_entries (generation_id) where kind = 'hold';
create unique index one_end_per_hold on ledger_entries (generation_id) where kind in ('settle', 'release');
create index ledger_of_account on ledger_entries (account_id, purse, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger append_only before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change();

-- Files -----------------------------------------------------------------------------------------------------

-- Bytes, once each. A blob lives while a file or a generation's reference points at it.
create table blobs (
  sha256 text primary key,
  size_bytes bigint not null,
  facts jsonb not null,
  created_at timestamptz not null default now()
);

create table files (
  id text primary key,
  account_id text not null references accounts,
  sha256 text not null references blobs,
  name text,
  created_at timestamptz not null default now()
);
create index files_of_blob on files (sha256);
create index files_of_account on files (account_id, created_at desc);

create table generation_references (
  generation_id text not null references generations,
  kind text not null check (kind in ('image', 'video', 'audio')),
  position integer not null,
  file_id text not null,
  sha256 text not null references blobs,
  primary key (generation_id, kind, position)
);
create index generation_references_of_blob on generation_references (sha256);

-- What happened ---------------------------------------------------------------------------------------------

create table attempts (
  generation_id text not null references generations,
  number integer not null,
  engine text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  result text check (result in ('succeeded', 'failed', 'canceled', 'lost', 'stopped')),
  message text,
  primary key (generation_id, number),
  check ((ended_at is null) = (result is null))
);

create table events (
  id bigint generated always as identity primary key,
  account_id text not null references accounts,
  generation_id text not null references generations,
  type text not null,
  created_at timestamptz not null default now()
);
create index events_of_generation on events (generation_id, id);
create unique index one_end_per_generation on events (generation_id)
  where type in ('generation.complete', 'generation.failed');

create table idempotency_keys (
  scope text not null,
  key text not null,
  request_hash text not null,
  -- Who may finish the call; another caller may take over once the lease has run out.
  token text not null,
  lease_expires_at timestamptz not null,
  -- What the first call made; null while it runs.
  result_id text,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
