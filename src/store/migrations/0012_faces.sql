-- For clients of other APIs: files that come in parts, what their owners note on files, and videos that were deleted.

create table upload_parts (
  -- Of the file that they will be.
  file_id text not null,
  account_id text not null references accounts,
  number integer not null check (number between 1 and 10000),
  size_bytes integer not null check (size_bytes >= 0),
  sha256 text not null,
  -- Null where the file is too large already: its sender is told when it is complete.
  bytes bytea,
  created_at timestamptz not null default kinora_now(),
  primary key (file_id, number)
);
create index upload_parts_of_account on upload_parts (account_id);
create index upload_parts_by_age on upload_parts (created_at);

alter table files add column metadata jsonb not null default '{}';

-- Its files are gone and its owner wants to see it no more. What it cost stays in the ledger.
alter table generations add column deleted_at timestamptz;
