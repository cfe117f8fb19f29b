-- The servers of engines that run on several machines, who is sent where, and what engines have done lately.

create table engine_servers (
  engine text not null references engines (name),
  -- Scheme, host and port.
  origin text not null,
  slots integer not null check (slots > 0),
  -- As a worker saw it last: jobs that it runs or has in line, or why nothing goes there.
  busy integer check (busy >= 0),
  trouble text,
  seen_at timestamptz,
  -- The operator wants no new work there; its jobs go on.
  drained_at timestamptz,
  primary key (engine, origin)
);

-- Which engines an endpoint is served by, in order. The narrowest route counts: of a key, of a workflow, of the account,
-- of everybody.
create table routes (
  id text primary key,
  -- Null for everybody's, which is the operator's.
  account_id text references accounts,
  endpoint text not null,
  scope text not null check (scope in ('everybody', 'account', 'workflow', 'key')),
  -- Which workflow or key.
  scope_value text,
  engines text[] not null check (cardinality(engines) between 1 and 10),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  check ((scope = 'everybody') = (account_id is null)),
  check ((scope in ('workflow', 'key')) = (scope_value is not null)),
  unique nulls not distinct (account_id, endpoint, scope, scope_value)
);

-- What an engine has come to lately is read from the end of this.
create index attempts_ended on attempts (engine, ended_at desc) where ended_at is not null;
