-- Records: what videos are made for, their versions, and which of them the world sees.

create table workflows (
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  name text collate "C" not null,
  id text not null unique,
  -- In the addresses of its records while it is published; revoked and published again, it gets another.
  public_id text unique,
  -- Whether a version has to be approved before it is shown.
  review boolean not null default false,
  -- A workflow that is kept on the server; null for one that is only the name of rows.
  definition jsonb,
  version integer not null default 0,
  -- Where videos that are made once more wait in line.
  remake_batch_id text,
  created_at timestamptz not null default now(),
  primary key (account_id, purse, name)
);

create table records (
  account_id text not null,
  purse text not null,
  workflow text collate "C" not null,
  key text collate "C" not null,
  id text not null unique,
  -- Of the newest version.
  fingerprint text not null,
  parts jsonb not null,
  last_version integer not null default 0 check (last_version >= 0),
  -- Shown whatever is newer, for as long as it can be.
  pinned_version integer,
  created_at timestamptz not null default now(),
  primary key (account_id, purse, workflow, key),
  foreign key (account_id, purse, workflow) references workflows
);

create table record_versions (
  account_id text not null,
  purse text not null,
  workflow text collate "C" not null,
  key text collate "C" not null,
  number integer not null check (number > 0),
  fingerprint text not null,
  parts jsonb not null,
  -- The row that makes it; how it stands follows from that one.
  batch_id text not null,
  row_number integer not null,
  -- The version that this one was made once more from, and what was to be different.
  remade_from integer,
  note text,
  review text not null default 'none' check (review in ('none', 'approved', 'rejected')),
  review_reason text,
  review_note text,
  reviewed_at timestamptz,
  reviewed_by text,
  created_at timestamptz not null default now(),
  primary key (account_id, purse, workflow, key, number),
  unique (account_id, purse, batch_id, row_number),
  foreign key (account_id, purse, workflow, key) references records,
  foreign key (account_id, purse, batch_id, row_number) references batch_rows,
  check ((review = 'none') = (reviewed_at is null)),
  check ((review = 'rejected') = (review_reason is not null))
);

create index record_versions_to_review on record_versions (account_id, purse, workflow, key) where review = 'none';

alter table batch_rows
  -- Counts its changes: what was made ready from an older one is not held.
  add column revision integer not null default 0,
  -- The generations that failed before it was tried again.
  add column earlier text[] not null default '{}';
create index batch_rows_retried on batch_rows (account_id, purse, batch_id) where earlier <> '{}';

-- How a version stands, told by its row and its generation.
create function version_state(p_row text, p_status text, p_outcome text, p_deleted timestamptz) returns text
language sql immutable parallel safe as $$
  select case
    when p_row in ('waiting', 'waiting_budget') then 'waiting'
    when p_row <> 'submitted' then p_row
    when p_status in ('pending', 'processing') then 'making'
    when p_deleted is not null then 'deleted'
    when p_status = 'complete' then 'made'
    when p_outcome = 'canceled' then 'canceled'
    else 'failed'
  end
$$;

create view version_states as
select v.account_id, v.purse, v.workflow, v.key, v.number, v.batch_id, v.row_number, v.review, v.parts,
  version_state(b.state, g.status, g.outcome, g.deleted_at) as state,
  b.request, b.reason, b.generation_id, g.engine, g.charged_credits, g.failure_code, g.failure_message,
  g.output_file_id, g.poster_file_id, g.output_facts
from record_versions v
join batch_rows b on b.account_id = v.account_id and b.purse = v.purse and b.batch_id = v.batch_id
  and b.number = v.row_number
left join generations g on g.id = b.generation_id;

-- The version of a record that is shown: the pinned one, else the newest that is made, is not rejected and, where the
-- workflow is reviewed, is approved. A version that fails or is rejected leaves the one before where it is.
create function live_version(p records, p_review boolean) returns setof version_states
language sql stable rows 1 as $$
  select s.* from version_states s
  where s.account_id = p.account_id and s.purse = p.purse and s.workflow = p.workflow and s.key = p.key
    and s.state = 'made' and s.review <> 'rejected' and (s.review = 'approved' or not p_review)
  order by (s.number = p.pinned_version) desc nulls last, s.number desc
  limit 1
$$;
